"""The gaps that a row can close, by service; found and held closed by tests/local/test_fidelity_*.py."""

from __future__ import annotations

from fairway.local.fidelity.protocol import Params
from fairway.local.fidelity.shadow import Shadow

_TABLE_READS = {
    "CreateTable": "TableDescription",
    "UpdateTable": "TableDescription",
    "DescribeTable": "Table",
}


def _table(*members: str, as_read: dict[str, str] | None = None) -> Shadow:
    return Shadow(
        "dynamodb",
        ("TableName",),
        members,
        writes=("CreateTable", "UpdateTable"),
        reads=_TABLE_READS,
        deletes=("DeleteTable",),
        as_read=as_read or {},
    )


def _one_attribute(params: Params) -> Params:
    """SNS sets attributes one by one after the creation: AttributeName, AttributeValue."""
    if "AttributeName" not in params:
        return params
    return {**params, "Attributes": {params["AttributeName"]: params.get("AttributeValue", "")}}


_FEEDBACK = tuple(
    f"Attributes.{protocol}{kind}"
    for protocol in ("HTTP", "Lambda", "SQS", "Firehose", "Application")
    for kind in ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
)

SHADOWS: tuple[Shadow, ...] = (
    _table("TableClass", as_read={"TableClass": "TableClassSummary.TableClass"}),
    _table("OnDemandThroughput"),
    Shadow(
        "sqs",
        ("QueueUrl",),
        ("Attributes.RedriveAllowPolicy",),
        writes=("CreateQueue", "SetQueueAttributes"),
        reads={"GetQueueAttributes": ""},
        deletes=("DeleteQueue",),
        asked="AttributeNames",
    ),
    Shadow(
        "sns",
        ("TopicArn",),
        (
            "Attributes.TracingConfig",
            "Attributes.SignatureVersion",
            "Attributes.FifoThroughputScope",
            "Attributes.ArchivePolicy",
            *_FEEDBACK,
        ),
        writes=("CreateTopic", "SetTopicAttributes"),
        reads={"GetTopicAttributes": ""},
        deletes=("DeleteTopic",),
        reshape=_one_attribute,
    ),
    Shadow(
        "apigatewayv2",
        ("ApiId",),
        ("IpAddressType",),
        writes=("CreateApi", "UpdateApi"),
        reads={
            **dict.fromkeys(("CreateApi", "UpdateApi", "GetApi", "ImportApi", "ReimportApi"), ""),
            "GetApis": "Items[]",
        },
        deletes=("DeleteApi",),
        defaults={"IpAddressType": "ipv4"},
    ),
    Shadow(
        "events",
        ("Name",),
        ("LogConfig",),
        writes=("CreateEventBus", "UpdateEventBus"),
        reads={"DescribeEventBus": ""},
        deletes=("DeleteEventBus",),
    ),
    Shadow(
        "logs",
        ("logGroupName|logGroupIdentifier",),
        ("logGroupClass", "deletionProtectionEnabled"),
        writes=("CreateLogGroup", "PutLogGroupDeletionProtection"),
        reads={"DescribeLogGroups": "logGroups[]"},
        deletes=("DeleteLogGroup",),
        defaults={"logGroupClass": "STANDARD", "deletionProtectionEnabled": False},
    ),
    Shadow(
        "logs",
        ("logGroupName", "filterName"),
        ("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions"),
        writes=("PutMetricFilter",),
        replaces=("PutMetricFilter",),
        reads={"DescribeMetricFilters": "metricFilters[]"},
        deletes=("DeleteMetricFilter",),
        defaults={"applyOnTransformedLogs": False},
    ),
    Shadow(
        "logs",
        ("logGroupName", "filterName"),
        ("distribution", "applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields"),
        writes=("PutSubscriptionFilter",),
        replaces=("PutSubscriptionFilter",),
        reads={"DescribeSubscriptionFilters": "subscriptionFilters[]"},
        deletes=("DeleteSubscriptionFilter",),
        defaults={"distribution": "ByLogStream", "applyOnTransformedLogs": False},
    ),
)
