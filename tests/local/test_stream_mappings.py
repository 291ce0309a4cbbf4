"""DynamoDB streams and Kinesis reach functions: in order, retried, bisected, given up, filtered."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.local.events_world import Recorder, bodies, eventually, queue, recorder
from tests.local_cloud import Cloud, unique


def table(cloud: Cloud) -> tuple[str, str]:
    """A new table's name and its stream's ARN."""
    name = unique("table")
    created = cloud.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return name, str(created["TableDescription"]["LatestStreamArn"])


def put(cloud: Cloud, name: str, key: str, value: str = "x") -> None:
    cloud.client("dynamodb").put_item(TableName=name, Item={"id": {"S": key}, "value": {"S": value}})


def mapped(cloud: Cloud, function: Recorder, arn: str, **settings: Any) -> None:
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=function.name, EventSourceArn=arn, **{"StartingPosition": "TRIM_HORIZON", **settings}
    )


def keys(records: list[Any]) -> list[str]:
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in records]


def test_changes_of_a_table_arrive_in_order_as_lambda_documents_them(local_cloud: Cloud) -> None:
    name, arn = table(local_cloud)
    function = recorder(local_cloud)
    mapped(local_cloud, function, arn)
    put(local_cloud, name, "a", "1")
    local_cloud.client("dynamodb").update_item(
        TableName=name,
        Key={"id": {"S": "a"}},
        UpdateExpression="SET #v = :v",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":v": {"S": "2"}},
    )
    local_cloud.client("dynamodb").delete_item(TableName=name, Key={"id": {"S": "a"}})
    records = function.records(3)
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    changed = records[1]
    assert changed["eventSource"] == "aws:dynamodb"
    assert changed["eventSourceARN"] == arn
    assert changed["dynamodb"]["OldImage"]["value"] == {"S": "1"}
    assert changed["dynamodb"]["NewImage"]["value"] == {"S": "2"}
    assert isinstance(changed["dynamodb"]["ApproximateCreationDateTime"], float)


def test_the_starting_position_decides_about_earlier_records(local_cloud: Cloud) -> None:
    name, arn = table(local_cloud)
    put(local_cloud, name, "before")
    from_start, from_now = recorder(local_cloud), recorder(local_cloud)
    mapped(local_cloud, from_start, arn)
    mapped(local_cloud, from_now, arn, StartingPosition="LATEST")
    put(local_cloud, name, "after")
    assert keys(from_start.records(2)) == ["before", "after"]
    assert keys(from_now.records(1)) == ["after"]


def test_a_failing_batch_is_retried_and_holds_up_what_follows(local_cloud: Cloud) -> None:
    name, arn = table(local_cloud)
    body = "if not hasattr(sqs, 'failed'):\n    sqs.failed = True\n    raise ValueError('first time')"
    function = recorder(local_cloud, body)
    mapped(local_cloud, function, arn, BatchSize=1)
    for key in "abc":
        put(local_cloud, name, key)
    assert keys(function.records(4)) == ["a", "a", "b", "c"]


def test_a_poisonous_record_is_found_by_bisecting_and_reported(local_cloud: Cloud) -> None:
    name, arn = table(local_cloud)
    url, queue_arn = queue(local_cloud)
    for key in ("a", "b", "poison", "c"):
        put(local_cloud, name, key)
    body = (
        "if any(r['dynamodb']['Keys']['id']['S'] == 'poison' for r in event['Records']):\n"
        "    raise ValueError('no')"
    )
    function = recorder(local_cloud, body)
    mapped(
        local_cloud,
        function,
        arn,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=3,
        DestinationConfig={"OnFailure": {"Destination": queue_arn}},
    )
    report = json.loads(eventually(lambda: bodies(local_cloud, url))[0])
    assert report["DDBStreamBatchInfo"]["batchSize"] == 1
    assert report["requestContext"]["condition"] == "RetryAttemptsExhausted"
    eventually(lambda: any(keys(event["Records"]) == ["c"] for event in function.events()))
    done = [
        key
        for event in function.events()
        if "poison" not in keys(event["Records"])
        for key in keys(event["Records"])
    ]
    assert done == ["a", "b", "c"]


def test_reported_failures_come_again_from_the_first_on(local_cloud: Cloud) -> None:
    name, arn = table(local_cloud)
    for key in "abc":
        put(local_cloud, name, key)
    body = (
        "numbers = [r['dynamodb']['SequenceNumber'] for r in event['Records']]\n"
        "return {'batchItemFailures': [{'itemIdentifier': numbers[1]}] if len(numbers) == 3 else []}"
    )
    function = recorder(local_cloud, body)
    mapped(local_cloud, function, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    assert keys(function.records(5)) == ["a", "b", "c", "b", "c"]


def test_filters_look_into_the_image(local_cloud: Cloud) -> None:
    name, arn = table(local_cloud)
    function = recorder(local_cloud)
    pattern = json.dumps({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"value": {"S": ["wanted"]}}}})
    mapped(local_cloud, function, arn, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    for key, value in (("a", "other"), ("b", "wanted"), ("c", "other")):
        put(local_cloud, name, key, value)
    assert keys(function.records(1)) == ["b"]


def test_kinesis_records_arrive_in_order(local_cloud: Cloud) -> None:
    kinesis = local_cloud.client("kinesis")
    name = unique("stream")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    arn = kinesis.describe_stream(StreamName=name)["StreamDescription"]["StreamARN"]
    function = recorder(local_cloud)
    mapped(local_cloud, function, arn)
    for number in range(5):
        kinesis.put_record(StreamName=name, Data=str(number).encode(), PartitionKey="k")
    records = function.records(5)
    assert [base64.b64decode(record["kinesis"]["data"]) for record in records] == [
        b"0",
        b"1",
        b"2",
        b"3",
        b"4",
    ]
    assert records[0]["eventSourceARN"] == arn
    assert records[0]["kinesis"]["partitionKey"] == "k"
