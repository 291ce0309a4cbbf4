"""An approval is of one plan: nothing else is carried out under it, and the history says who gave it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import ENVIRONMENT, Workshop, workshop

from fairway.model.errors import Failed, WrongInput
from fairway.model.events import Approved, DeploymentStarted, PlanMade
from fairway.pipeline.approval import approve
from fairway.pipeline.folder import RunFolder
from fairway.project.settings import FromStack, ParameterSetting, StackSettings
from fairway.stacks.inspect import history

TEMPLATE = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1}}}\n"


@pytest.fixture
def name() -> str:
    return unique("approved")


@pytest.fixture
def made(tmp_path: Path, local_cloud: Cloud, name: str) -> Workshop:
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name)})
    made.set_environment(approval=True)
    made.write({"template.yaml": TEMPLATE})
    return made


def approved_by(who: str, made: Workshop) -> bool:
    return approve(made.delivery("approve", "approve"), who, lambda _: True)


def test_a_run_waits_for_it_and_another_process_goes_on(made: Workshop, name: str) -> None:
    assert made.run() == "waiting"
    assert approved_by("ada@example", made)
    assert made.run("apply") == "succeeded"
    [record] = history(made.target(name)).newest_first()
    assert record.approval
    assert record.approval.who == "ada@example"
    assert record.approval.digest in RunFolder(made.folder, ENVIRONMENT).approvals()


def test_it_may_be_given_on_the_spot(made: Workshop, name: str) -> None:
    made.somebody.approves = "grace@example"
    assert made.run() == "succeeded"
    assert made.somebody.asked == [(name,)]
    assert [each.who for each in made.of(Approved)] == ["grace@example"]


def test_apply_refuses_without_it_and_a_yes_is_none(made: Workshop) -> None:
    made.run("test", "plan")
    made.somebody.agrees = True
    with pytest.raises(Failed) as refused:
        made.run("apply")
    assert refused.value.code == "run.not-approved"


def test_it_does_not_hold_for_another_plan_but_for_the_same_one_made_again(made: Workshop) -> None:
    made.run("test", "plan")
    approved_by("ada@example", made)
    made.write({"template.yaml": TEMPLATE.replace("DelaySeconds: 1", "DelaySeconds: 2")})
    assert made.run() == "waiting"
    made.write({"template.yaml": TEMPLATE})
    assert made.run() == "succeeded"


def test_nobody_approves_what_does_not_wait(made: Workshop) -> None:
    with pytest.raises(WrongInput) as refused:
        approved_by("ada@example", made)
    assert refused.value.code == "approve.nothing"
    made.run("test", "plan")
    assert not approve(made.delivery("approve", "approve"), "ada@example", lambda _: False)
    assert RunFolder(made.folder, ENVIRONMENT).approvals() == {}


def test_the_plan_is_shown_to_who_approves_it(made: Workshop) -> None:
    made.run("test", "plan")
    [planned] = made.of(PlanMade)
    made.events.clear()
    approved_by("ada@example", made)
    [shown] = made.of(PlanMade)
    assert shown.plan == planned.plan


def test_a_deferred_stack_needs_one_of_its_own(tmp_path: Path, local_cloud: Cloud) -> None:
    first, second = unique("first"), unique("second")
    takes = {"Takes": ParameterSetting(FromStack(first, "Name"))}
    stacks = {first: StackSettings(first, "a"), second: StackSettings(second, "b", parameters=takes)}
    made = workshop(tmp_path, local_cloud, stacks)
    made.set_environment(approval=True)
    held = "{Held: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Takes}}}"
    outputs = "Outputs: {Name: {Value: !GetAtt Queue.QueueName}}\n"
    parameters = "Parameters: {Takes: {Type: String}}\n"
    made.write({"a/template.yaml": TEMPLATE + outputs, "b/template.yaml": f"{parameters}Resources: {held}\n"})
    assert made.run() == "waiting"
    approved_by("ada@example", made)
    assert made.run("apply") == "waiting", "the second one's plan is there only now"
    approved_by("ada@example", made)
    assert made.run("apply") == "succeeded"
    assert {each.stack for each in made.of(DeploymentStarted)} == {second}, "the first one is done already"
