"""A create that meets its own earlier result takes it over, and leaves somebody else's alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.aws.round_trips_monitoring import ERRORS
from tests.aws.world import Counted, World
from tests.local_cloud import Cloud

from fairway.aws.calls import quiet
from fairway.model.errors import Failed

QUEUE = "AWS::SQS::Queue"
TABLE: Mapping[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (QUEUE, {"QueueName": "adopted-queue"}),
        ("AWS::SNS::Topic", {"TopicName": "adopted-topic"}),
        ("AWS::DynamoDB::Table", {**TABLE, "TableName": "adopted-table"}),
        ("AWS::Logs::LogGroup", {"LogGroupName": "/adopted/group"}),
        ("AWS::SSM::Parameter", {"Name": "/adopted/parameter", "Type": "String", "Value": "v"}),
        ("AWS::S3::Bucket", {"BucketName": "adopted-bucket"}),
        ("AWS::CloudWatch::Alarm", {**ERRORS, "AlarmName": "adopted-alarm"}),
        ("AWS::CloudWatch::Dashboard", {"DashboardBody": "{}", "DashboardName": "adopted-dashboard"}),
        ("AWS::Events::Rule", {"Name": "adopted-rule", "ScheduleExpression": "rate(1 day)"}),
        ("AWS::SecretsManager::Secret", {"Name": "adopted/secret"}),
        ("AWS::Events::EventBus", {"Name": "adopted-bus"}),
        ("AWS::StepFunctions::Activity", {"Name": "adopted-activity"}),
    ],
)
def test_only_what_bears_our_tags_is_taken_over(world: World, kind: str, properties: Any) -> None:
    ours = world.completed(kind, properties, "Ours")
    theirs = world.completed(kind, properties, "Theirs")
    first = world.cloud.create(kind, ours, world.owner("Ours"), quiet)
    again = world.cloud.create(kind, ours, world.owner("Ours"), quiet)
    assert again.identifier == first.identifier
    with Counted(world) as sent, pytest.raises(Failed) as caught:
        world.cloud.create(kind, theirs, world.owner("Theirs"), quiet)
    assert "belongs to this stack" in caught.value.why
    assert len(sent.writes) <= 1
    assert world.cloud.find(kind, theirs, world.owner("Theirs")) is None
    live = world.cloud.read(kind, first.identifier, ours)
    assert live is not None
    assert {"Key": "fairway:address", "Value": "Ours"} in _listed(live.properties["Tags"])
    world.cloud.delete(kind, first.identifier, ours, quiet)


ROLE = "arn:aws:iam::123456789012:role/rays"


def _schedule(queue: str) -> Mapping[str, Any]:
    return {
        "Name": "adopted-schedule",
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": f"arn:aws:sqs:us-east-1:123456789012:{queue}", "RoleArn": ROLE},
    }


def test_a_schedule_without_tags_is_ours_only_if_it_does_what_ours_would(world: World) -> None:
    kind, mine, other = "AWS::Scheduler::Schedule", _schedule("mine"), _schedule("other")
    first = world.cloud.create(kind, mine, world.owner("Ours"), quiet)
    assert world.cloud.create(kind, mine, world.owner("Ours"), quiet).identifier == first.identifier
    with pytest.raises(Failed, match="adopted-schedule"):
        world.cloud.create(kind, other, world.owner("Theirs"), quiet)
    live = world.cloud.read(kind, first.identifier, mine)
    assert live is not None
    assert live.properties["Target"]["Arn"].endswith(":mine")  # type: ignore[index, call-overload, union-attr]


def test_an_alias_of_another_key_is_left_alone(world: World) -> None:
    kind, key = "AWS::KMS::Alias", "AWS::KMS::Key"
    ours, theirs = (
        {"AliasName": "alias/adopted", "TargetKeyId": world.create(key, {}, address).identifier}
        for address in ("OurKey", "TheirKey")
    )
    world.cloud.create(kind, ours, world.owner("Ours"), quiet)
    assert world.cloud.find(kind, ours, world.owner("Ours")) is not None
    with pytest.raises(Failed, match="alias/adopted"):
        world.cloud.create(kind, theirs, world.owner("Theirs"), quiet)
    live = world.cloud.read(kind, "alias/adopted", ours)
    assert live is not None
    assert live.properties["TargetKeyId"] == ours["TargetKeyId"]


def test_a_filter_of_the_same_name_is_ours_only_if_it_looks_for_the_same(world: World) -> None:
    kind, metric = "AWS::Logs::MetricFilter", {"MetricNamespace": "n", "MetricName": "m", "MetricValue": "1"}
    ours: Any = {
        "LogGroupName": world.log_group,
        "FilterName": "adopted-filter",
        "FilterPattern": "OURS",
        "MetricTransformations": [metric],
    }
    world.cloud.create(kind, ours, world.owner("Ours"), quiet)
    assert world.cloud.find(kind, ours, world.owner("Ours")) is not None
    with pytest.raises(Failed, match="adopted-filter"):
        world.cloud.create(kind, {**ours, "FilterPattern": "THEIRS"}, world.owner("Theirs"), quiet)
    live = world.cloud.read(kind, f"{world.log_group}|adopted-filter", ours)
    assert live is not None
    assert live.properties["FilterPattern"] == "OURS"


def _listed(tags: Any) -> list[Mapping[str, str]]:
    return tags if isinstance(tags, list) else [{"Key": k, "Value": v} for k, v in tags.items()]


def test_what_is_taken_over_gets_the_properties_of_the_definition(world: World) -> None:
    owner = world.owner("Later")
    world.cloud.create(QUEUE, world.completed(QUEUE, {"DelaySeconds": 1}, "Later"), owner, quiet)
    wanted = world.completed(QUEUE, {"DelaySeconds": 2, "VisibilityTimeout": 7}, "Later")
    adopted = world.cloud.create(QUEUE, wanted, owner, quiet)
    live = world.cloud.read(QUEUE, adopted.identifier, wanted)
    assert live is not None
    assert (live.properties["DelaySeconds"], live.properties["VisibilityTimeout"]) == (2, 7)


def test_a_generated_name_costs_no_look_before_the_create(world: World) -> None:
    wanted = world.completed(QUEUE, {}, "Cheap")
    with Counted(world) as sent:
        world.cloud.create(QUEUE, wanted, world.owner("Cheap"), quiet)
    assert sent.all == {"sqs.CreateQueue": 1}


def test_a_log_group_that_a_function_made_by_running_is_taken_over(world: World, local_cloud: Cloud) -> None:
    local_cloud.client("logs").create_log_group(logGroupName="/aws/lambda/ran-already")
    given: Any = {"LogGroupName": "/aws/lambda/ran-already", "RetentionInDays": 7}
    wanted = world.completed("AWS::Logs::LogGroup", given, "Early")
    made = world.cloud.create("AWS::Logs::LogGroup", wanted, world.owner("Early"), quiet)
    live = world.cloud.read("AWS::Logs::LogGroup", made.identifier, wanted)
    assert live is not None
    assert live.properties["RetentionInDays"] == 7
    assert {"Key": "fairway:address", "Value": "Early"} in _listed(live.properties["Tags"])


def test_what_was_never_created_is_not_found(world: World) -> None:
    for kind in (QUEUE, "AWS::IAM::Role", "AWS::S3::Bucket"):
        assert world.cloud.find(kind, world.completed(kind, {}, "Never"), world.owner("Never")) is None
