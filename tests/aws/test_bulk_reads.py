"""What is read in bulk is what single reads answer, in fewer calls, and never by guessing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from tests.aws.world import LAMBDA_TRUST, Counted, World

from fairway.aws.provider import Live
from fairway.model.sealing import seal
from fairway.model.state import ResourceState
from fairway.model.values import Properties

COUNT = 20
"""Of each kind: a listing of two calls is worth it from sixteen on."""


@dataclass(frozen=True)
class Many:
    """Resources of a type, and what reading them may take; `per_page` calls answer all, `each` are one by one."""

    type: str
    given: Mapping[str, Any]
    calls: Mapping[str, int]


def _policy(action: str) -> Mapping[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


_TAGS = {"resourcegroupstaggingapi.GetResources": 1}
_ALARM = {
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 2,
    "MetricName": "Errors",
    "Namespace": "AWS/Lambda",
    "Period": 60,
    "Statistic": "Sum",
    "Threshold": 1,
    "AlarmDescription": "a function fails",
}
_TRANSFORMATION = {"MetricName": "Errors", "MetricNamespace": "Bench", "MetricValue": "1"}
KINDS = (
    Many("AWS::SSM::Parameter", {"Type": "String", "Value": "v"}, {"ssm.GetParameters": 2, **_TAGS}),
    Many("AWS::Logs::LogGroup", {"RetentionInDays": 14}, {"logs.DescribeLogGroups": 1, **_TAGS}),
    Many("AWS::CloudWatch::Alarm", _ALARM, {"cloudwatch.DescribeAlarms": 1, **_TAGS}),
    Many(
        "AWS::CloudWatch::CompositeAlarm",
        {"AlarmRule": "TRUE", "AlarmDescription": "both"},
        {"cloudwatch.DescribeAlarms": 1, **_TAGS},
    ),
    Many(
        "AWS::Events::Rule",
        {"ScheduleExpression": "rate(1 hour)", "State": "DISABLED", "Description": "hourly"},
        {"events.ListRules": 1, **_TAGS},
    ),
    Many(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": LAMBDA_TRUST,
            "Description": "reads",
            "MaxSessionDuration": 7200,
            "Policies": [{"PolicyName": "reads", "PolicyDocument": _policy("s3:GetObject")}],
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
            "PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
            "Path": "/team/",
        },
        {"iam.ListRoles": 1, "iam.GetAccountAuthorizationDetails": 1},
    ),
    Many(
        "AWS::Logs::MetricFilter",
        {"FilterPattern": "ERROR", "MetricTransformations": [_TRANSFORMATION]},
        {"logs.DescribeMetricFilters": 1},
    ),
)
"""One of every type with a bulk read but those made by `_others`."""


def made(world: World, kind: Many) -> list[ResourceState]:
    return [_made(world, kind.type, f"Many{number}", _given(world, kind)) for number in range(COUNT)]


def _given(world: World, kind: Many) -> Properties:
    more = {"LogGroupName": world.log_group} if kind.type == "AWS::Logs::MetricFilter" else {}
    return {**kind.given, **more}


def _made(world: World, type_name: str, address: str, given: Properties) -> ResourceState:
    address = f"{address}{type_name.replace(':', '')}"
    properties = world.completed(type_name, given, address)
    live = world.once(address, type_name, given)
    return _state(type_name, address, live, properties)


def _state(type_name: str, address: str, live: Live, properties: Properties) -> ResourceState:
    sealed = {name: seal(value, "key") for name, value in properties.items()}
    return ResourceState(address, type_name, live.identifier, live.ref, sealed, live.attributes)


def single(world: World, states: Sequence[ResourceState]) -> Mapping[str, Live | None]:
    """Each read by itself."""
    return {s.address: world.cloud.read(s.type, s.identifier, s.properties) for s in states}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_bulk_reads_answer_what_single_reads_do(world: World, kind: Many) -> None:
    states = made(world, kind)
    with Counted(world) as sent:
        live = world.cloud.read_all(states)
    assert sent.all == kind.calls
    assert live == single(world, states)
    assert None not in live.values()
