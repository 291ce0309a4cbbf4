"""AWS Key Management Service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context, properties_in
from fairway.aws.catalogue.convert import as_text
from fairway.aws.catalogue.declaration import Call, Facet, ResourceType, Tags
from fairway.aws.catalogue.reading import scalars
from fairway.aws.catalogue.tags import is_same_owner
from fairway.aws.failures import CallFailed, Kind

_DESCRIBE = Call("DescribeKey", answer="KeyMetadata")
_GONE = ("PendingDeletion", "PendingReplicaDeletion")
_DEFAULT_ROTATION_DAYS = 365
"""BC kms EnableKeyRotation."""


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _read(context: Context) -> Mapping[str, Any]:
    """A key that waits for its deletion cannot be used, so it counts as gone."""
    metadata = context.call("DescribeKey", KeyId=context["KeyId"])["KeyMetadata"]
    if metadata["KeyState"] in _GONE:
        return {}
    context.answer = metadata
    context.learn(scalars(metadata))
    return properties_in(context, _DESCRIBE, metadata, context.derived.main_properties)


def _find(context: Context) -> Mapping[str, Any]:
    """The key with the owner's tags that is not about to go, as those of earlier deploys may be.

    A key whose policy hides its tags is somebody else's.
    """
    for page in context.pages("ListKeys"):
        for key in page["Keys"]:
            try:
                if _is_own(context, key["KeyId"]):
                    return {"KeyId": key["KeyId"]}
            except CallFailed as failure:
                if failure.kind not in (Kind.FATAL, Kind.NOT_FOUND):
                    raise
    return {}


def _is_own(context: Context, key: str) -> bool:
    if not is_same_owner(context.after.get("Tags"), _live_tags(context, key)):
        return False
    return context.call("DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"] not in _GONE


def _live_tags(context: Context, key: str) -> dict[str, str]:
    pages = context.pages("ListResourceTags", KeyId=key)
    return {tag["TagKey"]: tag["TagValue"] for page in pages for tag in page["Tags"]}


def _list_tags(context: Context) -> Mapping[str, Any]:
    tags = _live_tags(context, context["KeyId"])
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]} if tags else {}


def _put_policy(context: Context) -> None:
    document = context.after.get("KeyPolicy") or _default_policy(context)
    context.call(
        "PutKeyPolicy",
        KeyId=context["KeyId"],
        PolicyName="default",
        Policy=as_text(document),
        BypassPolicyLockoutSafetyCheck=_is_true(context.after.get("BypassPolicyLockoutSafetyCheck")),
    )


def _default_policy(context: Context) -> Mapping[str, Any]:
    """docs: kms, default key policy, programmatic."""
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": context.expand("arn:{partition}:iam::{account}:root")},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Id": "key-default", "Statement": [statement]}


def _put_rotation(context: Context) -> None:
    key = context["KeyId"]
    if _is_true(context.after.get("EnableKeyRotation")):
        days = int(context.after.get("RotationPeriodInDays") or _DEFAULT_ROTATION_DAYS)
        context.call("EnableKeyRotation", KeyId=key, RotationPeriodInDays=days)
    elif _is_true(context.before.get("EnableKeyRotation")):
        context.call("DisableKeyRotation", KeyId=key)


def _read_rotation(context: Context) -> Mapping[str, Any]:
    status = context.call("GetKeyRotationStatus", KeyId=context["KeyId"])
    days = {name: status[name] for name in ("RotationPeriodInDays",) if name in status}
    return {"EnableKeyRotation": status["KeyRotationEnabled"], **days}


def _enable(context: Context) -> None:
    if _is_true(context.after.get("Enabled", True)) and not context.before.get("Enabled", True):
        context.call("EnableKey", KeyId=context["KeyId"])


def _disable(context: Context) -> None:
    if not _is_true(context.after.get("Enabled", True)) and context.before.get("Enabled", True):
        context.call("DisableKey", KeyId=context["KeyId"])


def _keep(_: Context) -> None:
    """Only the deletion uses it, and finds it in what was recorded."""


KEY = ResourceType(
    name="AWS::KMS::Key",
    service="kms",
    identity=("KeyId",),
    create=Call("CreateKey", answer="KeyMetadata"),
    read=_read,
    update=(Call("UpdateKeyDescription"),),
    delete=Call("ScheduleKeyDeletion", keys={"PendingWindowInDays": "{PendingWindowInDays}?"}),
    find=_find,
    rename={"KeyPolicy": "Policy", "Tags.*.Key": "TagKey", "Tags.*.Value": "TagValue"},
    facets=(
        Facet(
            ("KeyPolicy", "BypassPolicyLockoutSafetyCheck"),
            put=_put_policy,
            get=Call("GetKeyPolicy", fixed={"PolicyName": "default"}),
        ),
        # BC kms EnableKeyRotation: not for a disabled key. So it is enabled before, disabled after.
        Facet(("Enabled",), put=_enable, before_main=True),
        Facet(
            ("EnableKeyRotation", "RotationPeriodInDays"),
            put=_put_rotation,
            get=_read_rotation,
            absent=("UnsupportedOperationException",),
        ),
        Facet(("Enabled",), put=_disable),
        Facet(("PendingWindowInDays",), put=_keep),
    ),
    tags=Tags(
        tag=Call("TagResource"),
        untag=Call("UntagResource"),
        list=_list_tags,
        arn="arn:{partition}:kms:{region}:{account}:key/{KeyId}",
    ),
    # BC kms CreateKey.
    defaults={
        "Description": "",
        "Enabled": True,
        "EnableKeyRotation": False,
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": False,
        "Origin": "AWS_KMS",
    },
    # CFN: a change of these fails, and BC kms has no call for it.
    create_only=("KeySpec", "KeyUsage", "MultiRegion", "Origin"),
    documents=("KeyPolicy",),
    also_readable=("Description", "Enabled", "KeySpec", "KeyUsage", "MultiRegion", "Origin"),
    unreadable=("BypassPolicyLockoutSafetyCheck", "PendingWindowInDays"),
    holds_data=True,
)


def _read_alias(context: Context) -> Mapping[str, Any]:
    """The key in the form in which the definition names it, by its ARN or by its id."""
    metadata = context.call("DescribeKey", KeyId=context["AliasName"])["KeyMetadata"]
    is_arn = str(context.after.get("TargetKeyId", "")).startswith("arn:")
    return {"AliasName": context["AliasName"], "TargetKeyId": metadata["Arn" if is_arn else "KeyId"]}


ALIAS = ResourceType(
    name="AWS::KMS::Alias",
    service="kms",
    identity=("AliasName",),
    create=Call("CreateAlias"),
    read=_read_alias,
    update=(Call("UpdateAlias", keys={"AliasName": "{AliasName}"}),),
    delete=Call("DeleteAlias"),
    also_readable=("AliasName", "TargetKeyId"),
    known_by=("TargetKeyId",),
)

TYPES = (KEY, ALIAS)
