"""The actions that a plan needs are derived from its changes and judged by IAM, where it may be asked.

The local cloud has no policies: what IAM would say of the actions is said by the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests.checks.conftest import SHOP
from tests.checks.deployed import Place, place
from tests.cli.program import write
from tests.local_cloud import Cloud

from fairway.aws.calls import Answer, Caller
from fairway.aws.failures import CallFailed, Kind
from fairway.checks.before import permissions
from fairway.checks.before.intended import Intended, Reading
from fairway.checks.subject import Subject
from fairway.project.settings import EnvironmentSettings


@dataclass
class Judge(Caller):
    """IAM's answers to simulations by action; everything else is the local cloud's."""

    decisions: Mapping[str, str] = field(default_factory=dict)
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    refuses: bool = False

    def pages(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Answer]:
        assert (service, operation) == ("iam", "SimulatePrincipalPolicy")
        if self.refuses:
            raise CallFailed(Kind.FATAL, "iam.SimulatePrincipalPolicy", "AccessDenied", "not you")
        self.asked.append(parameters)
        given = {name: self.decisions.get(name, "allowed") for name in parameters["ActionNames"]}
        results = [{"EvalActionName": name, "EvalDecision": each} for name, each in given.items()]
        yield {"EvaluationResults": results}


def intended(at: Place, judge: Judge | None = None) -> tuple[Intended, Subject]:
    subject = at.subject(at.project())
    with Reading(subject) as reading:
        found = reading.of(at.target.stack)
    if judge:
        judge.session = found.cloud.caller.session
        found = replace(found, cloud=replace(found.cloud, caller=judge))
    return found, subject


def wanted(at: Place) -> dict[str, set[str]]:
    return {name: each.actions for name, each in permissions.demands(intended(at)[0]).items()}


@pytest.fixture
def new(tmp_path: Path, local_cloud: Cloud) -> Place:
    files = {"template.yaml": SHOP, "flow.json": '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'}
    return place(tmp_path, local_cloud, {**files, "code/app.py": "def handler(event, context): ..."})


def test_something_new_is_created_and_read(new: Place) -> None:
    found = wanted(new)
    assert {"dynamodb:CreateTable", "dynamodb:DescribeTable"} <= found["AWS::DynamoDB::Table"]
    assert "lambda:CreateFunction" in found["AWS::Lambda::Function"]
    assert "states:CreateStateMachine" in found["AWS::StepFunctions::StateMachine"]
    assert found["iam:PassRole"] == {"iam:PassRole"}
    assert "cloudwatch:PutMetricAlarm" in found["AWS::CloudWatch::Alarm"]


def test_what_is_deployed_needs_only_what_changes(new: Place) -> None:
    new.deploy()
    found = wanted(new)
    assert set(found) == {"AWS::Lambda::Function"}, "code is taken to be new: it has not been built yet"
    assert "lambda:UpdateFunctionCode" in found["AWS::Lambda::Function"]
    assert "lambda:CreateFunction" not in found["AWS::Lambda::Function"]


def test_what_goes_is_deleted(new: Place) -> None:
    new.deploy()
    write(new.folder, {"template.yaml": "Resources: {Kept: {Type: AWS::SQS::Queue}}\n"})
    found = wanted(new)
    assert "dynamodb:DeleteTable" in found["AWS::DynamoDB::Table"]
    assert "dynamodb:CreateTable" not in found["AWS::DynamoDB::Table"]
    assert "sqs:CreateQueue" in found["AWS::SQS::Queue"]


ANY = EnvironmentSettings()


def judged(at: Place, environment: EnvironmentSettings = ANY, **settings: Any) -> tuple[Any, Judge]:
    session = at.subject(at.project()).caller.session
    judge = Judge(session, **settings)
    found, subject = intended(at, judge)
    return permissions.check(found, subject, environment), judge


def test_all_are_allowed(new: Place) -> None:
    outcome, judge = judged(new)
    assert outcome.result == "passed"
    tables = next(each for each in judge.asked if "dynamodb:CreateTable" in each["ActionNames"])
    assert tables["PolicySourceArn"] == "arn:aws:sts::123456789012:user/moto"
    assert tables["ResourceArns"][0].startswith("arn:aws:dynamodb:us-east-1:123456789012:table/")


def test_where_a_role_only_plans_the_one_that_deploys_is_judged(new: Place) -> None:
    me, other = "arn:aws:sts::123456789012:user/moto", "arn:aws:iam::123456789012:role/deploys"
    _, judge = judged(new, EnvironmentSettings(role=other, plan_role=me))
    assert {each["PolicySourceArn"] for each in judge.asked} == {other}


def test_one_that_is_not_allowed_is_named(new: Place) -> None:
    outcome, _ = judged(new, decisions={"dynamodb:CreateTable": "implicitDeny"})
    assert (outcome.result, outcome.message) == ("failed", "not allowed: dynamodb:CreateTable")


def test_without_an_arn_only_an_explicit_denial_is_sure(new: Place) -> None:
    outcome, _ = judged(new, decisions={"iam:CreateRole": "implicitDeny"})
    assert outcome.result == "warned"
    outcome, _ = judged(new, decisions={"iam:CreateRole": "explicitDeny"})
    assert outcome.result == "failed"


def test_who_may_not_simulate_is_told_so(new: Place) -> None:
    outcome, _ = judged(new, refuses=True)
    assert (outcome.result, outcome.message) == ("skipped", "these credentials may not simulate policies")
