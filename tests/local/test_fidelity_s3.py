"""What S3 buckets are told, they answer."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.local.round_trip import Do, Trip, travel
from tests.local_cloud import Cloud, unique

from fairway.local.fidelity.protocol import Answer, Call
from fairway.local.fidelity.s3 import one_at_a_time


def facet(
    name: str,
    put: str,
    member: str,
    value: Any,
    changed: Any,
    *,
    get: str = "",
    at: str = "",
    delete: str = "",
    missing: str = "",
    reads: dict[str, Any] | None = None,
    then: dict[str, Any] | None = None,
    **extra: Any,
) -> Trip:
    """A bucket setting with a put, a get and often a delete call of its own."""
    bucket = f"rt-{name.replace('_', '-')}"
    key = {"Bucket": bucket, **extra}
    return Trip(
        id=name,
        service="s3",
        before=(Do("create_bucket", {"Bucket": bucket}),),
        create=Do(put, {**key, member: value}),
        read=Do(get or put.replace("put_", "get_"), key),
        at=at,
        reads=value if reads is None else reads,
        update=(Do(put, {**key, member: changed}),),
        then=changed if then is None else then,
        delete=Do(delete, key) if delete else None,
        missing=missing,
    )


def lifecycle(days: int) -> dict[str, Any]:
    return {
        "Rules": [
            {
                "ID": "r",
                "Status": "Enabled",
                "Filter": {
                    "And": {"Prefix": "a/", "ObjectSizeGreaterThan": 1024, "ObjectSizeLessThan": 9000}
                },
                "Expiration": {"Days": days},
                "Transitions": [{"Days": 3, "StorageClass": "GLACIER"}],
                "NoncurrentVersionExpiration": {"NoncurrentDays": 7, "NewerNoncurrentVersions": 2},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
            },
            {
                "ID": "big",
                "Status": "Disabled",
                "Filter": {"ObjectSizeGreaterThan": 5},
                "Expiration": {"Days": 9},
            },
        ]
    }


def policy(effect: str) -> str:
    statement = {
        "Effect": effect,
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::rt-policy/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


LOG_DELIVERY = {
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::rt-log-target/*",
}

TRIPS = (
    facet(
        "versioning",
        "put_bucket_versioning",
        "VersioningConfiguration",
        {"Status": "Enabled"},
        {"Status": "Suspended"},
    ),
    facet(
        "encryption",
        "put_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        {
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {
                        "SSEAlgorithm": "aws:kms",
                        "KMSMasterKeyID": "alias/a",
                    },
                    "BucketKeyEnabled": True,
                }
            ]
        },
        {
            "Rules": [
                {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
            ]
        },
        at="ServerSideEncryptionConfiguration",
    ),
    facet(
        "lifecycle",
        "put_bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        lifecycle(30),
        lifecycle(60),
        delete="delete_bucket_lifecycle",
        missing="NoSuchLifecycleConfiguration",
    ),
    facet(
        "notification_eventbridge",
        "put_bucket_notification_configuration",
        "NotificationConfiguration",
        {"EventBridgeConfiguration": {}},
        {},
        get="get_bucket_notification_configuration",
    ),
    facet(
        "public_access",
        "put_public_access_block",
        "PublicAccessBlockConfiguration",
        {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
        {
            "BlockPublicAcls": False,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": True,
        },
        at="PublicAccessBlockConfiguration",
        delete="delete_public_access_block",
        missing="NoSuchPublicAccessBlockConfiguration",
    ),
    facet(
        "cors",
        "put_bucket_cors",
        "CORSConfiguration",
        {
            "CORSRules": [
                {
                    "ID": "x",
                    "AllowedHeaders": ["*"],
                    "AllowedMethods": ["GET", "PUT"],
                    "AllowedOrigins": ["https://a"],
                    "ExposeHeaders": ["ETag"],
                    "MaxAgeSeconds": 60,
                }
            ]
        },
        {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]},
        delete="delete_bucket_cors",
        missing="NoSuchCORSConfiguration",
    ),
    facet(
        "website",
        "put_bucket_website",
        "WebsiteConfiguration",
        {
            "IndexDocument": {"Suffix": "index.html"},
            "ErrorDocument": {"Key": "404.html"},
            "RoutingRules": [
                {"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyPrefixWith": "b/"}}
            ],
        },
        {"RedirectAllRequestsTo": {"HostName": "example.org", "Protocol": "https"}},
        delete="delete_bucket_website",
        missing="NoSuchWebsiteConfiguration",
    ),
    facet(
        "ownership",
        "put_bucket_ownership_controls",
        "OwnershipControls",
        {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
        at="OwnershipControls",
        delete="delete_bucket_ownership_controls",
        missing="OwnershipControlsNotFoundError",
    ),
    facet(
        "tagging",
        "put_bucket_tagging",
        "Tagging",
        {"TagSet": [{"Key": "a", "Value": "b"}]},
        {"TagSet": [{"Key": "c", "Value": ""}]},
        delete="delete_bucket_tagging",
        missing="NoSuchTagSet",
    ),
    facet(
        "policy",
        "put_bucket_policy",
        "Policy",
        policy("Allow"),
        policy("Deny"),
        reads={"Policy": policy("Allow")},
        then={"Policy": policy("Deny")},
        delete="delete_bucket_policy",
        missing="NoSuchBucketPolicy",
    ),
    facet(
        "accelerate",
        "put_bucket_accelerate_configuration",
        "AccelerateConfiguration",
        {"Status": "Enabled"},
        {"Status": "Suspended"},
    ),
    facet(
        "payment",
        "put_bucket_request_payment",
        "RequestPaymentConfiguration",
        {"Payer": "Requester"},
        {"Payer": "BucketOwner"},
    ),
    facet(
        "tiering",
        "put_bucket_intelligent_tiering_configuration",
        "IntelligentTieringConfiguration",
        {
            "Id": "t",
            "Status": "Enabled",
            "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
            "Filter": {"Prefix": "p/"},
        },
        {"Id": "t", "Status": "Disabled", "Tierings": [{"Days": 180, "AccessTier": "DEEP_ARCHIVE_ACCESS"}]},
        at="IntelligentTieringConfiguration",
        delete="delete_bucket_intelligent_tiering_configuration",
        missing="NoSuchConfiguration",
        Id="t",
    ),
    facet(
        "metrics",
        "put_bucket_metrics_configuration",
        "MetricsConfiguration",
        {"Id": "m", "Filter": {"Prefix": "p/"}},
        {"Id": "m"},
        at="MetricsConfiguration",
        delete="delete_bucket_metrics_configuration",
        missing="NoSuchConfiguration",
        Id="m",
    ),
    facet(
        "analytics",
        "put_bucket_analytics_configuration",
        "AnalyticsConfiguration",
        {"Id": "a", "Filter": {"Prefix": "p/"}, "StorageClassAnalysis": {}},
        {"Id": "a", "StorageClassAnalysis": {}},
        at="AnalyticsConfiguration",
        delete="delete_bucket_analytics_configuration",
        missing="NoSuchConfiguration",
        Id="a",
    ),
    facet(
        "inventory",
        "put_bucket_inventory_configuration",
        "InventoryConfiguration",
        {
            "Id": "i",
            "IsEnabled": True,
            "IncludedObjectVersions": "All",
            "Schedule": {"Frequency": "Daily"},
            "OptionalFields": ["Size"],
            "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::rt-inventory", "Format": "CSV"}},
        },
        {
            "Id": "i",
            "IsEnabled": False,
            "IncludedObjectVersions": "Current",
            "Schedule": {"Frequency": "Weekly"},
            "Destination": {"S3BucketDestination": {"Bucket": "arn:aws:s3:::rt-inventory", "Format": "ORC"}},
        },
        at="InventoryConfiguration",
        delete="delete_bucket_inventory_configuration",
        missing="NoSuchConfiguration",
        Id="i",
    ),
    Trip(
        id="object_lock",
        service="s3",
        before=(Do("create_bucket", {"Bucket": "rt-lock", "ObjectLockEnabledForBucket": True}),),
        create=Do(
            "put_object_lock_configuration",
            {
                "Bucket": "rt-lock",
                "ObjectLockConfiguration": {
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}},
                },
            },
        ),
        read=Do("get_object_lock_configuration", {"Bucket": "rt-lock"}),
        reads={
            "ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 2}},
            }
        },
    ),
    Trip(
        id="logging",
        service="s3",
        before=(
            Do("create_bucket", {"Bucket": "rt-log-target"}),
            Do("create_bucket", {"Bucket": "rt-logging"}),
            Do(
                "put_bucket_policy",
                {
                    "Bucket": "rt-log-target",
                    "Policy": json.dumps({"Version": "2012-10-17", "Statement": [LOG_DELIVERY]}),
                },
            ),
        ),
        create=Do(
            "put_bucket_logging",
            {
                "Bucket": "rt-logging",
                "BucketLoggingStatus": {
                    "LoggingEnabled": {
                        "TargetBucket": "rt-log-target",
                        "TargetPrefix": "l/",
                        "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
                    }
                },
            },
        ),
        read=Do("get_bucket_logging", {"Bucket": "rt-logging"}),
        reads={
            "LoggingEnabled": {
                "TargetBucket": "rt-log-target",
                "TargetPrefix": "l/",
                "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
            }
        },
    ),
    Trip(
        id="bucket",
        service="s3",
        create=Do("create_bucket", {"Bucket": "rt-plain"}),
        read=Do("get_bucket_encryption", {"Bucket": "rt-plain"}),
        # Since January 2023 every new bucket is encrypted (docs: S3 User Guide, default encryption FAQ).
        reads={
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                        "BucketKeyEnabled": False,
                    }
                ]
            }
        },
        delete=Do("delete_bucket", {"Bucket": "rt-plain"}),
        missing="NoSuchBucket: The specified bucket does not exist",
    ),
)


@pytest.mark.parametrize("trip", TRIPS, ids=lambda t: t.id)
def test_what_is_set_is_answered(local_cloud: Any, trip: Trip) -> None:
    travel(local_cloud, trip)


def test_a_bucket_is_born_with_its_tags(local_cloud: Any) -> None:
    s3, tags = local_cloud.client("s3"), [{"Key": "team", "Value": "rays"}]
    s3.create_bucket(Bucket="rt-born-tagged", CreateBucketConfiguration={"Tags": tags})
    assert s3.get_bucket_tagging(Bucket="rt-born-tagged")["TagSet"] == tags
    s3.delete_bucket(Bucket="rt-born-tagged")


def test_writes_of_one_key_take_turns() -> None:
    inside: list[int] = []
    overlaps: list[int] = []

    def write() -> Answer:
        inside.append(1)
        time.sleep(0.005)
        overlaps.append(len(inside))
        inside.pop()
        return Answer(200, [], b"", lambda _: {})

    call = Call("s3", "PutObject", {"Bucket": "b", "Key": "k"}, "123456789012", "us-east-1")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: one_at_a_time(call, write), range(8)))
    assert overlaps == [1] * 8


def test_versions_of_one_moment_are_listed_newest_first(local_cloud: Cloud) -> None:
    bucket, s3 = unique("versions"), local_cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    written = [s3.put_object(Bucket=bucket, Key="k", Body=b"x")["VersionId"] for _ in range(8)]
    listed = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [each["VersionId"] for each in listed] == written[::-1]
    assert [each["IsLatest"] for each in listed] == [True] + [False] * 7
