"""A stack is worked on only where it is deployed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

from fairway.state.folder import FolderObjects
from fairway.state.store import Store

TEMPLATE = "Resources: {Queue: {Type: 'AWS::SQS::Queue'}}\n"
COMMANDS = (["plan"], ["deploy", "--yes"], ["destroy", "--yes"])


@pytest.fixture
def deployed(tmp_path: Path, local_cloud: Cloud) -> Program:
    app = program(tmp_path / unique("app"), local_cloud)
    write(app.folder, {"template.yaml": TEMPLATE})
    assert app("deploy", "--yes").code == 0
    return app


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_another_region_is_refused_and_nothing_is_forgotten(deployed: Program, command: list[str]) -> None:
    ended = deployed(*command, "--region", "eu-west-1", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, "state.other-region")
    assert "--region us-east-1" in ended.result["error"]["next"]
    assert deployed("plan", "--exit-code").code == 0


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_another_account_is_refused(deployed: Program, command: list[str]) -> None:
    _move_to_account(deployed, "999999999999")
    ended = deployed(*command, "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, "state.other-account")
    assert "999999999999" in ended.result["error"]["message"]


def _move_to_account(app: Program, account: str) -> None:
    """As if the stack had been deployed there: the local cloud has one account only."""
    store = Store(FolderObjects(app.folder / ".fairway" / "state"))
    state = store.load("local", app.folder.name)
    assert state is not None
    store.save(replace(state, account=account))
