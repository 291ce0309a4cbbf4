"""A push runs the pipeline, and moves the branch only where that succeeds."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checks.test_leaks import AWS
from tests.local_cloud import Cloud
from tests.pipeline.remote.pusher import SETTINGS, Pusher, pusher

GATE = '[[test]]\nname = "gate"\nrun = "test ! -e broken && echo \\"$GIT_DIR$GIT_QUARANTINE_PATH\\" > seen"\n'
PASSING = '[environments.prod.state]\nbackend = "kept"\n'


def failing(made: Pusher) -> str:
    return made.commit({"broken": "", "infra/more.txt": ""})


def test_a_push_deploys_and_is_told_how_it_goes(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud, GATE, **{"old.txt": "old"})
    pushed = made.push()
    assert pushed.code == 0, pushed.err
    assert (made.live(), made.tip()) == ("1", made.git("rev-parse", "HEAD"))
    told = [line for line in pushed.err.splitlines() if line.startswith("remote: ")]
    assert any("Queue created" in line for line in told)
    assert "\x1b" not in pushed.err
    checkout = made.bare / "environments" / "prod"
    assert (checkout / "seen").read_text() == "\n", "git's hooks leave nothing in the run's environment"

    made.git("rm", "-q", "old.txt")
    made.commit({"fairway.toml": (made.folder / "fairway.toml").read_text().replace(GATE, "")})
    commit = made.commit(delay=2)
    assert made.push().code == 0
    assert (made.live(), made.tip()) == ("2", commit)
    assert {path.name for path in checkout.iterdir()} == {
        ".fairway",
        ".git",
        ".gitignore",
        "fairway.toml",
        "infra",
    }, "the commit, and what Fairway keeps"


def test_tests_that_fail_refuse_it(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud, GATE)
    made.push()
    good = made.tip()
    made.commit(delay=2)
    failing(made)
    pushed = made.push()
    assert pushed.code == 1
    assert "gate failed" in pushed.err
    assert f"main stays at {good[:8]}" in pushed.err
    assert f"{made.name} in prod: live is {good[:8]} (deployment 1)" in pushed.err
    assert (made.live(), made.tip()) == ("1", good)
    made.git("rm", "-q", "broken")
    made.commit(delay=3)
    assert made.push().code == 0
    assert made.live() == "3"


def test_another_branch_is_tested_alone(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud, GATE)
    made.push()
    made.git("checkout", "-q", "-b", "feature/two")
    commit = made.commit(delay=2)
    pushed = made.push("feature/two")
    assert pushed.code == 0, pushed.err
    assert "no environment of fairway.toml is deployed from feature/two" in pushed.err
    assert "region: us-east-1" in pushed.err, "it is checked too"
    assert (made.live(), made.tip("feature/two")) == ("1", commit)
    failing(made)
    assert made.push("feature/two").code == 1
    assert made.tip("feature/two") == commit
    assert list((made.bare / "trials").iterdir()) == []


def test_what_no_run_is_begun_for(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud)
    made.git("branch", "other")
    assert "[remote.several]" in made.run("push", "fairway", "main", "other").err
    made.commit({"config.py": f"key = '{AWS}'\n"})
    secret = made.push()
    assert "[remote.hygiene]" in secret.err
    assert "config.py:1: AWS Access Key" in secret.err
    assert AWS not in secret.err
    made.git("reset", "-q", "--hard", "HEAD~1")
    made.commit({"fairway.toml": "[environment.prod]\n"})
    assert "remote: fairway.toml:1: error [project.unknown-key]" in made.push().err
    made.commit({"fairway.toml": SETTINGS.format(name=made.name, more=PASSING)})
    assert "[remote.state] fairway.toml:" in made.push().err
    assert (made.tip(), made.tip("other"), made.live()) == ("", "", "")


def test_tags_and_deletions_run_nothing(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud, GATE)
    made.push()
    made.git("branch", "other")
    made.push("other")
    made.git("tag", "v1")
    assert made.push("v1").code == 0
    deleted = made.run("push", "fairway", ":other")
    assert deleted.code == 0, deleted.err
    assert "took" not in deleted.err
    assert (made.tip("other"), made.live()) == ("", "1")


@pytest.mark.parametrize(("on_failure", "live"), [("hold", "2"), ("rollback", "1")])
def test_a_deploy_that_fails_says_what_is_live(
    tmp_path: Path, local_cloud: Cloud, on_failure: str, live: str
) -> None:
    more = f'on_failure = "{on_failure}"\n[[verify]]\nname = "no"\ncommand = "test ! -e broken"\n'
    made = pusher(tmp_path, local_cloud, more)
    made.push()
    good = made.tip()
    made.commit(delay=2)
    bad = failing(made)
    pushed = made.push()
    assert (pushed.code, made.live(), made.tip()) == (1, live, good)
    words = f"live is {good[:8]} (deployment 3)" if live == "1" else f"live is {bad[:8]} (deployment 2)"
    assert f"{made.name} in prod: {words}" in pushed.err
