"""SNS reaches functions and queues: event shape, filter policies, raw delivery, what is gone."""

from __future__ import annotations

import json
from typing import Any

from tests.local.events_world import bodies, eventually, queue, recorder
from tests.local_cloud import Cloud, unique


def topic(cloud: Cloud) -> str:
    return str(cloud.client("sns").create_topic(Name=unique("topic"))["TopicArn"])


def subscribe(cloud: Cloud, topic_arn: str, protocol: str, endpoint: str, **attributes: str) -> str:
    created = cloud.client("sns").subscribe(
        TopicArn=topic_arn,
        Protocol=protocol,
        Endpoint=endpoint,
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return str(created["SubscriptionArn"])


def test_a_function_gets_lambdas_sns_event(local_cloud: Cloud) -> None:
    function, arn = recorder(local_cloud), topic(local_cloud)
    function.permit("sns.amazonaws.com", arn)
    subscription = subscribe(local_cloud, arn, "lambda", function.arn)
    attributes = {"kind": {"DataType": "String", "StringValue": "test"}}
    sent = local_cloud.client("sns").publish(
        TopicArn=arn, Message="hello", Subject="Greeting", MessageAttributes=attributes
    )
    record = function.records(1)[0]
    assert record["EventSource"] == "aws:sns"
    assert record["EventSubscriptionArn"] == subscription
    sns = record["Sns"]
    assert (sns["Type"], sns["Message"], sns["Subject"]) == ("Notification", "hello", "Greeting")
    assert sns["MessageId"] == sent["MessageId"]
    assert sns["TopicArn"] == arn
    assert sns["MessageAttributes"] == {"kind": {"Type": "String", "Value": "test"}}
    assert {"SigningCertUrl", "UnsubscribeUrl", "Timestamp", "Signature"} <= set(sns)


def test_a_filter_policy_lets_only_matching_messages_through(local_cloud: Cloud) -> None:
    function, arn = recorder(local_cloud), topic(local_cloud)
    function.permit("sns.amazonaws.com", arn)
    subscribe(local_cloud, arn, "lambda", function.arn, FilterPolicy='{"kind": ["wanted"]}')

    def publish(message: str, kind: str) -> None:
        local_cloud.client("sns").publish(
            TopicArn=arn,
            Message=message,
            MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}},
        )

    publish("first", "wanted")
    function.records(1)
    publish("second", "other")
    publish("third", "wanted")
    assert [record["Sns"]["Message"] for record in function.records(2)] == ["first", "third"]


def test_a_queue_gets_the_envelope_or_the_raw_message(local_cloud: Cloud) -> None:
    arn = topic(local_cloud)
    wrapped_url, wrapped_arn = queue(local_cloud)
    raw_url, raw_arn = queue(local_cloud)
    wrapped = subscribe(local_cloud, arn, "sqs", wrapped_arn, RawMessageDelivery="false")
    subscribe(local_cloud, arn, "sqs", raw_arn, RawMessageDelivery="true")
    attributes = {"n": {"DataType": "Number", "StringValue": "3"}}
    local_cloud.client("sns").publish(TopicArn=arn, Message="hello", MessageAttributes=attributes)
    assert json.loads(bodies(local_cloud, wrapped_url)[0])["Message"] == "hello"
    received = local_cloud.client("sqs").receive_message(QueueUrl=raw_url, MessageAttributeNames=["All"])
    assert received["Messages"][0]["Body"] == "hello"
    assert received["Messages"][0]["MessageAttributes"]["n"] == {"DataType": "Number", "StringValue": "3"}
    read = local_cloud.client("sns").get_subscription_attributes(SubscriptionArn=wrapped)
    assert read["Attributes"]["RawMessageDelivery"] == "false"


def test_a_subscriber_that_is_gone_fails_neither_the_publisher_nor_the_others(local_cloud: Cloud) -> None:
    arn = topic(local_cloud)
    gone_url, gone_arn = queue(local_cloud)
    url, kept_arn = queue(local_cloud)
    dead_url, dead_arn = queue(local_cloud)
    redrive = json.dumps({"deadLetterTargetArn": dead_arn})
    subscribe(local_cloud, arn, "sqs", gone_arn, RawMessageDelivery="true", RedrivePolicy=redrive)
    subscribe(local_cloud, arn, "sqs", kept_arn, RawMessageDelivery="true")
    local_cloud.client("sqs").delete_queue(QueueUrl=gone_url)
    local_cloud.client("sns").publish(TopicArn=arn, Message="hello")
    assert bodies(local_cloud, url) == ["hello"]
    assert bodies(local_cloud, dead_url) == ["hello"]


def test_a_missing_permission_is_said_in_the_status(local_cloud: Cloud) -> None:
    function, arn = recorder(local_cloud), topic(local_cloud)
    subscribe(local_cloud, arn, "lambda", function.arn)
    local_cloud.client("sns").publish(TopicArn=arn, Message="hello")

    def said() -> Any:
        return [text for text in local_cloud.local.status().cannot if arn in text]

    assert "AWS::Lambda::Permission" in eventually(said)[0]
    assert function.events() == []
