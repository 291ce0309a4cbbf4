"""The IAM actions that allow a call. Most bear the operation's name; what does not stands here.

Source: the Service Authorization Reference (docs:service-authorization/latest/reference/), its pages on
S3 (list_amazons3.html), Lambda, API Gateway Management and the others, with their dependent actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from fairway.aws.session import is_read

Operation: TypeAlias = tuple[str, str]
"""A service and its operation, as botocore calls them."""
Models: TypeAlias = Callable[[str], Any]

_PREFIXES = {"stepfunctions": "states", "resourcegroupstaggingapi": "tag"}
"""Where IAM has another name for the service than botocore."""
_BY_VERB = frozenset({"apigateway", "apigatewayv2"})
"""Services whose actions are HTTP's verbs, on the paths of the API."""

_CLOUDFRONT: Mapping[str, tuple[str, ...]] = {
    "CreateDistributionWithTags": ("CreateDistribution", "TagResource"),
}
_S3: Mapping[str, tuple[str, ...]] = {
    "HeadBucket": ("ListBucket",),
    "HeadObject": ("GetObject",),
    "ListObjectsV2": ("ListBucket",),
    "ListObjectVersions": ("ListBucketVersions",),
    "DeleteObjects": ("DeleteObject", "DeleteObjectVersion"),
    "CreateBucket": ("CreateBucket", "PutBucketOwnershipControls", "PutBucketObjectLockConfiguration"),
    "DeleteBucketCors": ("PutBucketCORS",),
    "DeleteBucketEncryption": ("PutEncryptionConfiguration",),
    "DeleteBucketLifecycle": ("PutLifecycleConfiguration",),
    "DeleteBucketOwnershipControls": ("PutBucketOwnershipControls",),
    "DeleteBucketReplication": ("PutReplicationConfiguration",),
    "DeleteBucketTagging": ("PutBucketTagging",),
    "DeletePublicAccessBlock": ("PutBucketPublicAccessBlock",),
    "GetBucketAccelerateConfiguration": ("GetAccelerateConfiguration",),
    "GetBucketCors": ("GetBucketCORS",),
    "GetBucketEncryption": ("GetEncryptionConfiguration",),
    "GetBucketLifecycleConfiguration": ("GetLifecycleConfiguration",),
    "GetBucketNotificationConfiguration": ("GetBucketNotification",),
    "GetBucketReplication": ("GetReplicationConfiguration",),
    "GetObjectLockConfiguration": ("GetBucketObjectLockConfiguration",),
    "GetPublicAccessBlock": ("GetBucketPublicAccessBlock",),
    "PutBucketAccelerateConfiguration": ("PutAccelerateConfiguration",),
    "PutBucketCors": ("PutBucketCORS",),
    "PutBucketEncryption": ("PutEncryptionConfiguration",),
    "PutBucketLifecycleConfiguration": ("PutLifecycleConfiguration",),
    "PutBucketNotificationConfiguration": ("PutBucketNotification",),
    "PutBucketReplication": ("PutReplicationConfiguration",),
    "PutObjectLockConfiguration": ("PutBucketObjectLockConfiguration",),
    "PutPublicAccessBlock": ("PutBucketPublicAccessBlock",),
}

_OTHER_NAMES = {"cloudfront": _CLOUDFRONT, "s3": _S3}

PASS_ROLE = "iam:PassRole"
# What else must be allowed, where the call itself is.
_DEPENDENT: Mapping[Operation, tuple[str, ...]] = {
    ("apigateway", "PutIntegration"): (PASS_ROLE,),
    ("apigateway", "CreateAuthorizer"): (PASS_ROLE,),
    ("apigateway", "UpdateAuthorizer"): (PASS_ROLE,),
    ("apigateway", "UpdateAccount"): (PASS_ROLE,),
    ("apigateway", "CreateRestApi"): ("apigateway:UpdateRestApiPolicy",),
    ("apigateway", "UpdateRestApi"): ("apigateway:UpdateRestApiPolicy",),
    ("apigatewayv2", "CreateIntegration"): (PASS_ROLE,),
    ("apigatewayv2", "UpdateIntegration"): (PASS_ROLE,),
    ("events", "PutTargets"): (PASS_ROLE,),
    ("iam", "AddRoleToInstanceProfile"): (PASS_ROLE,),
    ("kms", "CreateKey"): ("kms:PutKeyPolicy", "kms:TagResource"),
    ("lambda", "CreateFunction"): (PASS_ROLE, "lambda:GetLayerVersion", "lambda:TagResource"),
    ("lambda", "UpdateFunctionConfiguration"): (PASS_ROLE, "lambda:GetLayerVersion"),
    ("logs", "PutSubscriptionFilter"): (PASS_ROLE,),
    ("s3", "PutBucketReplication"): (PASS_ROLE,),
    ("scheduler", "CreateSchedule"): (PASS_ROLE,),
    ("scheduler", "UpdateSchedule"): (PASS_ROLE,),
    ("sns", "CreateTopic"): (PASS_ROLE,),
    ("sns", "SetTopicAttributes"): (PASS_ROLE,),
    ("stepfunctions", "CreateStateMachine"): (PASS_ROLE, "states:PublishStateMachineVersion"),
    ("stepfunctions", "UpdateStateMachine"): (PASS_ROLE, "states:PublishStateMachineVersion"),
}


def actions_named(operation: Operation, models: Models) -> tuple[str, ...]:
    """The actions that are the call itself. `models` answers a service's API model."""
    service, name = operation
    if service in _BY_VERB:
        return (f"apigateway:{models(service).operation_model(name).http['method']}",)
    names = _OTHER_NAMES.get(service, {}).get(name, (name,))
    return tuple(f"{_PREFIXES.get(service, service)}:{each}" for each in names)


def actions_of(operation: Operation, models: Models) -> tuple[str, ...]:
    """Those, and the ones it depends on."""
    return (*actions_named(operation, models), *_DEPENDENT.get(operation, ()))


def allowing(operations: Iterable[Operation], models: Models) -> frozenset[str]:
    """The actions of some calls."""
    return frozenset(action for each in operations for action in actions_of(each, models))


def reads(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Those that change nothing."""
    return (each for each in operations if is_read(each[1]))
