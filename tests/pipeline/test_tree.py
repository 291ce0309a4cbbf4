"""An environment may be deployed from one branch alone, and from committed code alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.errors import WrongInput
from fairway.project.settings import EnvironmentSettings, StackSettings
from fairway.stacks.origin import branch
from fairway.stacks.tree import require_tree

TEMPLATE = "Resources: {Queue: {Type: AWS::SQS::Queue}}\n"


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud) -> Workshop:
    name = unique("tree")
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name)})
    made.write({"template.yaml": TEMPLATE, ".gitignore": ".fairway\ncache\n"})
    git(tmp_path, "init", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "first")
    return made


def refused(made: Workshop, why: str) -> str:
    with pytest.raises(WrongInput) as refusal:
        made.run()
    assert made.events == [], "before anything has begun"
    assert why in refusal.value.why
    return refusal.value.code


def test_another_branch_may_plan_and_not_deploy(made: Workshop) -> None:
    made.set_environment(branch="main")
    git(made.folder, "checkout", "-b", "feature/one")
    assert refused(made, "this is feature/one") == "run.branch"
    assert made.run("test", "plan") == "succeeded"
    git(made.folder, "checkout", "main")
    assert made.run() == "succeeded"


def test_ones_own_local_cloud_may_be_deployed_to_from_any_branch(made: Workshop) -> None:
    made.set(environments={"local": EnvironmentSettings(branch="local")})
    require_tree(made.project, "local")


def test_what_is_not_committed_is_not_deployed(made: Workshop) -> None:
    made.set_environment(clean_tree=True)
    made.write({"notes.txt": "new"})
    assert refused(made, "not committed") == "run.dirty-tree"
    assert made.run("checks", "plan") == "succeeded", "what deploys nothing may come from anywhere"
    git(made.folder, "add", "-A")
    git(made.folder, "commit", "-m", "second")
    assert made.run() == "succeeded"


def test_without_a_repository_nobody_can_tell(tmp_path: Path, local_cloud: Cloud) -> None:
    name = unique("loose")
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name)})
    made.write({"template.yaml": TEMPLATE})
    made.set_environment(branch="main")
    assert refused(made, "no git repository") == "run.branch"
    made.set_environment(branch="", clean_tree=True)
    assert refused(made, "no git repository") == "run.dirty-tree"
    made.set_environment(clean_tree=False)
    assert made.run() == "succeeded", "nobody demands one"


def test_a_commit_alone_is_no_branch(made: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_REF", "CI_COMMIT_BRANCH", "CIRCLE_BRANCH", "BUILDKITE_BRANCH", "BRANCH_NAME"):
        monkeypatch.delenv(name, raising=False)
    made.set_environment(branch="main")
    git(made.folder, "checkout", "--detach")
    assert refused(made, "a commit is checked out and no branch") == "run.branch"
    monkeypatch.setenv("CI_COMMIT_BRANCH", "main")
    assert made.run() == "succeeded"


@pytest.mark.parametrize("head", [None, b"garbage\n", b"\xff\xfe", b"ref: refs/heads/nothing\n"])
def test_a_repository_that_is_damaged_is_said_plainly(made: Workshop, head: bytes | None) -> None:
    made.set_environment(branch="main", clean_tree=True)
    place = made.folder / ".git" / "HEAD"
    place.unlink()
    if head:
        place.write_bytes(head)
    assert refused(made, "") == "run.branch"


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, ""),
        ({"GITHUB_REF": "refs/heads/release/2"}, "release/2"),
        ({"GITHUB_REF": "refs/pull/7/merge"}, ""),
        ({"GITHUB_REF": "refs/tags/main"}, ""),
        ({"CI_COMMIT_BRANCH": "main"}, "main"),
    ],
)
def test_a_commit_alone_has_the_branch_that_ci_names(
    made: Workshop, environ: dict[str, str], found: str
) -> None:
    assert branch(made.folder, {"GITHUB_REF": "refs/heads/other"}) == "main", "what is checked out counts"
    git(made.folder, "checkout", "--detach")
    assert branch(made.folder, environ) == found
