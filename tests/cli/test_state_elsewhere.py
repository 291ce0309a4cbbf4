"""A stack whose state is in another place is not forgotten: commands say where, and move it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, planned, program, write
from tests.cli.test_state import bucket
from tests.local_cloud import Cloud, unique

TEMPLATE = "Resources: {Queue: {Type: 'AWS::SQS::Queue', Properties: {DelaySeconds: 1}}}\n"
QUEUE = "AWS::SQS::Queue"
COMMANDS = (
    ["plan"],
    ["deploy", "--yes"],
    ["destroy", "--yes"],
    ["status"],
    ["outputs"],
    ["drift"],
    ["rollback", "--yes"],
    ["export", "--cloudformation"],
    ["logs", "Queue"],
    ["state", "list"],
    ["state", "forget", "Queue", "--yes"],
    ["state", "restore", "1", "--yes"],
    ["state", "import", "Other", "other", "--type", QUEUE, "--yes"],
)
OF_THE_PAST = (
    ["history"],
    ["events"],
    ["show", "1"],
    ["diff", "1", "1"],
    ["state", "versions"],
    ["state", "diff", "1", "1"],
)
"""These go on telling what was done in a place that the state has left, where the stack is named."""


@pytest.fixture
def left(tmp_path: Path, local_cloud: Cloud) -> Program:
    """A deployed stack, and a bucket in which its state is to be by now."""
    app = program(tmp_path / unique("app"), local_cloud)
    write(app.folder, {"template.yaml": TEMPLATE})
    ended = app("deploy", "--yes")
    assert ended.code == 0, ended.err
    place = f"s3://{bucket(local_cloud)}/team"
    write(app.folder, {"fairway.toml": f'[environments.local.state]\nbackend = "{place}"\n'})
    return app


def migrated(app: Program, *arguments: str) -> None:
    ended = app("state", "migrate", "--from", ".fairway/state", "--yes", *arguments)
    assert ended.code == 0, ended.err


def test_every_command_says_where_the_state_is(left: Program) -> None:
    for command in (*COMMANDS, *OF_THE_PAST):
        ended = left(*command, "--json")
        assert (ended.code, ended.result["error"]["code"]) == (2, "state.elsewhere"), command
        error = ended.result["error"]
        assert error["where"] == ".fairway/state"
        assert "resources: 1" in error["why"]
    assert left("plan", "--exit-code", "--state", ".fairway/state").code == 0


def test_the_command_that_is_told_takes_the_stack_along(left: Program) -> None:
    told = left("destroy", "--yes", "--json").result["error"]["next"]
    command = told.split("`")[1].split()
    assert command[:3] == ["fairway", "state", "migrate"]
    ended = left(*command[1:], "--yes", "--json")
    assert ended.result["stacks"][0]["result"] == "migrated", ended.err
    assert left("plan", "--exit-code").code == 0
    assert len(left("history", "--json").result["deployments"]) == 1
    assert left("destroy", "--yes").code == 0
    assert left("deploy", "--yes").code == 0


def test_where_the_state_was_nobody_goes_on(left: Program) -> None:
    migrated(left)
    for command in COMMANDS:
        ended = left(*command, "--json", "--state", ".fairway/state")
        assert (ended.code, ended.result["error"]["code"]) == (2, "state.moved"), command
        assert "s3://" in ended.result["error"]["message"]
    named = ("--stack", left.folder.name)
    for command in OF_THE_PAST:
        assert left(*command, *named, "--state", ".fairway/state").code == 0, command


def test_it_can_be_brought_back(left: Program) -> None:
    migrated(left)
    write(left.folder, {"template.yaml": TEMPLATE.replace("1", "2")})
    assert left("deploy", "--yes").code == 0
    told = left("status", "--json", "--state", ".fairway/state").result["error"]["next"]
    ended = left(*told.split("`")[1].split()[1:], "--yes")
    assert ended.code == 0, ended.err
    assert left("plan", "--exit-code", "--state", ".fairway/state").code == 0
    assert left("status", "--json").result["error"]["code"] == "state.moved"


def test_a_second_time_it_has_nothing_to_do(left: Program) -> None:
    migrated(left)
    ended = left("state", "migrate", "--from", ".fairway/state", "--yes", "--json")
    assert (ended.code, ended.result["stacks"][0]["result"]) == (0, "unchanged")


def test_a_stack_of_the_place_is_not_taken_for_the_one_left_elsewhere(
    left: Program, local_cloud: Cloud
) -> None:
    other = program(left.folder / "other", local_cloud)
    write(other.folder, {"template.yaml": TEMPLATE})
    assert other("deploy", "--yes").code == 0
    assert left("destroy", "--yes", "--json").result["error"]["code"] == "state.elsewhere"
    assert other("plan", "--exit-code").code == 0


def test_stacks_of_other_names_are_found_and_all_taken_along(left: Program) -> None:
    for name in ("one", "two"):
        assert left("deploy", "--yes", "--stack", name, "--state", ".fairway/state").code == 0
    migrated(left, "--all")
    assert left("status", "--stack", "two").code == 0
    assert left("status", "--stack", "one").code == 0
    assert left("plan", "--exit-code").code == 0


def test_a_stack_of_another_name_is_not_forgotten_either(left: Program) -> None:
    app = left.folder / ".fairway" / "state" / "local"
    assert left("destroy", "--yes", "--state", ".fairway/state").code == 0
    assert left("deploy", "--yes", "--stack", "named", "--state", ".fairway/state").code == 0
    assert (app / "named" / "state.json").exists()
    told = left("destroy", "--yes", "--json").result["error"]
    assert (told["code"], "--stack named" in told["next"]) == ("state.elsewhere", True)


def test_nobody_is_asked_where_nobody_can_answer(left: Program) -> None:
    ended = left("state", "migrate", "--from", ".fairway/state", "--json")
    assert ended.result["error"]["code"] == "arguments.yes"
    assert left("plan", "--exit-code", "--state", ".fairway/state").code == 0


@pytest.mark.parametrize(
    ("place", "code"),
    [("nowhere", "arguments.from"), (".", "state.not-deployed")],
)
def test_a_place_without_state_is_refused(left: Program, place: str, code: str) -> None:
    ended = left("state", "migrate", "--from", place, "--all", "--yes", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, code)
    assert not (left.folder / "nowhere").exists()


def test_the_place_itself_is_refused(left: Program) -> None:
    ended = left("state", "migrate", "--from", ".fairway/state", "--state", ".fairway/../.fairway/state")
    assert ended.code == 2
    assert "[arguments.from]" in ended.err


@pytest.mark.parametrize("takes", [False, True], ids=["told", "moved"])
def test_bootstrap_finds_what_was_deployed_before(tmp_path: Path, local_cloud: Cloud, takes: bool) -> None:
    app = program(tmp_path / unique("app"), local_cloud)
    write(app.folder, {"template.yaml": TEMPLATE})
    assert app("deploy", "--yes").code == 0
    flags = ["--migrate"] if takes else []
    ended = app("bootstrap", "--bucket", unique("states"), *flags)
    assert ended.code == 0, ended.err
    if not takes:
        assert "is not there yet: `fairway state migrate --from .fairway/state" in ended.out
        command = ended.out.split("`")[1].split()
        assert app(*command[1:], "--yes").code == 0
    assert planned(app) == {}
    assert app("bootstrap").code == 0
