"""A document that was removed by hand is missed, and comes back from its versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"})
    app = program(folder, local_cloud)
    assert app("deploy", "--yes").code == 0
    return app


def remove_document(app: Program) -> None:
    next((app.folder / ".fairway" / "state" / "local").glob("*/state.json")).unlink()


def test_it_is_missed_and_its_last_version_named(app: Program) -> None:
    remove_document(app)
    for command in (["status"], ["outputs"], ["destroy", "--yes"]):
        ended = app(*command, "--json")
        assert (ended.code, ended.result["error"]["code"]) == (2, "state.lost"), command
        assert f"`fairway state restore 1 --env local --stack {app.folder.name}`" in ended.err
    planned = app("plan", "--json")
    assert [event["finding"]["code"] for event in planned.of("Warned")] == ["state.lost"]
    assert app("state", "restore", "1", "--yes").code == 0
    assert app("deploy", "--yes", "--json").result["result"] == "unchanged"


def test_a_stack_that_was_destroyed_is_not_missed(app: Program) -> None:
    assert app("destroy", "--yes").code == 0
    assert app("status", "--json").result["error"]["code"] == "state.not-deployed"
    again = app("deploy", "--yes", "--json")
    assert (again.code, again.of("Warned")) == (0, [])
