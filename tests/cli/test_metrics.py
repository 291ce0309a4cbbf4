"""How functions do before and after a deployment, by the program as users run it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.11, Handler: index.handler}}
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties: {InlineCode: "def handler(event, context): return RESULT"}
  Quiet:
    Type: AWS::Serverless::Function
    Properties: {InlineCode: "def handler(event, context): return 1"}
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": TEMPLATE.replace("RESULT", "1")})
    return program(folder, local_cloud)


def by_address(app: Program, *words: str) -> dict[str, Any]:
    [stack] = app("metrics", "--json", *words).result["metrics"]
    return {each["address"]: each for each in stack["functions"]}


def test_a_bad_deployment_shows_against_the_time_before_it(app: Program) -> None:
    assert app("deploy", "--yes").code == 0
    for _ in range(3):
        assert app("invoke", "Greeter").code == 0
    time.sleep(1.1)  # the local cloud counts by seconds
    write(app.folder, {"template.yaml": TEMPLATE.replace("RESULT", "1/0")})
    assert app("deploy", "--yes").code == 0
    time.sleep(1.1)
    assert app("invoke", "Greeter").code == 1
    found = by_address(app)["Greeter"]
    assert (found["before"]["invocations"], found["before"]["errors"]) == (3, 0)
    assert (found["after"]["invocations"], found["after"]["errors"]) == (1, 1)
    assert found["before"]["p95"] >= found["before"]["p50"] > 0
    quiet = by_address(app)["Quiet"]
    assert quiet["after"] == {"invocations": 0, "errors": 0, "throttles": 0, "p50": None, "p95": None}
    text = app("metrics").out
    assert "since deployment 2" in text
    assert "3 → 1" in text
    assert "0.0 % → 100.0 %" in text


def test_another_span_may_be_asked_for(app: Program) -> None:
    assert app("deploy", "--yes").code == 0
    assert app("invoke", "Greeter").code == 0
    assert by_address(app, "--since", "1h")["Greeter"]["after"]["invocations"] == 1
    assert app("metrics", "--since", "soon").code == 2


def test_every_stack_of_the_environment_is_shown(app: Program) -> None:
    write(app.folder, {"other.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"})
    other = f"{app.folder.name}-other"
    assert app("deploy", "--yes").code == 0
    assert app("deploy", "--yes", "other.yaml", "--stack", other).code == 0
    assert [each["stack"] for each in app("metrics", "--json").result["metrics"]] == [app.folder.name, other]
    assert "it has no functions" in app("metrics", "--stack", other).out


def test_a_stack_that_is_not_there_is_told(app: Program) -> None:
    ended = app("metrics")
    assert (ended.code, "state.not-deployed" in ended.err) == (2, True)
