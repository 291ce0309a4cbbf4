"""What an environment demands holds for the commands on one stack, too: `--yes` approves nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: first}}
"""
APPROVE, CONFIRM = (
    "Approve this, and deploy it in the local cloud? [y/N] ",
    "Deploy this in the local cloud? [y/N] ",
)


def app_with(demands: str, tmp_path: Path, cloud: Cloud) -> Program:
    app = program(tmp_path / unique("demanding"), cloud)
    text = f"[stacks.{unique('only')}]\n[environments.local]\n{demands}"
    write(app.folder, {"template.yaml": TEMPLATE, "fairway.toml": text, ".gitignore": ".fairway\n"})
    return app


def changed(app: Program, name: str) -> None:
    write(app.folder, {"template.yaml": TEMPLATE.replace("first", name)})


def git(app: Program, *words: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run(["git", *who, *words], cwd=app.folder, check=True, capture_output=True)


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    """Nothing goes to the local cloud without an approval."""
    return app_with("approval = true\n", tmp_path, local_cloud)


def approvals(app: Program) -> list[bool]:
    """Whether each deployment has one, the first one first."""
    numbers = [each["number"] for each in app("history", "--json").result["deployments"]]
    return [bool(app("show", str(number), "--json").result["approval"]) for number in sorted(numbers)]


@pytest.mark.parametrize(
    "words", [("deploy", "--yes"), ("deploy",), ("destroy", "--yes"), ("rollback", "--yes")]
)
def test_nobody_approves_with_a_flag_or_without_a_terminal(app: Program, words: tuple[str, ...]) -> None:
    refused = app(*words, "--json")
    assert (refused.code, refused.result["error"]["code"]) == (2, "deploy.not-approved")
    assert "fairway run --env local" in refused.result["error"]["next"]
    assert not (app.folder / ".fairway").exists(), "nothing was begun"


def test_a_yes_on_the_command_line_is_none_on_a_terminal_either(app: Program) -> None:
    assert "deploy.not-approved" in app.on_terminal("deploy", "--yes").out


def test_who_answers_on_a_terminal_approves_and_the_history_says_so(app: Program) -> None:
    declined = app.on_terminal("deploy", answers={APPROVE: "n\n"})
    assert declined.code == 1, declined.out
    first = app.on_terminal("deploy", answers={APPROVE: "y\n"})
    assert first.code == 0, first.out
    changed(app, "second")
    assert app("plan", "--out", "plan.json").code == 0
    assert app("apply", "plan.json", "--json").result["error"]["code"] == "deploy.not-approved"
    assert app.on_terminal("apply", "plan.json", answers={APPROVE: "y\n"}).code == 0
    assert app.on_terminal("rollback", answers={APPROVE: "y\n"}).code == 0
    assert app.on_terminal("destroy", answers={APPROVE.replace("deploy", "destroy"): "y\n"}).code == 0
    assert approvals(app) == [True, True, True, True]


def test_where_none_is_demanded_the_question_is_another_and_none_is_recorded(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    app = app_with("approval = false\n", tmp_path, local_cloud)
    assert app.on_terminal("deploy", answers={CONFIRM: "y\n"}).code == 0
    assert approvals(app) == [False]


def test_the_way_back_of_a_failed_deploy_needs_none(app: Program) -> None:
    assert app.on_terminal("deploy", answers={APPROVE: "y\n"}).code == 0
    broken = "  Queue: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: x}}}\n"
    write(app.folder, {"template.yaml": TEMPLATE.replace("first", "second") + broken})
    failed = app.on_terminal("deploy", "--on-failure", "rollback", answers={APPROVE: "y\n"})
    assert failed.code == 1, failed.out
    assert approvals(app) == [True, True, False]


def test_what_goes_out_comes_from_the_environments_branch_and_commits_and_the_way_back_from_anywhere(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    app = program(tmp_path / unique("demanding"), local_cloud, AWS_ENDPOINT_URL=local_cloud.endpoint)
    text = f'[stacks.{unique("only")}]\n[environments.prod]\nbranch = "main"\nclean_tree = true\n'
    write(app.folder, {"template.yaml": TEMPLATE, "fairway.toml": text, ".gitignore": ".fairway*\n"})

    def prod(command: str, *words: str) -> Ended:
        return app(command, *words, "--env", "prod", "--json")

    git(app, "init", "-b", "main")
    assert prod("plan", "--out", ".fairway-plan.json").code == 0
    refusals = [prod("deploy", "--yes"), prod("apply", ".fairway-plan.json")]
    assert [each.result["error"]["code"] for each in refusals] == ["run.dirty-tree"] * 2
    git(app, "add", "-A")
    git(app, "commit", "-m", "first")
    assert prod("deploy", "--yes").code == 0
    git(app, "checkout", "-b", "feature")
    assert prod("deploy", "--yes").result["error"]["code"] == "run.branch"
    changed(app, "second")
    assert prod("run", "--to", "plan").code == 0, "a plan may come from anywhere"
    assert prod("check").code == 1
    assert prod("destroy", "--yes").code == 0
