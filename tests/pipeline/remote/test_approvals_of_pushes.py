"""A push to an environment with approvals waits for one, and is deployed from what was pushed."""

from __future__ import annotations

from pathlib import Path

from tests.local_cloud import Cloud
from tests.pipeline.remote.pusher import pusher


def test_it_is_deployed_once_somebody_approves(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud, "approval = true\n")
    assert "[remote.nothing-pushed]" in made.app("remote", "approve", "--env", "prod").err
    commit = made.git("rev-parse", "HEAD")
    pushed = made.push()
    assert pushed.code == 0, pushed.err
    assert f"{commit[:8]} waits for approval" in pushed.err
    assert "fairway remote approve --env prod" in pushed.err
    assert (made.tip(), made.live()) == (commit, "")
    made.commit(delay=2)
    refused = made.app("remote", "approve", "--env", "prod")
    assert (refused.code, made.live()) == (2, ""), "there is nobody to ask"
    answered = made.app.on_terminal("remote", "approve", "--env", "prod", typed="n\n")
    assert (answered.code, made.live()) == (1, "")
    approved = made.app("remote", "approve", "--env", "prod", "--yes")
    assert approved.code == 0, approved.err
    assert made.live() == "1", "what was pushed, not what is in the folder now"
    assert "approved" in approved.out


def test_a_newer_push_takes_the_place_of_one_that_waits(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud, "approval = true\n")
    made.push()
    made.commit(delay=2)
    assert "waits for approval" in made.push().err
    made.app("remote", "approve", "--env", "prod", "--yes")
    assert made.live() == "2"
