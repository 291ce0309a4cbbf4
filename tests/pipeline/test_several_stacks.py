"""Stacks of one project: in the order of what they need, independent ones at once, only those that change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.events import (
    ApplyStarted,
    BuildFinished,
    DeploymentStarted,
    OperationFailed,
    OperationFinished,
    PipelineFinished,
    StackDeferred,
    StackFailed,
    StackSkipped,
)
from fairway.pipeline.order import in_order, needs_among
from fairway.project.settings import FromStack, ParameterSetting, Project, StackSettings

QUEUE = "Resources: {{Queue: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: {delay}}}}}}}\n"
DATA = QUEUE + "Outputs: {{Name: {{Value: !GetAtt Queue.QueueName}}, Fixed: {{Value: same}}}}\n"
REFUSED = "Refused: {Type: AWS::SSM::Parameter, Properties: {Name: /aws/mine, Type: String, Value: a}}"
BACKEND = """
Parameters: {Takes: {Type: String}}
Resources: {Held: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Takes}}}
"""
FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Parameters: {{Takes: {{Type: String}}}}
{conditions}
Resources:
  Made:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: {handler}
      Runtime: python3.11
      Environment: {{Variables: {{TAKES: !Ref Takes, IMPORTED: !ImportValue {imported}}}}}
{more}
"""


@dataclass(frozen=True)
class Names:
    data: str
    backend: str
    other: str


@pytest.fixture
def names() -> Names:
    return Names(unique("data"), unique("backend"), unique("other"))


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud, names: Names) -> Workshop:
    takes = {"Takes": ParameterSetting(FromStack(names.data, "Name"))}
    stacks = {
        names.backend: StackSettings(names.backend, "backend", parameters=takes),
        names.other: StackSettings(names.other, "other"),
        names.data: StackSettings(names.data, "data"),
    }
    made = workshop(tmp_path, local_cloud, stacks)
    made.write(
        {
            "data/template.yaml": DATA.format(delay=1),
            "backend/template.yaml": BACKEND,
            "other/template.yaml": QUEUE.format(delay=1),
        }
    )
    return made


def test_one_that_takes_what_is_not_there_yet_is_planned_after_it(made: Workshop, names: Names) -> None:
    assert made.run() == "succeeded"
    assert made.decisions[names.backend] == "decided later"
    assert [(each.stack, each.after) for each in made.of(StackDeferred)] == [(names.backend, (names.data,))]
    applied = [each.stack for each in made.of(OperationFinished)]
    assert applied.index(names.data) < applied.index(names.backend)
    assert sorted(applied) == sorted([names.data, names.backend, names.other])
    assert made.run() == "unchanged"


def test_only_what_changed_is_applied(made: Workshop, names: Names) -> None:
    made.run()
    made.write({"other/template.yaml": QUEUE.format(delay=9)})
    assert made.run() == "succeeded"
    assert [each.stack for each in made.of(ApplyStarted)] == [names.other]
    assert made.decisions == {names.data: "nothing", names.backend: "nothing", names.other: "configuration"}


def test_a_change_that_leaves_the_outputs_alone_defers_nobody(made: Workshop, names: Names) -> None:
    made.run()
    made.write({"data/template.yaml": DATA.format(delay=9)})
    made.run("build", "plan")
    assert made.of(StackDeferred) == []


def test_only_what_takes_a_new_output_is_deferred(made: Workshop, names: Names) -> None:
    """And what comes after that. Another output of the same stack may be any."""
    last = unique("last")
    made.set(stacks={**made.project.stacks, last: StackSettings(last, "last", after=(names.backend,))})
    made.write({"last/template.yaml": QUEUE.format(delay=1)})
    assert made.run() == "succeeded"
    made.write({"data/template.yaml": DATA.format(delay=1).replace("same", "other")})
    assert made.run("build", "plan") == "succeeded"
    assert made.of(StackDeferred) == [], "nobody takes Fixed"
    renamed = DATA.format(delay=1).replace("Properties: {", f"Properties: {{QueueName: {unique('other')}, ")
    made.write({"data/template.yaml": renamed})
    assert made.run("build", "plan") == "succeeded"
    assert {each.stack: each.after for each in made.of(StackDeferred)} == {
        names.backend: (names.data,),
        last: (names.backend,),
    }


def test_those_that_need_what_failed_are_left_and_others_finish(made: Workshop, names: Names) -> None:
    made.write(
        {"data/template.yaml": DATA.format(delay=1).replace("Resources: {", f"Resources: {{{REFUSED}, ")}
    )
    assert made.run() == "failed"
    assert [(each.stack, each.because) for each in made.of(StackSkipped)] == [(names.backend, names.data)]
    assert [each.stack for each in made.of(OperationFailed)] == [names.data]
    assert names.other in {each.stack for each in made.of(OperationFinished)}
    [ended] = made.of(PipelineFinished)
    assert (ended.result, ended.ended_in) == ("failed", "apply")


def test_a_mistake_in_one_stops_all_before_anything_is_planned(made: Workshop, names: Names) -> None:
    made.write({"other/template.yaml": "Resources: {Queue: {Type: AWS::SQS::Quene}}\n"})
    assert made.run() == "failed"
    [told] = made.of(StackFailed)
    assert (told.stack, told.code) == (names.other, "definition.invalid")
    assert told.findings
    assert "plan" not in {each.command for each in made.of(DeploymentStarted)}


def test_one_that_takes_an_output_that_is_new_is_planned_when_that_is_there(
    made: Workshop, names: Names
) -> None:
    """The output and who takes it come with one push."""
    made.run()
    made.write({"data/template.yaml": DATA.format(delay=1).replace("Fixed: {", "New: {")})
    takes = {"Takes": ParameterSetting(FromStack(names.data, "New"))}
    backend = StackSettings(names.backend, "backend", parameters=takes)
    made.set(stacks={**made.project.stacks, names.backend: backend})
    assert made.run() == "succeeded"
    assert (made.decisions[names.data], made.decisions[names.backend]) == ("configuration", "decided later")
    assert [each.stack for each in made.of(StackDeferred)] == [names.backend]
    assert made.run() == "unchanged"


def test_one_that_imports_what_is_new_is_planned_when_that_is_there(made: Workshop, names: Names) -> None:
    made.run()
    name = unique("exported")
    exports = f"Outputs: {{New: {{Value: a, Export: {{Name: {name}}}}}, "
    data = DATA.format(delay=1).replace("Outputs: {", exports)
    imports = BACKEND.replace("!Ref Takes", f"!ImportValue {name}")
    made.write({"data/template.yaml": data, "backend/template.yaml": imports})
    backend = made.project.stacks[names.backend]
    made.set(stacks={**made.project.stacks, names.backend: replace(backend, after=(names.data,))})
    assert made.run() == "succeeded"
    assert made.decisions[names.backend] == "decided later"
    assert made.run() == "unchanged"


def function(
    made: Workshop, handler: str, *, imported: str = "any", conditions: str = "", more: str = ""
) -> None:
    text = FUNCTION.format(handler=handler, imported=imported, conditions=conditions, more=more)
    made.write(
        {"backend/template.yaml": text, "backend/app.py": "def handler(event, context):\n    return 1\n"}
    )


def test_code_is_built_before_what_it_takes_is_there(made: Workshop, names: Names) -> None:
    """A mistake in it stops the run before the stack that it waits for is deployed."""
    function(made, "app.missing")
    assert made.run() == "failed"
    [told] = made.of(StackFailed)
    assert (told.stack, [each.code for each in told.findings]) == (names.backend, ["build.handler"])
    assert "plan" not in {each.command for each in made.of(DeploymentStarted)}
    function(made, "app.handler")
    assert made.run("build", "build") == "succeeded"
    assert made.decisions[names.backend] == "decided later"
    assert [each.stack for each in made.of(BuildFinished)] == [names.backend]


def test_a_mistake_in_a_definition_shows_before_what_it_takes_is_there(made: Workshop) -> None:
    function(made, "app.handler", more="  Wrong: {Type: AWS::SQS::Quene}")
    assert made.run("build", "build") == "failed"
    [told] = made.of(StackFailed)
    assert {each.code for each in told.findings} == {"template.unknown-type"}


def test_what_may_come_from_what_is_unknown_is_no_mistake_yet(made: Workshop) -> None:
    conditions = "Conditions: {IsA: !Equals [!Ref Takes, a]}"
    more = (
        "  Given: {Type: AWS::SQS::Queue, Condition: IsA}\nOutputs: {Given: {Value: !GetAtt Given.QueueName}}"
    )
    function(made, "app.handler", conditions=conditions, more=more)
    assert made.run("build", "build") == "succeeded"


def test_a_chosen_stack_takes_the_others_as_they_are(made: Workshop, names: Names) -> None:
    made.run()
    described = BACKEND.replace("Type: String, Value", "Type: String, Description: a, Value")
    made.write({"backend/template.yaml": described, "data/template.yaml": DATA.format(delay=9)})
    assert made.run("test", "apply", names.backend) == "succeeded"
    assert {each.stack for each in made.of(DeploymentStarted)} == {names.backend}


def test_a_stack_needs_another_also_by_way_of_one_that_is_left_out() -> None:
    stacks = {
        "a": StackSettings("a"),
        "b": StackSettings("b", parameters={"P": ParameterSetting(FromStack("a", "X"))}),
        "c": StackSettings("c", after=("b",)),
    }
    found = needs_among(Project(stacks=stacks), "prod", ["c", "a"])
    assert found == {"a": frozenset(), "c": frozenset({"a"})}
    assert in_order(found) == ("a", "c")
    assert needs_among(Project(stacks=stacks), "prod", ["a", "b", "c"])["c"] == frozenset({"b"})
