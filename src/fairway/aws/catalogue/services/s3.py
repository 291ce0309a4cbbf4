"""Amazon S3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Facet, Naming, ResourceType, Tags
from fairway.aws.catalogue.services.s3_codecs import ACCESS_CONTROL, LIFECYCLE, NOTIFICATIONS, WEBSITE
from fairway.aws.catalogue.tags import as_dict, in_property_form
from fairway.aws.failures import CallFailed
from fairway.model.errors import Failed
from fairway.model.plan import Contents

_BUCKET = {"Bucket": "{BucketName}"}
_POLICY = {"PolicyDocument": "Policy"}


def _create(context: Context) -> Mapping[str, Any]:
    """us-east-1 is the one region that must not be named (BC s3 CreateBucket)."""
    parameters: dict[str, Any] = {"Bucket": context["BucketName"]}
    configuration: dict[str, Any] = {}
    if context["region"] != "us-east-1":
        configuration["LocationConstraint"] = context["region"]
    if tags := _tag_set(context):
        configuration["Tags"] = tags
    if configuration:
        parameters["CreateBucketConfiguration"] = configuration
    if context.after.get("ObjectLockEnabled"):
        parameters["ObjectLockEnabledForBucket"] = True
    context.call("CreateBucket", once=True, **parameters)
    return {}


def _read(context: Context) -> Mapping[str, Any]:
    context.call("HeadBucket", Bucket=context["BucketName"])
    return {"BucketName": context["BucketName"]}


def _put_tags(context: Context) -> None:
    tagging = {"TagSet": _tag_set(context)}
    context.call("PutBucketTagging", Bucket=context["BucketName"], Tagging=tagging)


def _tag_set(context: Context) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in as_dict(context.after.get("Tags")).items()]


def _read_tags(context: Context) -> Mapping[str, Any]:
    try:
        answer = context.call("GetBucketTagging", Bucket=context["BucketName"])
    except CallFailed as failure:
        if failure.aws_code == "NoSuchTagSet":
            return {}
        raise
    return {"Tags": in_property_form(as_dict(answer["TagSet"]), as_map=False)}


def _delete(context: Context) -> None:
    try:
        context.call("DeleteBucket", Bucket=context["BucketName"])
    except CallFailed as failure:
        if failure.aws_code != "BucketNotEmpty":
            raise
        _empty(context)
        context.call("DeleteBucket", Bucket=context["BucketName"])


def _empty(context: Context) -> None:
    """Buckets hold data: whoever deletes one has been asked whether its objects may go.

    Always the first page, for the key at which a later one would begin is gone by then.
    """
    bucket, deleted = context["BucketName"], 0
    while objects := _some_versions(context):
        answer = context.call("DeleteObjects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        if refused := answer.get("Errors"):
            raise _not_deleted(refused)
        deleted += len(objects)
        context.progress(f"deleted {deleted} object versions")


def _some_versions(context: Context) -> list[dict[str, str]]:
    page = context.call("ListObjectVersions", Bucket=context["BucketName"])
    found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
    return [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]


def _not_deleted(refused: list[Mapping[str, str]]) -> Failed:
    first = refused[0]
    return Failed(
        f"aws.{first['Code']}",
        f"{len(refused)} object versions cannot be deleted, {first['Key']} among them",
        why=first.get("Message", ""),
        next="delete them, or wait until their retention ends; or give the bucket DeletionPolicy: Retain",
    )


def _contents(context: Context) -> Contents | None:
    """Every version counts: deleting the bucket takes them all."""
    page = context.call("ListObjectVersions", Bucket=context["BucketName"])
    versions, markers = page.get("Versions", ()), page.get("DeleteMarkers", ())
    count, size = len(versions) + len(markers), sum(item["Size"] for item in versions)
    more = bool(page.get("IsTruncated"))
    return Contents(count, "object version", more, size) if count else None


def _put_logging(context: Context) -> None:
    """Without a destination the bucket logs into itself (docs:CloudFormation LoggingConfiguration)."""
    given, bucket = context.after.get("LoggingConfiguration"), context["BucketName"]
    status: dict[str, Any] = {}
    if given is not None:
        target = {"TargetBucket": given.get("DestinationBucketName") or bucket}
        status["LoggingEnabled"] = {**target, "TargetPrefix": given.get("LogFilePrefix") or ""}
        if (form := given.get("TargetObjectKeyFormat")) is not None:
            status["LoggingEnabled"]["TargetObjectKeyFormat"] = form
    context.call("PutBucketLogging", Bucket=bucket, BucketLoggingStatus=status)


def _setting(
    name: str,
    operation: str,
    put: str = "",
    *,
    get: str = ".",
    absent: str = "",
    clear: Call | str | None = None,
) -> Facet:
    """A setting with a put and a get call of its own; `put` and `get` are the members that hold it."""
    return Facet(
        (name,),
        put=Call(f"Put{operation}", keys=_BUCKET, rename={name: put or name}),
        get=Call(f"Get{operation}", keys=_BUCKET, rename={name: get}),
        clear=Call(clear, keys=_BUCKET) if isinstance(clear, str) else clear,
        absent=(absent,) if absent else (),
    )


_NO_NOTIFICATIONS = Call(
    "PutBucketNotificationConfiguration", keys=_BUCKET, fixed={"NotificationConfiguration": {}}
)

SETTINGS = (
    _setting(
        "BucketEncryption",
        "BucketEncryption",
        "ServerSideEncryptionConfiguration",
        get="ServerSideEncryptionConfiguration",
        absent="ServerSideEncryptionConfigurationNotFoundError",
        clear="DeleteBucketEncryption",
    ),
    _setting(
        "PublicAccessBlockConfiguration",
        "PublicAccessBlock",
        get="PublicAccessBlockConfiguration",
        absent="NoSuchPublicAccessBlockConfiguration",
        clear="DeletePublicAccessBlock",
    ),
    _setting(
        "OwnershipControls",
        "BucketOwnershipControls",
        get="OwnershipControls",
        absent="OwnershipControlsNotFoundError",
        clear="DeleteBucketOwnershipControls",
    ),
    Facet(("AccessControl",), put=Call("PutBucketAcl", keys=_BUCKET, rename={"AccessControl": "ACL"})),
    _setting("VersioningConfiguration", "BucketVersioning"),
    _setting("AccelerateConfiguration", "BucketAccelerateConfiguration"),
    _setting("AbacStatus", "BucketAbac", "AbacStatus.Status", get="AbacStatus.Status"),
    _setting(
        "CorsConfiguration",
        "BucketCors",
        "CORSConfiguration",
        absent="NoSuchCORSConfiguration",
        clear="DeleteBucketCors",
    ),
    _setting(
        "LifecycleConfiguration",
        "BucketLifecycleConfiguration",
        ".",
        absent="NoSuchLifecycleConfiguration",
        clear="DeleteBucketLifecycle",
    ),
    Facet(
        ("LoggingConfiguration",),
        put=_put_logging,
        get=Call("GetBucketLogging", keys=_BUCKET, rename={"LoggingConfiguration": "LoggingEnabled"}),
    ),
    Facet(
        ("ObjectLockEnabled",),
        put=Call(
            "PutObjectLockConfiguration",
            keys=_BUCKET,
            fixed={"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
            without=("ObjectLockEnabled",),
        ),
    ),
    _setting(
        "ObjectLockConfiguration",
        "ObjectLockConfiguration",
        get="ObjectLockConfiguration",
        absent="ObjectLockConfigurationNotFoundError",
    ),
    _setting(
        "ReplicationConfiguration",
        "BucketReplication",
        get="ReplicationConfiguration",
        absent="ReplicationConfigurationNotFoundError",
        clear="DeleteBucketReplication",
    ),
    _setting(
        "WebsiteConfiguration",
        "BucketWebsite",
        absent="NoSuchWebsiteConfiguration",
        clear="DeleteBucketWebsite",
    ),
    _setting("NotificationConfiguration", "BucketNotificationConfiguration", clear=_NO_NOTIFICATIONS),
)

_ENCRYPTION_RULES = "BucketEncryption.ServerSideEncryptionConfiguration"
_NESTED = {
    _ENCRYPTION_RULES: "Rules",
    f"{_ENCRYPTION_RULES}.*.ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
    "AccelerateConfiguration.AccelerationStatus": "Status",
    "CorsConfiguration.CorsRules.*.ExposedHeaders": "ExposeHeaders",
    "CorsConfiguration.CorsRules.*.MaxAge": "MaxAgeSeconds",
    "LoggingConfiguration.DestinationBucketName": "TargetBucket",
    "LoggingConfiguration.LogFilePrefix": "TargetPrefix",
    "ReplicationConfiguration.Rules.*.Filter.And.TagFilters": "Tags",
    "ReplicationConfiguration.Rules.*.Filter.TagFilter": "Tag",
    "WebsiteConfiguration.RoutingRules.*.RedirectRule": "Redirect",
    "WebsiteConfiguration.RoutingRules.*.RoutingRuleCondition": "Condition",
}
_LATER = "it is not handled yet"

BUCKET = ResourceType(
    name="AWS::S3::Bucket",
    service="s3",
    identity=("BucketName",),
    create=_create,
    read=_read,
    delete=_delete,
    attributes={
        "Arn": "arn:{partition}:s3:::{BucketName}",
        "DomainName": "{BucketName}.s3.{url_suffix}",
        "RegionalDomainName": "{BucketName}.s3.{region}.{url_suffix}",
        "DualStackDomainName": "{BucketName}.s3.dualstack.{region}.{url_suffix}",
        "WebsiteURL": "http://{BucketName}.s3-website-{region}.{url_suffix}",
    },
    rename=_NESTED,
    codecs={
        "LifecycleConfiguration": LIFECYCLE,
        "NotificationConfiguration": NOTIFICATIONS,
        "WebsiteConfiguration": WEBSITE,
        "AccessControl": ACCESS_CONTROL,
    },
    facets=SETTINGS,
    tags=Tags(tag=_put_tags, list=_read_tags, arn="{Arn}"),
    naming=Naming("BucketName", 63, allowed="a-z0-9-", lower=True),
    resets={
        "VersioningConfiguration": {"Status": "Suspended"},
        "AccelerateConfiguration": {"AccelerationStatus": "Suspended"},
        "AbacStatus": "Disabled",
        "AccessControl": "Private",
    },
    refused={
        "AnalyticsConfigurations": _LATER,
        "BucketNamePrefix": "names are made by Fairway; give BucketName instead",
        "BucketNamespace": _LATER,
        "IntelligentTieringConfigurations": _LATER,
        "InventoryConfigurations": _LATER,
        "MetadataConfiguration": _LATER,
        "MetadataTableConfiguration": _LATER,
        "MetricsConfigurations": _LATER,
    },
    also_readable=("BucketName",),
    carries=("BucketName", "ObjectLockEnabled", "Tags"),
    holds_data=True,
    contents=_contents,
    overwrites=True,  # in us-east-1, making one's own bucket again succeeds and resets it (BC s3)
)

BUCKET_POLICY = ResourceType(
    name="AWS::S3::BucketPolicy",
    service="s3",
    identity=("Bucket",),
    create=Call("PutBucketPolicy", rename=_POLICY),
    read=Call("GetBucketPolicy", rename=_POLICY),
    update=(Call("PutBucketPolicy", rename=_POLICY),),
    delete=Call("DeleteBucketPolicy"),
    delete_first=True,
)

TYPES = (BUCKET, BUCKET_POLICY)
