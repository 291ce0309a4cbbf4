"""Which IAM actions a change needs: those of the calls that its type declares.

What a hook of the catalogue calls beside them is not known here, so that this is the least that is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from fairway.aws.catalogue.declaration import Call, Facet
from fairway.aws.catalogue.derive import Derived
from fairway.model.plan import Action

Models = Callable[[str], Any]

_PREFIXES = {"cloudwatch": "cloudwatch", "stepfunctions": "states", "apigatewayv2": "apigateway"}
"""Where a service's actions begin with another word than botocore calls it (docs:service-authorization)."""
_BY_METHOD = frozenset({"apigateway", "apigatewayv2"})
"""Services whose actions are the methods of their requests (docs:service-authorization, API Gateway
Management)."""
_OTHER_NAMES = {
    # docs:service-authorization, Amazon S3: actions that are not called as the operation is.
    "s3.HeadBucket": "s3:ListBucket",
    "s3.DeleteBucketCors": "s3:PutBucketCORS",
    "s3.DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3.DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3.DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "s3.DeleteBucketTagging": "s3:PutBucketTagging",
    "s3.DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3.GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3.GetBucketCors": "s3:GetBucketCORS",
    "s3.GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3.GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3.GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3.GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3.GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3.GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3.PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "s3.PutBucketCors": "s3:PutBucketCORS",
    "s3.PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3.PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3.PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "s3.PutBucketReplication": "s3:PutReplicationConfiguration",
    "s3.PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "s3.PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
PASS_ROLE = "iam:PassRole"
_ROLES = ("Role", "RoleArn", "ExecutionRoleArn")
"""Properties that pass a role to a service, which takes iam:PassRole (docs:IAM, passing a role)."""


def actions(derived: Derived, action: Action, names: Collection[str]) -> frozenset[str]:
    """The actions of a change of one resource, for which these properties are sent."""
    found = {name for call in _calls(derived, action, names) for name in _action(derived, call)}
    passes_role = action not in (Action.DELETE, Action.FORGET) and any(name in _ROLES for name in names)
    return frozenset(found | ({PASS_ROLE} if passes_role else set()))


def _calls(derived: Derived, action: Action, names: Collection[str]) -> Iterator[Call]:
    declared = derived.type
    wanted: list[object] = [declared.read]
    match action:
        case Action.CREATE | Action.REPLACE:
            wanted += [declared.create, *_puts(derived, set(names) - derived.create_targets.keys())]
        case Action.UPDATE | Action.ADOPT:
            wanted += [call for call in declared.update if derived.update_targets(call).keys() & set(names)]
            wanted += _puts(derived, set(names))
    if action in (Action.DELETE, Action.REPLACE):
        wanted.append(declared.delete)
    yield from (call for call in wanted if isinstance(call, Call))


def _puts(derived: Derived, names: Collection[str]) -> Iterator[object]:
    """What sends the properties that have calls of their own."""
    facets: dict[int, Facet] = {id(facet): facet for name, facet in derived.facet_of.items() if name in names}
    for facet in facets.values():
        yield from (facet.put, facet.get)
    if derived.tag_property in names and derived.type.tags:
        yield from (derived.type.tags.tag, derived.type.tags.list)


def _action(derived: Derived, call: Call) -> Iterator[str]:
    service = call.service or derived.type.service
    if service in _BY_METHOD:
        yield f"apigateway:{derived.operation(call).http['method']}"
        return
    prefix = _PREFIXES.get(service, service)
    yield _OTHER_NAMES.get(f"{service}.{call.operation}", f"{prefix}:{call.operation}")
