"""One row for each way a type is used: what is created, and what then changes.

Values may be functions of the world, for what leans on something that must exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.aws.world import LAMBDA_TRUST, World

from fairway.aws.provider import Live

Given = Mapping[str, Any] | Callable[[World], Mapping[str, Any]]

ALLOW: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}],
}
DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": ["s3:PutObject"], "Resource": "*"}],
}


@dataclass(frozen=True)
class Row:
    """`change` replaces properties (None takes one back); without it the update is left out.

    `found` tells whether a create that nobody recorded can be found, `lasting` that a deletion leaves it.
    """

    name: str
    type: str
    properties: Given = field(default_factory=dict)
    change: Given = field(default_factory=dict)
    found: bool = True
    lasting: bool = False


def given(what: Given, world: World) -> Mapping[str, Any]:
    """The row's values in this world."""
    return what(world) if callable(what) else what


def sending(resource: Any, action: str = "sqs:SendMessage") -> Mapping[str, Any]:
    """A policy of a queue or a topic that lets S3 in."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": action,
        "Resource": resource,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


SQS = (
    Row("defaults", "AWS::SQS::Queue", {}, {"VisibilityTimeout": 60}),
    Row(
        "all",
        "AWS::SQS::Queue",
        lambda w: {
            "VisibilityTimeout": 45,
            "DelaySeconds": 2,
            "MaximumMessageSize": 2048,
            "MessageRetentionPeriod": 7200,
            "ReceiveMessageWaitTimeSeconds": 5,
            "RedrivePolicy": {"deadLetterTargetArn": w.queue.attributes["Arn"], "maxReceiveCount": 3},
            "Tags": [{"Key": "team", "Value": "rays"}],
        },
        {"DelaySeconds": None, "RedrivePolicy": None, "Tags": [{"Key": "team", "Value": "beams"}]},
    ),
    Row(
        "policy",
        "AWS::SQS::QueuePolicy",
        lambda w: {"Queues": [w.queue.identifier], "PolicyDocument": sending(w.queue.attributes["Arn"])},
        lambda w: {"PolicyDocument": sending(w.queue.attributes["Arn"], "sqs:GetQueueUrl")},
    ),
    Row("fifo", "AWS::SQS::Queue", {"FifoQueue": True, "ContentBasedDeduplication": True}),
)

SNS: tuple[Row, ...] = (
    Row("defaults", "AWS::SNS::Topic", {}, {"DisplayName": "Rays"}),
    Row(
        "subscribed",
        "AWS::SNS::Topic",
        lambda w: {
            "DisplayName": "Rays",
            "Subscription": [{"Protocol": "sqs", "Endpoint": w.queue.attributes["Arn"]}],
            "TracingConfig": "Active",
        },
        {"Subscription": [], "DisplayName": "Beams"},
    ),
)

SNS += (
    Row(
        "subscription",
        "AWS::SNS::Subscription",
        lambda w: {
            "TopicArn": w.topic.identifier,
            "Protocol": "sqs",
            "Endpoint": w.queue.attributes["Arn"],
            "FilterPolicy": {"kind": ["ray"]},
            "RawMessageDelivery": True,
        },
        {"FilterPolicy": {"kind": ["beam"]}, "RawMessageDelivery": None},
    ),
    Row(
        "policy",
        "AWS::SNS::TopicPolicy",
        lambda w: {
            "Topics": [w.topic.identifier],
            "PolicyDocument": sending(w.topic.identifier, "sns:Publish"),
        },
        lambda w: {"PolicyDocument": sending(w.topic.identifier, "sns:Subscribe")},
    ),
)

LOGS = (
    Row("plain", "AWS::Logs::LogGroup", {}, {"RetentionInDays": 7}),
    Row("kept", "AWS::Logs::LogGroup", {"RetentionInDays": 7}, {"RetentionInDays": None}),
)

SSM = (
    Row(
        "text",
        "AWS::SSM::Parameter",
        {"Type": "String", "Value": "one", "Description": "a ray", "Tags": {"team": "rays"}},
        {"Value": "two", "Tags": {"team": "beams"}},
    ),
    Row("list", "AWS::SSM::Parameter", {"Type": "StringList", "Value": "a,b"}, {"Value": "a,b,c"}),
)

S3: tuple[Row, ...] = (
    Row("defaults", "AWS::S3::Bucket", {}, {"VersioningConfiguration": {"Status": "Enabled"}}),
    Row(
        "guarded",
        "AWS::S3::Bucket",
        {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
                ]
            },
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "VersioningConfiguration": {"Status": "Enabled"},
        },
        {"VersioningConfiguration": {"Status": "Suspended"}, "PublicAccessBlockConfiguration": None},
    ),
)

S3 += (
    Row(
        "settings",
        "AWS::S3::Bucket",
        {
            "CorsConfiguration": {
                "CorsRules": [
                    {
                        "AllowedMethods": ["GET"],
                        "AllowedOrigins": ["https://rays.example"],
                        "ExposedHeaders": ["ETag"],
                        "MaxAge": 60,
                    }
                ]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "old",
                        "Status": "Enabled",
                        "Prefix": "logs/",
                        "ExpirationInDays": 30,
                        "Transitions": [{"TransitionInDays": 5, "StorageClass": "GLACIER"}],
                    },
                    {
                        "Id": "parts",
                        "Status": "Enabled",
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
                    },
                    {
                        "Id": "tagged",
                        "Status": "Enabled",
                        "Prefix": "tmp/",
                        "TagFilters": [{"Key": "keep", "Value": "no"}],
                        "ExpirationInDays": 1,
                    },
                ]
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
            "AccessControl": "Private",
            "WebsiteConfiguration": {
                "IndexDocument": "index.html",
                "ErrorDocument": "error.html",
                "RoutingRules": [
                    {
                        "RoutingRuleCondition": {"KeyPrefixEquals": "old/"},
                        "RedirectRule": {"ReplaceKeyPrefixWith": "new/"},
                    }
                ],
            },
            "AccelerateConfiguration": {"AccelerationStatus": "Enabled"},
            "Tags": [{"Key": "team", "Value": "rays"}],
        },
        {
            "CorsConfiguration": None,
            "LifecycleConfiguration": None,
            "WebsiteConfiguration": {"IndexDocument": "home.html"},
            "AccelerateConfiguration": {"AccelerationStatus": "Suspended"},
            "Tags": [],
        },
    ),
    Row(
        "notifications",
        "AWS::S3::Bucket",
        lambda w: {
            "NotificationConfiguration": {
                "QueueConfigurations": [
                    {
                        "Event": "s3:ObjectCreated:*",
                        "Queue": w.open_queue,
                        "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}},
                    }
                ],
                "EventBridgeConfiguration": {"EventBridgeEnabled": True},
            }
        },
        {"NotificationConfiguration": None},
    ),
    Row(
        "logging",
        "AWS::S3::Bucket",
        lambda w: {"LoggingConfiguration": {"DestinationBucketName": w.log_bucket, "LogFilePrefix": "b/"}},
        {"LoggingConfiguration": None},
    ),
    Row("locked", "AWS::S3::Bucket", {"ObjectLockEnabled": True}),
    Row(
        "policy",
        "AWS::S3::BucketPolicy",
        lambda w: {"Bucket": w.bucket.identifier, "PolicyDocument": reading(w.bucket, "s3:GetObject")},
        lambda w: {"PolicyDocument": reading(w.bucket, "s3:PutObject")},
    ),
)


def reading(bucket: Live, action: str) -> Mapping[str, Any]:
    """A bucket policy for the account itself."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": action,
        "Resource": f"{bucket.attributes['Arn']}/*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


_KEY: Mapping[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
_TWO = [*_KEY["AttributeDefinitions"], {"AttributeName": "owner", "AttributeType": "S"}]


_OPEN_TABLE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": ["dynamodb:GetItem"],
            "Resource": "*",
        }
    ],
}


def _index(name: str) -> Mapping[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


DYNAMODB = (
    Row(
        "on demand",
        "AWS::DynamoDB::Table",
        {**_KEY, "BillingMode": "PAY_PER_REQUEST"},
        {"DeletionProtectionEnabled": False, "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}},
    ),
    Row(
        "all",
        "AWS::DynamoDB::Table",
        {
            **_KEY,
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3},
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "SSESpecification": {"SSEEnabled": True},
        },
        {
            "ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 3},
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            "PointInTimeRecoverySpecification": None,
        },
    ),
    Row(
        "tagged",
        "AWS::DynamoDB::Table",
        {**_KEY, "BillingMode": "PAY_PER_REQUEST", "Tags": [{"Key": "team", "Value": "rays"}]},
        {"Tags": [{"Key": "team", "Value": "beams"}]},
    ),
    Row(
        "shared",
        "AWS::DynamoDB::Table",
        {
            **_KEY,
            "BillingMode": "PAY_PER_REQUEST",
            "ResourcePolicy": {"PolicyDocument": _OPEN_TABLE},
            "ContributorInsightsSpecification": {"Enabled": True},
        },
        {"ResourcePolicy": None, "ContributorInsightsSpecification": None},
    ),
    Row(
        "indexes",
        "AWS::DynamoDB::Table",
        {
            "AttributeDefinitions": _TWO,
            "KeySchema": _KEY["KeySchema"],
            "BillingMode": "PAY_PER_REQUEST",
            "GlobalSecondaryIndexes": [_index("one")],
        },
        {"GlobalSecondaryIndexes": [_index("two"), _index("three")]},
    ),
)

IAM: tuple[Row, ...] = (
    Row(
        "role",
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": LAMBDA_TRUST,
            "Description": "for rays",
            "MaxSessionDuration": 7200,
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
            "Policies": [{"PolicyName": "read", "PolicyDocument": ALLOW}],
            "Tags": [{"Key": "team", "Value": "rays"}],
        },
        {
            "Description": None,
            "ManagedPolicyArns": [],
            "Policies": [{"PolicyName": "write", "PolicyDocument": DENY}],
            "Tags": [],
        },
    ),
    Row(
        "boundary",
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": LAMBDA_TRUST,
            "PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess",
        },
        {"PermissionsBoundary": None},
    ),
)


IAM += (
    Row(
        "policy without version",
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": LAMBDA_TRUST,
            "Policies": [{"PolicyName": "read", "PolicyDocument": {"Statement": ALLOW["Statement"]}}],
        },
    ),
    Row(
        "inline policy",
        "AWS::IAM::Policy",
        lambda w: {"PolicyName": "rays", "PolicyDocument": ALLOW, "Roles": [w.role_name]},
        {"PolicyDocument": DENY, "PolicyName": "beams"},
    ),
    Row(
        "managed policy",
        "AWS::IAM::ManagedPolicy",
        lambda w: {"PolicyDocument": ALLOW, "Description": "for rays", "Roles": [w.role_name]},
        {"PolicyDocument": DENY, "Roles": None},
    ),
    Row(
        "instance profile",
        "AWS::IAM::InstanceProfile",
        lambda w: {"Roles": [w.role_name]},
    ),
)


def _function(world: World, **more: Any) -> Mapping[str, Any]:
    return {
        "Role": world.role,
        "Runtime": "python3.11",
        "Handler": "app.handler",
        "Code": world.artifact("one"),
        **more,
    }


LAMBDA = (
    Row("code", "AWS::Lambda::Function", _function, lambda w: {"Code": w.artifact("two")}),
    Row(
        "all",
        "AWS::Lambda::Function",
        lambda w: _function(
            w,
            Architectures=["arm64"],
            DeadLetterConfig={"TargetArn": w.queue.attributes["Arn"]},
            Description="converts",
            Environment={"Variables": {"STAGE": "test"}},
            EphemeralStorage={"Size": 1024},
            Layers=[w.layer.identifier],
            LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"},
            MemorySize=256,
            ReservedConcurrentExecutions=2,
            Timeout=20,
            TracingConfig={"Mode": "Active"},
            Tags=[{"Key": "team", "Value": "rays"}],
        ),
        {
            "DeadLetterConfig": None,
            "Environment": {"Variables": {"STAGE": "prod"}},
            "MemorySize": 512,
            "Layers": [],
            "ReservedConcurrentExecutions": None,
            "TracingConfig": None,
            "Tags": [],
        },
    ),
    Row(
        "version",
        "AWS::Lambda::Version",
        lambda w: {"FunctionName": w.unpublished.identifier, "Description": "1"},
    ),
    Row(
        "alias",
        "AWS::Lambda::Alias",
        lambda w: {
            "FunctionName": w.function.identifier,
            "FunctionVersion": w.version.attributes["Version"],
            "Name": "live",
        },
        {"Description": "what callers get"},
    ),
    Row(
        "layer",
        "AWS::Lambda::LayerVersion",
        lambda w: {
            "Content": w.artifact("layer"),
            "CompatibleRuntimes": ["python3.11"],
            "Description": "pins",
        },
    ),
    Row(
        "layer permission",
        "AWS::Lambda::LayerVersionPermission",
        lambda w: {
            "LayerVersionArn": w.layer.identifier,
            "Action": "lambda:GetLayerVersion",
            "Principal": "*",
        },
    ),
    Row(
        "permission",
        "AWS::Lambda::Permission",
        lambda w: {
            "FunctionName": w.function.attributes["Arn"],
            "Action": "lambda:InvokeFunction",
            "Principal": "sns.amazonaws.com",
            "SourceArn": w.topic.identifier,
            "SourceAccount": "123456789012",
        },
    ),
    Row(
        "queue mapping",
        "AWS::Lambda::EventSourceMapping",
        lambda w: {
            "FunctionName": w.function.identifier,
            "EventSourceArn": w.queue.attributes["Arn"],
            "BatchSize": 5,
            "Enabled": False,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        },
        {"BatchSize": 7, "FunctionResponseTypes": []},
    ),
    Row(
        "url",
        "AWS::Lambda::Url",
        lambda w: {
            "TargetFunctionArn": w.function.attributes["Arn"],
            "AuthType": "NONE",
            "Cors": {"AllowOrigins": ["*"], "AllowMethods": ["GET"]},
        },
        {"AuthType": "AWS_IAM", "InvokeMode": "RESPONSE_STREAM"},
    ),
    Row(
        "asynchronous",
        "AWS::Lambda::EventInvokeConfig",
        lambda w: {
            "FunctionName": w.function.identifier,
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 1,
            "DestinationConfig": {"OnFailure": {"Destination": w.queue.attributes["Arn"]}},
        },
        {"MaximumRetryAttempts": 0},
    ),
)

ROWS = (*SQS, *SNS, *LOGS, *SSM, *S3, *DYNAMODB, *IAM, *LAMBDA)
