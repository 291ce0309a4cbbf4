"""What is read in bulk is what single reads answer, in fewer calls, and never by guessing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.aws.world import LAMBDA_TRUST, Counted, World
from tests.local_cloud import Cloud

from fairway.aws.catalogue.find import MODULES, service_types
from fairway.aws.catalogue.tags import as_dict
from fairway.aws.provider import Live
from fairway.aws.refresh import READS_PER_PAGE
from fairway.model.sealing import seal
from fairway.model.state import ResourceState
from fairway.model.values import Properties

COUNT = 20
"""Of each kind: a listing of two calls is worth it from sixteen on."""


@dataclass(frozen=True)
class Many:
    """Resources of a type, and the calls that read all of them. What is given may need others to be made."""

    type: str
    given: Mapping[str, Any] | Callable[[World, int], Mapping[str, Any]]
    calls: Mapping[str, int]
    name: str = "Many"


def _policy(action: str) -> Mapping[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def _filter(world: World, _: int) -> Mapping[str, Any]:
    transformation = {"MetricName": "Errors", "MetricNamespace": "Bench", "MetricValue": "1"}
    return {
        "LogGroupName": world.log_group,
        "FilterPattern": "ERROR",
        "MetricTransformations": [transformation],
    }


def _inline(world: World, number: int) -> Mapping[str, Any]:
    """Each on a role that is not among what is read."""
    role = world.once(f"Held{number}", "AWS::IAM::Role", {"AssumeRolePolicyDocument": LAMBDA_TRUST})
    return {"PolicyName": "writes", "PolicyDocument": _policy("s3:PutObject"), "Roles": [role.identifier]}


def _mapping(world: World, number: int) -> Mapping[str, Any]:
    queue = world.once(f"Mapped{number}", "AWS::SQS::Queue", {})
    return {
        "FunctionName": world.function.identifier,
        "EventSourceArn": queue.attributes["Arn"],
        "BatchSize": 5,
    }


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
    Many("AWS::Logs::MetricFilter", _filter, {"logs.DescribeMetricFilters": 1}),
    Many("AWS::IAM::Policy", _inline, {"iam.ListRoles": 1, "iam.GetAccountAuthorizationDetails": 1}),
    Many("AWS::Lambda::EventSourceMapping", _mapping, {"lambda.ListEventSourceMappings": 1, **_TAGS}),
)
"""One of every type with a bulk read."""


def made(world: World, kind: Many) -> list[ResourceState]:
    return [_made(world, kind, number) for number in range(COUNT)]


def _given(world: World, kind: Many, number: int) -> Properties:
    return kind.given(world, number) if callable(kind.given) else kind.given


def _made(world: World, kind: Many, number: int) -> ResourceState:
    address, given = f"{kind.name}{number}{kind.type.replace(':', '')}", _given(world, kind, number)
    live = world.once(address, kind.type, given)
    return _state(kind.type, address, live, world.completed(kind.type, given, address))


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


def test_every_bulk_read_is_compared() -> None:
    declared = {each.name for service in MODULES for each in service_types(service) if each.bulk is not None}
    assert declared == {kind.type for kind in KINDS}


def _kind(type_name: str) -> Many:
    return next(kind for kind in KINDS if kind.type == type_name)


def test_what_was_changed_or_deleted_by_hand_shows(world: World, local_cloud: Cloud) -> None:
    states = made(world, replace(_kind("AWS::Logs::LogGroup"), name="ByHand"))
    changed, tagged, gone = (state.identifier for state in states[:3])
    logs = local_cloud.client("logs")
    logs.put_retention_policy(logGroupName=changed, retentionInDays=1)
    logs.tag_log_group(logGroupName=tagged, tags={"by": "hand"})
    logs.delete_log_group(logGroupName=gone)
    live = world.cloud.read_all(states)
    assert live == single(world, states)
    retention, tags, nothing = (live[state.address] for state in states[:3])
    assert retention is not None
    assert retention.properties["RetentionInDays"] == 1
    assert tags is not None
    assert as_dict(tags.properties["Tags"])["by"] == "hand"
    assert nothing is None


@pytest.mark.parametrize(
    ("service", "operation"),
    [("iam", "GetAccountAuthorizationDetails"), ("resourcegroupstaggingapi", "GetResources")],
)
def test_a_bulk_read_that_is_denied_is_made_singly(
    world: World, local_cloud: Cloud, service: str, operation: str
) -> None:
    states = [*made(world, _kind("AWS::IAM::Role")), *made(world, _kind("AWS::SSM::Parameter"))]
    denying = World(local_cloud.endpoint, world.folder).cloud
    client = denying.caller.session.client(service)
    denial = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}

    def deny(**_: object) -> None:
        raise ClientError(denial, operation)

    client.meta.events.register(
        f"before-call.{client.meta.service_model.service_id.hyphenize()}.{operation}", deny
    )
    assert denying.read_all(states) == single(world, states)


def test_an_account_full_of_others_things_costs_little(world: World, local_cloud: Cloud) -> None:
    events = local_cloud.client("events")
    for number in range(120):
        events.put_rule(Name=f"others-{number}", ScheduleExpression="rate(1 day)", State="DISABLED")
    states = made(world, replace(_kind("AWS::Events::Rule"), name="Crowded"))
    with Counted(world) as sent:
        live = world.cloud.read_all(states)
    assert live == single(world, states)
    assert sent.all["events.ListRules"] <= COUNT // READS_PER_PAGE
    assert sent.all["events.ListRules"] + sent.all.get("events.DescribeRule", 0) <= COUNT * (
        1 + 1 / READS_PER_PAGE
    )
