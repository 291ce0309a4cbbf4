"""DynamoDB tables, SQS queues and SNS topics answer what they were told."""

from __future__ import annotations

from typing import Any

import pytest
from tests.local.round_trip import Do, Trip, travel

ACCOUNT = "123456789012"
KEYS = {
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "at", "AttributeType": "N"},
    ],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
}


def table(
    name: str, properties: dict[str, Any], reads: dict[str, Any], update: dict[str, Any], then: dict[str, Any]
) -> Trip:
    name = f"rt-{name}"
    return Trip(
        id=name,
        service="dynamodb",
        create=Do("create_table", {"TableName": name, **KEYS, **properties}),
        read=Do("describe_table", {"TableName": name}),
        at="Table",
        reads=reads,
        update=(Do("update_table", {"TableName": name, **update}),) if update else (),
        then=then,
        delete=Do("delete_table", {"TableName": name}),
        missing=f"ResourceNotFoundException: Requested resource not found: Table: {name} not found",
    )


INDEX = {
    "IndexName": "by-at",
    "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
}

TABLES = (
    table(
        "class",
        {"BillingMode": "PAY_PER_REQUEST", "TableClass": "STANDARD_INFREQUENT_ACCESS"},
        {
            "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        },
        {"TableClass": "STANDARD"},
        {"TableClassSummary": {"TableClass": "STANDARD"}},
    ),
    table(
        "on-demand",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20},
        },
        {"OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20}},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 11, "MaxWriteRequestUnits": 21}},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 11, "MaxWriteRequestUnits": 21}},
    ),
    table(
        "warm",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "WarmThroughput": {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 5000},
        },
        {"WarmThroughput": {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 5000}},
        {"WarmThroughput": {"ReadUnitsPerSecond": 14000, "WriteUnitsPerSecond": 6000}},
        {"WarmThroughput": {"ReadUnitsPerSecond": 14000, "WriteUnitsPerSecond": 6000}},
    ),
    table(
        "provisioned",
        {"ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}},
        {"ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}},
        {"ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 5}},
        {"ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 5}},
    ),
    table(
        "stream",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            "DeletionProtectionEnabled": False,
        },
        {
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            "DeletionProtectionEnabled": False,
        },
        {"StreamSpecification": {"StreamEnabled": False}},
        {"DeletionProtectionEnabled": False},
    ),
    table(
        "encrypted",
        {"BillingMode": "PAY_PER_REQUEST", "SSESpecification": {"Enabled": True, "SSEType": "KMS"}},
        {"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS"}},
        {"SSESpecification": {"Enabled": False}},
        {},
    ),
    table(
        "indexes",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": [INDEX],
            "LocalSecondaryIndexes": [
                {
                    "IndexName": "local",
                    "KeySchema": [
                        {"AttributeName": "id", "KeyType": "HASH"},
                        {"AttributeName": "at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        },
        {
            "GlobalSecondaryIndexes": [{**INDEX, "IndexStatus": "ACTIVE"}],
            "LocalSecondaryIndexes": [{"IndexName": "local"}],
        },
        {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-at"}}]},
        {"LocalSecondaryIndexes": [{"IndexName": "local"}]},
    ),
)

BUSY_TABLE = Do(
    "create_table",
    {"TableName": "rt-extra", **KEYS, "BillingMode": "PAY_PER_REQUEST"},
    {"arn": "TableDescription.TableArn"},
)
EXTRA = {"TableName": "rt-extra"}


def extra(
    name: str, do: Do, read: str, at: str, reads: dict[str, Any], update: Do, then: dict[str, Any]
) -> Trip:
    table_name = f"rt-{name}"
    known = {"TableName": table_name}
    return Trip(
        id=name,
        service="dynamodb",
        before=(Do("create_table", {**known, **KEYS, "BillingMode": "PAY_PER_REQUEST"}),),
        create=Do(do.operation, {**known, **do.params}),
        read=Do(read, known),
        at=at,
        reads=reads,
        update=(Do(update.operation, {**known, **update.params}),),
        then=then,
    )


TABLE_FACETS = (
    extra(
        "ttl",
        Do("update_time_to_live", {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "until"}}),
        "describe_time_to_live",
        "TimeToLiveDescription",
        {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"},
        Do("update_time_to_live", {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "until"}}),
        {"TimeToLiveStatus": "DISABLED"},
    ),
    extra(
        "pitr",
        Do(
            "update_continuous_backups",
            {
                "PointInTimeRecoverySpecification": {
                    "PointInTimeRecoveryEnabled": True,
                    "RecoveryPeriodInDays": 7,
                }
            },
        ),
        "describe_continuous_backups",
        "ContinuousBackupsDescription.PointInTimeRecoveryDescription",
        {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 7},
        Do(
            "update_continuous_backups",
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}},
        ),
        {"PointInTimeRecoveryStatus": "DISABLED"},
    ),
    extra(
        "insights",
        Do("update_contributor_insights", {"ContributorInsightsAction": "ENABLE"}),
        "describe_contributor_insights",
        "",
        {"ContributorInsightsStatus": "ENABLED"},
        Do("update_contributor_insights", {"ContributorInsightsAction": "DISABLE"}),
        {"ContributorInsightsStatus": "DISABLED"},
    ),
    extra(
        "kinesis",
        Do(
            "enable_kinesis_streaming_destination",
            {
                "StreamArn": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s",
                "EnableKinesisStreamingConfiguration": {
                    "ApproximateCreationDateTimePrecision": "MICROSECOND"
                },
            },
        ),
        "describe_kinesis_streaming_destination",
        "KinesisDataStreamDestinations.0",
        {"DestinationStatus": "ACTIVE", "ApproximateCreationDateTimePrecision": "MICROSECOND"},
        Do(
            "disable_kinesis_streaming_destination",
            {"StreamArn": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"},
        ),
        {"DestinationStatus": "DISABLED"},
    ),
)

REDRIVE = '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:rt-dead", "maxReceiveCount": 3}'


def queue(name: str, attributes: dict[str, str], changed: dict[str, str]) -> Trip:
    fifo = attributes.get("FifoQueue") == "true"
    queue_name = f"rt-{name}" + (".fifo" if fifo else "")
    return Trip(
        id=name,
        service="sqs",
        before=(Do("create_queue", {"QueueName": "rt-dead"}),),
        create=Do("create_queue", {"QueueName": queue_name, "Attributes": attributes}, {"url": "QueueUrl"}),
        read=Do("get_queue_attributes", {"QueueUrl": "<url>", "AttributeNames": ["All"]}),
        at="Attributes",
        reads=attributes,
        update=(Do("set_queue_attributes", {"QueueUrl": "<url>", "Attributes": changed}),),
        then=changed,
        delete=Do("delete_queue", {"QueueUrl": "<url>"}),
        missing="AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist",
    )


QUEUES = (
    queue(
        "queue",
        {
            "DelaySeconds": "1",
            "MaximumMessageSize": "2048",
            "MessageRetentionPeriod": "60",
            "ReceiveMessageWaitTimeSeconds": "2",
            "VisibilityTimeout": "31",
            "RedrivePolicy": REDRIVE,
        },
        {
            "DelaySeconds": "2",
            "MaximumMessageSize": "4096",
            "MessageRetentionPeriod": "120",
            "ReceiveMessageWaitTimeSeconds": "3",
            "VisibilityTimeout": "32",
        },
    ),
    queue(
        "fifo",
        {
            "FifoQueue": "true",
            "ContentBasedDeduplication": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
        },
        {
            "ContentBasedDeduplication": "false",
            "DeduplicationScope": "queue",
            "FifoThroughputLimit": "perQueue",
        },
    ),
    queue(
        "encrypted",
        {"KmsMasterKeyId": "alias/aws/sqs", "KmsDataKeyReusePeriodSeconds": "60"},
        {"KmsDataKeyReusePeriodSeconds": "120"},
    ),
    queue("managed", {"SqsManagedSseEnabled": "false"}, {"SqsManagedSseEnabled": "true"}),
    queue(
        "redrive-allow",
        {"RedriveAllowPolicy": '{"redrivePermission":"denyAll"}'},
        {
            "RedriveAllowPolicy": '{"redrivePermission":"byQueue",'
            '"sourceQueueArns":["arn:aws:sqs:us-east-1:123456789012:a"]}'
        },
    ),
)


def topic(name: str, attributes: dict[str, str], changed: dict[str, str]) -> Trip:
    topic_name = f"rt-{name}" + (".fifo" if attributes.get("FifoTopic") == "true" else "")
    return Trip(
        id=name,
        service="sns",
        create=Do("create_topic", {"Name": topic_name, "Attributes": attributes}, {"arn": "TopicArn"}),
        read=Do("get_topic_attributes", {"TopicArn": "<arn>"}),
        at="Attributes",
        reads=attributes,
        update=tuple(
            Do("set_topic_attributes", {"TopicArn": "<arn>", "AttributeName": k, "AttributeValue": v})
            for k, v in changed.items()
        ),
        then=changed,
        delete=Do("delete_topic", {"TopicArn": "<arn>"}),
        missing="NotFound: Topic does not exist",
    )


TOPICS = (
    topic(
        "topic",
        {"DisplayName": "d", "KmsMasterKeyId": "alias/aws/sns"},
        {"DisplayName": "e", "KmsMasterKeyId": "alias/k"},
    ),
    topic(
        "traced",
        {"TracingConfig": "Active", "SignatureVersion": "2"},
        {"TracingConfig": "PassThrough", "SignatureVersion": "1"},
    ),
    topic(
        "fifo",
        {"FifoTopic": "true", "ContentBasedDeduplication": "true", "FifoThroughputScope": "MessageGroup"},
        {"ContentBasedDeduplication": "false"},
    ),
    topic(
        "delivery",
        {
            "DeliveryPolicy": '{"http":{"defaultHealthyRetryPolicy":{"numRetries":3}}}',
            "LambdaSuccessFeedbackRoleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
            "LambdaSuccessFeedbackSampleRate": "50",
            "LambdaFailureFeedbackRoleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
        },
        {"LambdaSuccessFeedbackSampleRate": "60"},
    ),
)

SUBSCRIPTION = Trip(
    id="subscription",
    service="sns",
    before=(
        Do("create_topic", {"Name": "rt-sub"}, {"topic": "TopicArn"}),
        Do("create_queue", {"QueueName": "rt-sub"}, service="sqs"),
    ),
    create=Do(
        "subscribe",
        {
            "TopicArn": "<topic>",
            "Protocol": "sqs",
            "Endpoint": f"arn:aws:sqs:us-east-1:{ACCOUNT}:rt-sub",
            "Attributes": {
                "RawMessageDelivery": "true",
                "FilterPolicy": '{"a": ["b"]}',
                "FilterPolicyScope": "MessageBody",
                "RedrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:rt-dead"}',
            },
            "ReturnSubscriptionArn": True,
        },
        {"arn": "SubscriptionArn"},
    ),
    read=Do("get_subscription_attributes", {"SubscriptionArn": "<arn>"}),
    at="Attributes",
    reads={
        "RawMessageDelivery": "true",
        "FilterPolicy": '{"a": ["b"]}',
        "FilterPolicyScope": "MessageBody",
        "RedrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:rt-dead"}',
    },
    update=(
        Do(
            "set_subscription_attributes",
            {"SubscriptionArn": "<arn>", "AttributeName": "FilterPolicy", "AttributeValue": '{"c": ["d"]}'},
        ),
        Do(
            "set_subscription_attributes",
            {"SubscriptionArn": "<arn>", "AttributeName": "RawMessageDelivery", "AttributeValue": "false"},
        ),
    ),
    then={"FilterPolicy": '{"c": ["d"]}', "RawMessageDelivery": "false"},
    delete=Do("unsubscribe", {"SubscriptionArn": "<arn>"}),
    missing="NotFound: Subscription does not exist",
)


@pytest.mark.parametrize(
    "trip", [*TABLES, *TABLE_FACETS, *QUEUES, *TOPICS, SUBSCRIPTION], ids=lambda t: f"{t.service}-{t.id}"
)
def test_what_is_set_is_answered(local_cloud: Any, trip: Trip) -> None:
    travel(local_cloud, trip)


def test_a_tag_of_a_table_is_replaced_by_one_of_its_key(local_cloud: Any) -> None:
    dynamodb = local_cloud.client("dynamodb")
    created = dynamodb.create_table(
        TableName="rt-tags", BillingMode="PAY_PER_REQUEST", Tags=[{"Key": "team", "Value": "one"}], **KEYS
    )
    arn = created["TableDescription"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "two"}])
    tags = dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
    dynamodb.delete_table(TableName="rt-tags")
    assert tags == [{"Key": "team", "Value": "two"}]
