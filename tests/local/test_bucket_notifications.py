"""S3 notifications reach functions, queues, topics and EventBridge."""

from __future__ import annotations

import json

from tests.local.events_world import bodies, eventually, queue, recorder
from tests.local_cloud import Cloud, unique


def bucket(cloud: Cloud) -> str:
    name = unique("bucket")
    cloud.client("s3").create_bucket(Bucket=name)
    return name


def test_a_function_hears_of_the_keys_its_filter_takes(local_cloud: Cloud) -> None:
    function, name = recorder(local_cloud), bucket(local_cloud)
    function.permit("s3.amazonaws.com", f"arn:aws:s3:::{name}")
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".txt"}]
    local_cloud.client("s3").put_bucket_notification_configuration(
        Bucket=name,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "Id": "new",
                    "LambdaFunctionArn": function.arn,
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": rules}},
                }
            ]
        },
    )
    local_cloud.client("s3").put_object(Bucket=name, Key="in/a b.txt", Body=b"12345")
    record = function.records(1)[0]
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["eventSource"] == "aws:s3"
    assert record["s3"]["configurationId"] == "new"
    assert record["s3"]["bucket"]["name"] == name
    assert record["s3"]["object"]["key"] == "in/a+b.txt"
    assert record["s3"]["object"]["size"] == 5
    assert record["s3"]["object"]["eTag"] == "827ccb0eea8a706c4c34a16891f84e7b"
    for key in ("out/a.txt", "in/a.png", "in/last.txt"):
        local_cloud.client("s3").put_object(Bucket=name, Key=key, Body=b"12345")
    keys = [record["s3"]["object"]["key"] for record in function.records(2)]
    assert keys == ["in/a+b.txt", "in/last.txt"]


def test_a_queue_hears_of_removals_and_first_of_the_test(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    name = bucket(local_cloud)
    s3 = local_cloud.client("s3")
    s3.put_bucket_notification_configuration(
        Bucket=name,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectRemoved:*"]}]
        },
    )
    assert json.loads(bodies(local_cloud, url)[0])["Event"] == "s3:TestEvent"
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    s3.delete_object(Bucket=name, Key="k")
    records = [json.loads(text)["Records"][0] for text in bodies(local_cloud, url)]
    assert [record["eventName"] for record in records] == ["ObjectRemoved:Delete"]
    assert "size" not in records[0]["s3"]["object"]


def test_a_topic_hears_too(local_cloud: Cloud) -> None:
    url, queue_arn = queue(local_cloud)
    sns = local_cloud.client("sns")
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"}
    )
    name = bucket(local_cloud)
    local_cloud.client("s3").put_bucket_notification_configuration(
        Bucket=name,
        NotificationConfiguration={
            "TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:Put"]}]
        },
    )
    local_cloud.client("s3").put_object(Bucket=name, Key="k", Body=b"x")
    names = [json.loads(text).get("Records", [{}])[0].get("eventName") for text in bodies(local_cloud, url)]
    assert names == [None, "ObjectCreated:Put"]


def test_event_bridge_hears_of_objects(local_cloud: Cloud) -> None:
    function, name = recorder(local_cloud), bucket(local_cloud)
    events = local_cloud.client("events")
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [name]}},
    }
    rule = events.put_rule(Name=unique("rule"), EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule=rule.rpartition("/")[2], Targets=[{"Id": "f", "Arn": function.arn}])
    function.permit("events.amazonaws.com", rule)
    local_cloud.client("s3").put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    local_cloud.client("s3").put_object(Bucket=name, Key="a b", Body=b"12345")
    event = eventually(function.events)[0]
    assert event["detail"]["object"]["key"] == "a b"
    assert event["detail"]["object"]["size"] == 5
    assert event["detail"]["reason"] == "PutObject"
    assert event["resources"] == [f"arn:aws:s3:::{name}"]
