"""A plan is carried out from its file exactly as it was reviewed, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Ended, Program, identifier, program, write
from tests.local_cloud import Cloud, unique

SECRET = "opensesame"
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Password: {Type: String, NoEcho: true}
  Delay: {Type: Number, Default: 1}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Ref Delay}}
  Held: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Password}}
  Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("planned")
    write(folder, {"template.yaml": TEMPLATE, "layer/python/shared.py": "answer = 42\n"})
    return program(folder, local_cloud)


def plan(app: Program, *flags: str) -> dict[str, Any]:
    ended = app("plan", "--out", "plan.json", "--param", f"Password={SECRET}", *flags)
    assert ended.code == 0, ended.err
    document: dict[str, Any] = json.loads((app.folder / "plan.json").read_text())
    return document


def apply(app: Program, file: str = "plan.json") -> Ended:
    return app("apply", file, "--param", f"Password={SECRET}", "--json")


def refused(app: Program) -> str:
    """Why a plan is not carried out."""
    ended = apply(app)
    assert (ended.code, ended.result["error"]["code"]) == (1, "plan.stale")
    return str(ended.result["error"]["why"])


def test_it_is_carried_out_without_a_question(app: Program) -> None:
    plan(app, "--param", "Delay=7")
    applied = apply(app)
    assert applied.code == 0, applied.err
    assert applied.of("DeploymentFinished")[0]["counts"] == {"create": 3}
    assert applied.of("PlanMade")[0]["plan"]["changes"]
    shown = app("plan", "--exit-code", "--param", "Delay=7", "--param", f"Password={SECRET}")
    assert shown.code == 0, "the parameters are in the file"
    assert [each["command"] for each in app("history", "--json").result["deployments"]] == ["apply"]


def test_secrets_are_not_in_it_and_are_given_again(app: Program) -> None:
    plan(app)
    assert SECRET not in (app.folder / "plan.json").read_text()
    missing = app("apply", "plan.json")
    assert (missing.code, "--param Password=…" in missing.err) == (2, True)
    assert apply(app).code == 0
    plan(app, "--param", "Delay=2")
    other = app("apply", "plan.json", "--param", "Password=another", "--json")
    assert other.result["error"]["why"] == "Held was changed in the definition (Value)"


def test_an_edited_file_is_refused(app: Program) -> None:
    document = plan(app)
    document["content"]["parameters"]["Delay"] = "9"
    write(app.folder, {"plan.json": json.dumps(document)})
    ended = apply(app)
    assert (ended.code, ended.result["error"]["code"]) == (2, "plan.edited")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"fairway": "plan", "schema": 99}', "\udcff"])
def test_another_file_is_refused_in_words(app: Program, text: str) -> None:
    (app.folder / "plan.json").write_bytes(text.encode(errors="surrogateescape"))
    ended = apply(app)
    assert (ended.code, ended.result["error"]["code"]) == (2, "plan.file")
    assert apply(app, "missing.json").code == 2


def test_a_plan_for_a_state_that_has_moved_on_is_refused(app: Program) -> None:
    plan(app)
    assert apply(app).code == 0
    assert refused(app) == "the stack was deployed since"
    plan(app, "--param", "Delay=2")
    assert app("deploy", "--yes", "--param", "Delay=3", "--param", f"Password={SECRET}").code == 0
    assert "it was made against serial" in refused(app)
    assert app("destroy", "--yes").code == 0
    assert refused(app) == "the stack was destroyed since"


def test_a_plan_for_another_definition_or_other_code_is_refused(app: Program) -> None:
    plan(app)
    write(app.folder, {"template.yaml": TEMPLATE + "  More: {Type: AWS::SQS::Queue}\n"})
    assert refused(app) == "More was added in the definition"
    write(app.folder, {"template.yaml": TEMPLATE, "layer/python/shared.py": "answer = 43\n"})
    assert "(Content)" in refused(app)


def test_a_plan_for_what_aws_no_longer_answers_is_refused(app: Program, local_cloud: Cloud) -> None:
    plan(app)
    assert apply(app).code == 0
    plan(app, "--param", "Delay=2")
    local_cloud.client("ssm").delete_parameter(Name=identifier(app, "Held"))
    assert refused(app) == "Held: planned was nothing, now it would be create"


def test_a_plan_for_another_place_is_refused(app: Program) -> None:
    plan(app)
    ended = app("apply", "plan.json", "--param", f"Password={SECRET}", "--stack", "other")
    assert (ended.code, f"it is for {app.folder.name} in local" in ended.err) == (1, True)
