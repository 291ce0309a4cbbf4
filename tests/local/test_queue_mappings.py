"""SQS event source mappings: batches, windows, filters, failures, and their end."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.local.events_world import Recorder, bodies, eventually, queue, recorder
from tests.local_cloud import Cloud


def mapped(cloud: Cloud, function: Recorder, arn: str, **settings: Any) -> str:
    created = cloud.client("lambda").create_event_source_mapping(
        FunctionName=settings.pop("FunctionName", function.name), EventSourceArn=arn, **settings
    )
    return str(created["UUID"])


def send(cloud: Cloud, url: str, *messages: str) -> None:
    entries = [{"Id": str(number), "MessageBody": text} for number, text in enumerate(messages)]
    cloud.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)


def left(cloud: Cloud, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_a_message_arrives_as_lambda_documents_it_and_is_deleted(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    function = recorder(local_cloud)
    mapped(local_cloud, function, arn)
    local_cloud.client("sqs").send_message(
        QueueUrl=url,
        MessageBody="hello",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "test"}},
    )
    record = function.records(1)[0]
    assert record["body"] == "hello"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == arn
    assert record["md5OfBody"] == "5d41402abc4b2a76b9719d911017c592"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"]["stringValue"] == "test"
    eventually(lambda: left(local_cloud, url) == 0)


def test_messages_sent_before_the_mapping_are_delivered_in_batches(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    send(local_cloud, url, *"abcdefg")
    function = recorder(local_cloud)
    mapped(local_cloud, function, arn, BatchSize=5)
    records = function.records(7)
    assert sorted(record["body"] for record in records) == list("abcdefg")
    assert max(len(event["Records"]) for event in function.events()) == 5


def test_a_window_gathers_what_comes_apart(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    function = recorder(local_cloud)
    mapped(local_cloud, function, arn, MaximumBatchingWindowInSeconds=60, BatchSize=3)
    for text in "abc":
        send(local_cloud, url, text)
        time.sleep(0.1)
    function.records(3)
    assert [len(event["Records"]) for event in function.events()] == [3]


def test_a_window_that_ends_delivers_what_there_is(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    function = recorder(local_cloud)
    mapped(local_cloud, function, arn, MaximumBatchingWindowInSeconds=1, BatchSize=10)
    send(local_cloud, url, "alone")
    assert function.records(1)[0]["body"] == "alone"


def test_only_reported_failures_come_again(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud, VisibilityTimeout="1")
    body = (
        "failures = [r['messageId'] for r in event['Records']\n"
        "            if r['body'] == 'bad' and r['attributes']['ApproximateReceiveCount'] == '1']\n"
        "return {'batchItemFailures': [{'itemIdentifier': i} for i in failures]}"
    )
    function = recorder(local_cloud, body, Timeout=1)
    send(local_cloud, url, "good", "bad")
    mapped(local_cloud, function, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    records = function.records(3)
    assert sorted(record["body"] for record in records) == ["bad", "bad", "good"]
    eventually(lambda: left(local_cloud, url) == 0)


def test_a_message_that_keeps_failing_ends_in_the_dead_letter_queue(local_cloud: Cloud) -> None:
    dead_url, dead_arn = queue(local_cloud)
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, arn = queue(local_cloud, VisibilityTimeout="1", RedrivePolicy=redrive)
    function = recorder(local_cloud, "raise ValueError('no')", Timeout=1)
    mapped(local_cloud, function, arn)
    send(local_cloud, url, "poison")
    assert eventually(lambda: bodies(local_cloud, dead_url)) == ["poison"]
    assert len(function.records(2)) == 2
    assert left(local_cloud, url) == 0


def test_what_a_filter_refuses_is_deleted_without_an_invocation(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    function = recorder(local_cloud)
    pattern = json.dumps({"body": {"kind": ["wanted"]}})
    mapped(local_cloud, function, arn, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    send(local_cloud, url, '{"kind": "other"}', '{"kind": "wanted"}', "no json")
    assert [record["body"] for record in function.records(1)] == ['{"kind": "wanted"}']
    eventually(lambda: left(local_cloud, url) == 0)
    assert len(function.events()) == 1


def test_a_disabled_mapping_waits_and_an_enabled_one_delivers(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    function = recorder(local_cloud)
    uuid = mapped(local_cloud, function, arn, Enabled=False)
    beside_url, beside_arn = queue(local_cloud)
    mapped(local_cloud, function, beside_arn)
    send(local_cloud, url, "later")
    send(local_cloud, beside_url, "now")
    assert [record["body"] for record in function.records(1)] == ["now"]
    local_cloud.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)
    assert [record["body"] for record in function.records(2)] == ["now", "later"]


def test_deleting_the_mapping_stops_deliveries(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    function = recorder(local_cloud)
    uuid = mapped(local_cloud, function, arn)
    beside_url, beside_arn = queue(local_cloud)
    mapped(local_cloud, function, beside_arn)
    send(local_cloud, url, "one")
    function.records(1)
    local_cloud.client("lambda").delete_event_source_mapping(UUID=uuid)
    send(local_cloud, url, "two")
    send(local_cloud, beside_url, "three")
    assert [record["body"] for record in function.records(2)] == ["one", "three"]
    assert bodies(local_cloud, url) == ["two"]


def test_a_fifo_queue_keeps_the_order_of_a_group(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud, FifoQueue="true", ContentBasedDeduplication="true")
    function = recorder(local_cloud)
    mapped(local_cloud, function, arn, BatchSize=2)
    for number in range(6):
        local_cloud.client("sqs").send_message(QueueUrl=url, MessageBody=str(number), MessageGroupId="g")
    records = function.records(6)
    assert [record["body"] for record in records] == list("012345")
    assert records[0]["attributes"]["MessageGroupId"] == "g"


def test_a_mapping_to_an_alias_invokes_the_alias(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    function = recorder(local_cloud)
    lam = local_cloud.client("lambda")
    version = lam.publish_version(FunctionName=function.name)["Version"]
    lam.create_alias(FunctionName=function.name, Name="live", FunctionVersion=version)
    created = lam.create_event_source_mapping(FunctionName=f"{function.name}:live", EventSourceArn=arn)
    assert created["FunctionArn"] == f"{function.arn}:live"
    send(local_cloud, url, "x")
    function.records(1)


def test_no_message_is_lost_or_doubled_under_load(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    function = recorder(local_cloud)
    mapped(local_cloud, function, arn)
    for start in range(0, 100, 10):
        send(local_cloud, url, *[str(number) for number in range(start, start + 10)])
    records = function.records(100)
    assert sorted(int(record["body"]) for record in records) == list(range(100))
