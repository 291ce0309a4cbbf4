"""EventBridge rules reach every kind of target, with their input transformed."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.local.events_world import bodies, eventually, queue, recorder
from tests.local_cloud import ACCOUNT, REGION, Cloud, unique

PATTERN = json.dumps({"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}})


def rule(cloud: Cloud, *targets: dict[str, Any], pattern: str = PATTERN, **settings: Any) -> str:
    """A new rule with those targets; its ARN."""
    events = cloud.client("events")
    name = unique("rule")
    arn = str(events.put_rule(Name=name, EventPattern=pattern, **settings)["RuleArn"])
    bus = {key: value for key, value in settings.items() if key == "EventBusName"}
    given = [{"Id": str(number), **target} for number, target in enumerate(targets)]
    assert events.put_targets(Rule=name, Targets=given, **bus)["FailedEntryCount"] == 0
    return arn


def put(cloud: Cloud, total: int = 11, **entry: Any) -> None:
    given = {
        "Source": "shop",
        "DetailType": "sold",
        "Detail": json.dumps({"total": total, "to": "Ann"}),
        **entry,
    }
    answer = cloud.client("events").put_events(Entries=[given])
    assert answer["FailedEntryCount"] == 0, answer


def test_a_function_gets_the_events_that_match(local_cloud: Cloud) -> None:
    function = recorder(local_cloud)
    arn = rule(local_cloud, {"Arn": function.arn})
    function.permit("events.amazonaws.com", arn)
    put(local_cloud, total=11, Resources=["one"])
    event = function.wait()[0]
    assert (event["source"], event["detail-type"], event["detail"]) == (
        "shop",
        "sold",
        {"total": 11, "to": "Ann"},
    )
    assert (event["account"], event["region"], event["resources"]) == (ACCOUNT, REGION, ["one"])
    assert time.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ")
    assert set(event) == {
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "resources",
        "detail",
    }
    put(local_cloud, total=5)
    put(local_cloud, total=12)
    assert [event["detail"]["total"] for event in function.wait(2)] == [11, 12]


def test_inputs_are_transformed(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    template = '{"who": <to>, "text": "<to> paid <total>", "rule": "<aws.events.rule-name>", "all": <detail>}'
    paths = {"to": "$.detail.to", "total": "$.detail.total", "detail": "$.detail"}
    made = rule(
        local_cloud,
        {"Arn": arn, "Input": '{"constant": 1}'},
        {"Arn": arn, "InputPath": "$.detail.total"},
        {"Arn": arn, "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}},
    )
    put(local_cloud)
    assert [json.loads(text) for text in bodies(local_cloud, url)] == [
        {"constant": 1},
        11,
        {
            "who": "Ann",
            "text": "Ann paid 11",
            "rule": made.rpartition("/")[2],
            "all": {"total": 11, "to": "Ann"},
        },
    ]


def test_a_topic_a_log_group_and_another_bus_are_targets(local_cloud: Cloud) -> None:
    url, queue_arn = queue(local_cloud)
    sns, logs, events = (local_cloud.client(name) for name in ("sns", "logs", "events"))
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"}
    )
    group = unique("/aws/events/group")
    logs.create_log_group(logGroupName=group)
    bus = unique("bus")
    bus_arn = events.create_event_bus(Name=bus)["EventBusArn"]
    other_url, other_arn = queue(local_cloud)
    rule(local_cloud, {"Arn": other_arn}, EventBusName=bus)
    rule(
        local_cloud,
        {"Arn": topic},
        {"Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"},
        {"Arn": bus_arn, "RoleArn": local_cloud.role()},
    )
    put(local_cloud)
    assert json.loads(bodies(local_cloud, url)[0])["detail"]["total"] == 11
    assert json.loads(bodies(local_cloud, other_url)[0])["detail"]["total"] == 11
    logged = logs.filter_log_events(logGroupName=group)["events"]
    assert json.loads(logged[0]["message"])["detail"]["total"] == 11


def test_a_state_machine_is_started_with_the_event(local_cloud: Cloud) -> None:
    states = local_cloud.client("stepfunctions")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = states.create_state_machine(
        name=unique("machine"), definition=json.dumps(definition), roleArn=local_cloud.role()
    )["stateMachineArn"]
    rule(local_cloud, {"Arn": machine, "RoleArn": local_cloud.role(), "InputPath": "$.detail"})
    put(local_cloud)
    execution = eventually(lambda: states.list_executions(stateMachineArn=machine)["executions"])[0]
    described = states.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == {"total": 11, "to": "Ann"}


def test_a_disabled_rule_sends_nothing_and_a_scheduled_one_takes_no_events(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    rule(local_cloud, {"Arn": arn}, State="DISABLED")
    events = local_cloud.client("events")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{"Id": "q", "Arn": arn}])
    put(local_cloud)
    assert bodies(local_cloud, url) == []
    events.remove_targets(Rule="hourly", Ids=["q"])


def test_what_a_target_cannot_take_goes_to_its_dead_letter_queue(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    gone = f"arn:aws:sqs:{REGION}:{ACCOUNT}:no-such-queue"
    rule(local_cloud, {"Arn": gone, "DeadLetterConfig": {"Arn": arn}})
    put(local_cloud)
    message = local_cloud.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"])[
        "Messages"
    ][0]
    assert json.loads(message["Body"])["detail"]["total"] == 11
    assert message["MessageAttributes"]["TARGET_ARN"]["StringValue"] == gone
