"""Destroying what is not there is no failure, but no success in silence either."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, program, state_in, write
from tests.local_cloud import Cloud, unique


@pytest.fixture(params=["folder", "s3"])
def app(request: pytest.FixtureRequest, tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"})
    return state_in(request.param, program(folder, local_cloud))


def folders(app: Program) -> list[Path]:
    return sorted(app.folder.rglob(".fairway/**"))


def test_a_stack_that_is_not_there_is_named_with_those_that_are(app: Program) -> None:
    assert app("deploy", "--yes").code == 0
    before = folders(app)
    ended = app("destroy", "--yes", "--stack", "nope")
    assert ended.code == 0
    assert "no stack nope is deployed in local" in ended.out
    assert f"name another with --stack: {app.folder.name}" in ended.out
    assert folders(app) == before


def test_nothing_is_made_where_nothing_is(app: Program) -> None:
    ended = app("destroy", "--yes", "--json")
    assert (ended.code, ended.result["result"]) == (0, "unchanged")
    assert [event["finding"]["code"] for event in ended.of("Warned")] == ["state.not-deployed"]
    assert folders(app) == []


def test_a_second_destroy_says_that_there_is_nothing_left(app: Program) -> None:
    assert app("deploy", "--yes").code == 0
    assert app("destroy", "--yes").code == 0
    assert "no stack" in app("destroy", "--yes").out
