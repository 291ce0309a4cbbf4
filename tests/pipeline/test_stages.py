"""Stages run one by one, in processes of their own, again, and from where the last one stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: code, Handler: app.handler, Runtime: python3.11}
Outputs:
  Name: {Value: !Ref Hello}
"""
CODE = "def handler(event, context):\n    return %d\n"


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("staged")
    write(folder, {"template.yaml": TEMPLATE, "code/app.py": CODE % 1})
    return program(folder, local_cloud)


def stages(ended: Ended) -> dict[str, str]:
    """How each stage ended, in order."""
    return {each["stage"]: each["ending"] for each in ended.of("PipelineStageFinished")}


def test_one_after_the_other_in_processes_of_their_own(app: Program) -> None:
    for stage in ("checks", "test", "build", "plan"):
        assert stages(app("run", "--from", stage, "--to", stage, "--json")).keys() == {stage}
    assert app("status").code == 2, "nothing is deployed yet"
    applied = app("run", "--from", "apply", "--json")
    assert (applied.code, applied.result["result"]) == (0, "succeeded")
    assert stages(applied) == {"apply": "done", "verify": "done", "publish": "done"}
    [ended] = applied.of("PipelineFinished")
    assert {"build", "plan", "apply"} <= ended["stages"].keys(), "the times of all processes"
    again = app("run", "--from", "apply", "--to", "apply", "--json")
    assert (again.code, stages(again)) == (0, {"apply": "nothing"}), "the plan has been carried out"


def test_there_is_nothing_to_apply_without_a_plan(app: Program) -> None:
    ended = app("run", "--from", "apply", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (1, "run.no-plan")


def test_a_plan_that_does_not_hold_any_more_is_not_carried_out(app: Program) -> None:
    assert app("run", "--to", "plan").code == 0
    write(app.folder, {"code/app.py": CODE % 2})
    ended = app("run", "--from", "apply", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (1, "plan.stale")


def test_a_second_run_does_nothing(app: Program) -> None:
    assert app("run", "--yes").code == 0
    ended = app("run", "--json")
    assert (ended.code, ended.result["result"]) == (0, "unchanged")
    assert all(each["calls"].get("writes", 0) == 0 for each in ended.of("DeploymentFinished"))
    assert app("run", "--yes").out.rstrip().splitlines()[-1].startswith("Nothing to do in ")


def test_one_changed_function_is_one_update_and_reads_nothing_else(app: Program) -> None:
    assert app("run", "--yes").code == 0
    write(app.folder, {"code/app.py": CODE % 2})
    ended = app("run", "--code-only", "--yes", "--json")
    assert [each["decision"]["code"] for each in ended.of("Decided")] == [["Hello"]]
    assert [each["address"] for each in ended.of("OperationFinished")] == ["Hello"]
    assert [each["calls"]["writes"] for each in ended.of("DeploymentFinished")] == [0, 0, 1]


def test_without_a_terminal_nobody_can_say_yes(app: Program) -> None:
    ended = app("run", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, "arguments.yes")
    assert ended.of("PipelineFinished")[0]["ended_in"] == "approve"


def test_stages_can_be_left_out(app: Program) -> None:
    ended = app("run", "--skip", "test", "--to", "plan", "--json")
    assert list(stages(ended)) == ["checks", "build", "plan"]
    assert app("run", "--from", "test", "--to", "test", "--skip", "test").code == 2


def test_explain_says_what_a_run_would_do_and_leaves_a_waiting_one_alone(app: Program) -> None:
    assert app("run", "--to", "plan").code == 0
    ended = app("explain", "--json")
    [decision] = ended.result["decisions"].values()
    assert decision["kind"] == "first deployment"
    assert "first deployment\n    it was never deployed here" in app("explain").out
    assert app("run", "--from", "apply").code == 0


def test_what_an_earlier_run_left_is_read_or_refused(app: Program) -> None:
    assert app("run", "--to", "plan").code == 0
    [record] = app.folder.glob(".fairway/runs/local/run.json")
    record.write_text('{"schema": 1, "stages": {"build": {"seconds": 1}}, "stacks": {}}')
    ended = app("run", "--from", "apply", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (1, "run.damaged")
    anew = app("run", "--skip", "test", "--yes", "--json")
    assert (anew.code, anew.result["result"]) == (0, "succeeded"), "it needs nothing of it"
    assert [each["finding"]["code"] for each in anew.of("Warned")] == ["run.damaged"]


def test_a_run_that_leaves_stages_out_has_no_times_of_an_earlier_one(app: Program) -> None:
    assert app("run", "--to", "plan").code == 0
    [ended] = app("run", "--skip", "checks", "--skip", "test", "--to", "plan", "--json").of(
        "PipelineFinished"
    )
    assert list(ended["stages"]) == ["build", "plan"]


def test_a_plan_is_shown_once(app: Program) -> None:
    """Also that of a first deployment, whose secrets are sealed with another key each time."""
    held = "{Held: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Token}}}"
    template = f"Parameters: {{Token: {{Type: String, NoEcho: true}}}}\nResources: {held}\n"
    write(app.folder, {"template.yaml": template})
    ended = app("run", "--yes", "--param", "Token=hush")
    assert (ended.code, ended.out.count("Plan: 1 to create")) == (0, 1), ended.out + ended.err
