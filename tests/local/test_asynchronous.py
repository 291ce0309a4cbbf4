"""Events are accepted at once, retried when they fail, and their end is delivered."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from tests.local_cloud import ACCOUNT, REGION, Cloud, unique

FAILS = {"app.py": "def handler(event, context):\n    print('attempt')\n    raise ValueError('always')\n"}
WORKS = {"app.py": "def handler(event, context): return {'got': event}\n"}


def queue(cloud: Cloud) -> tuple[str, str]:
    """URL and ARN of a new queue."""
    name = unique("queue")
    return cloud.client("sqs").create_queue(QueueName=name)[
        "QueueUrl"
    ], f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def received(cloud: Cloud, url: str) -> Any:
    """The first message of a queue as JSON, waited for."""
    ends = time.monotonic() + 15
    while time.monotonic() < ends:
        found = cloud.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages")
        if found:
            return json.loads(found[0]["Body"])
    raise AssertionError("no message")


def send(cloud: Cloud, name: str, event: Any) -> None:
    answer = cloud.client("lambda").invoke(
        FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode()
    )
    assert answer["StatusCode"] == 202


def attempts(cloud: Cloud, name: str) -> int:
    found = cloud.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/{name}", filterPattern="attempt"
    )
    return len(found["events"])


def test_success_is_delivered_with_the_answer(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    name = local_cloud.function(WORKS)
    local_cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    send(local_cloud, name, {"n": 1})
    record = received(local_cloud, url)
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestContext"]["functionArn"].endswith(f":function:{name}")
    assert record["requestPayload"] == {"n": 1}
    assert record["responsePayload"] == {"got": {"n": 1}}


@pytest.mark.parametrize("retries", [0, 1])
def test_failure_is_delivered_after_the_retries(local_cloud: Cloud, retries: int) -> None:
    url, arn = queue(local_cloud)
    name = local_cloud.function(FAILS)
    local_cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=retries,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    send(local_cloud, name, {"n": 2})
    record = received(local_cloud, url)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == retries + 1
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "always"
    assert attempts(local_cloud, name) == retries + 1


def test_a_dead_letter_queue_gets_the_event_itself(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    name = local_cloud.function(FAILS, DeadLetterConfig={"TargetArn": arn})
    local_cloud.client("lambda").put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    send(local_cloud, name, {"n": 3})
    assert received(local_cloud, url) == {"n": 3}


def test_another_function_can_be_the_destination(local_cloud: Cloud) -> None:
    url, _ = queue(local_cloud)
    code = f"""
import boto3, json
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={url!r}, MessageBody=json.dumps(event["responsePayload"]))
"""
    second, first = local_cloud.function({"app.py": code}), local_cloud.function(WORKS)
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{second}"
    local_cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=first, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    send(local_cloud, first, 4)
    assert received(local_cloud, url) == {"got": 4}


@pytest.mark.parametrize(
    ("code", "side", "result"), [(WORKS, "OnSuccess", "Success"), (FAILS, "OnFailure", "Failure")]
)
def test_a_destination_that_is_a_bus_gets_the_record_in_an_event(
    local_cloud: Cloud, code: dict[str, str], side: str, result: str
) -> None:
    url, arn = queue(local_cloud)
    events = local_cloud.client("events")
    bus = unique("bus")
    bus_arn = events.create_event_bus(Name=bus)["EventBusArn"]
    events.put_rule(Name=bus, EventBusName=bus, EventPattern='{"source": ["lambda"]}')
    events.put_targets(Rule=bus, EventBusName=bus, Targets=[{"Id": "q", "Arn": arn}])
    name = local_cloud.function(code)
    local_cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={side: {"Destination": bus_arn}}
    )
    send(local_cloud, name, 4)
    event = received(local_cloud, url)
    assert event["detail-type"] == f"Lambda Function Invocation Result - {result}"
    assert event["detail"]["requestPayload"] == 4
    assert event["resources"] == [f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"]


def test_a_throttled_event_waits_for_its_turn(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    lam = local_cloud.client("lambda")
    name = local_cloud.function(WORKS)
    lam.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    beside = local_cloud.function(WORKS)
    lam.put_function_event_invoke_config(
        FunctionName=beside, DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    lam.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    send(local_cloud, name, 5)
    send(local_cloud, beside, 6)
    assert received(local_cloud, url)["responsePayload"] == {"got": 6}
    assert "Messages" not in local_cloud.client("sqs").receive_message(QueueUrl=url)
    lam.delete_function_concurrency(FunctionName=name)
    assert received(local_cloud, url)["responsePayload"] == {"got": 5}
