"""Amazon S3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Facet, Naming, ResourceType, Tags
from fairway.aws.catalogue.tags import as_dict, in_property_form
from fairway.aws.failures import CallFailed

_BUCKET = {"Bucket": "{BucketName}"}
_ENCRYPTION = {
    "BucketEncryption": "ServerSideEncryptionConfiguration",
    "BucketEncryption.ServerSideEncryptionConfiguration": "Rules",
    "BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault": (
        "ApplyServerSideEncryptionByDefault"
    ),
}


def _create(context: Context) -> Mapping[str, Any]:
    """us-east-1 is the one region that must not be named (BC s3 CreateBucket)."""
    parameters: dict[str, Any] = {"Bucket": context["BucketName"]}
    if context["region"] != "us-east-1":
        parameters["CreateBucketConfiguration"] = {"LocationConstraint": context["region"]}
    if context.after.get("ObjectLockEnabled"):
        parameters["ObjectLockEnabledForBucket"] = True
    context.call("CreateBucket", once=True, **parameters)
    return {}


def _read(context: Context) -> Mapping[str, Any]:
    context.call("HeadBucket", Bucket=context["BucketName"])
    return {"BucketName": context["BucketName"]}


def _put_tags(context: Context) -> None:
    tags = [{"Key": key, "Value": value} for key, value in as_dict(context.after.get("Tags")).items()]
    context.call("PutBucketTagging", Bucket=context["BucketName"], Tagging={"TagSet": tags})


def _read_tags(context: Context) -> Mapping[str, Any]:
    try:
        answer = context.call("GetBucketTagging", Bucket=context["BucketName"])
    except CallFailed as failure:
        if failure.aws_code == "NoSuchTagSet":
            return {}
        raise
    return {"Tags": in_property_form(as_dict(answer["TagSet"]), as_map=False)}


def _refuse_full(context: Context) -> None:
    """A bucket with objects is only emptied when the caller was told that data may be lost."""
    bucket = context["BucketName"]
    for page in context.pages("ListObjectVersions", Bucket=bucket):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
        if objects:
            context.progress(f"deleting {len(objects)} object versions")
            context.call("DeleteObjects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


def _setting(
    name: str, operation: str, member: str, *, absent: str, clear: str = "", rename: str = ""
) -> Facet:
    """A bucket setting with a put, a get and a delete call of its own."""
    return Facet(
        (name,),
        put=Call(f"Put{operation}", keys=_BUCKET, rename={name: rename or member}),
        get=Call(f"Get{operation}", keys=_BUCKET, rename={name: rename or member}),
        clear=Call(clear, keys=_BUCKET) if clear else None,
        absent=(absent,) if absent else (),
    )


BUCKET = ResourceType(
    name="AWS::S3::Bucket",
    service="s3",
    identity=("BucketName",),
    create=_create,
    read=_read,
    delete=Call("DeleteBucket", keys=_BUCKET),
    attributes={
        "Arn": "arn:{partition}:s3:::{BucketName}",
        "DomainName": "{BucketName}.s3.{url_suffix}",
        "RegionalDomainName": "{BucketName}.s3.{region}.{url_suffix}",
        "DualStackDomainName": "{BucketName}.s3.dualstack.{region}.{url_suffix}",
        "WebsiteURL": "http://{BucketName}.s3-website-{region}.{url_suffix}",
    },
    facets=(
        Facet(
            ("BucketEncryption",),
            put=Call("PutBucketEncryption", keys=_BUCKET, rename=_ENCRYPTION),
            get=Call("GetBucketEncryption", keys=_BUCKET, rename=_ENCRYPTION),
            clear=Call("DeleteBucketEncryption", keys=_BUCKET),
            absent=("ServerSideEncryptionConfigurationNotFoundError",),
        ),
        _setting(
            "PublicAccessBlockConfiguration",
            "PublicAccessBlock",
            "PublicAccessBlockConfiguration",
            absent="NoSuchPublicAccessBlockConfiguration",
            clear="DeletePublicAccessBlock",
        ),
        Facet(
            ("VersioningConfiguration",),
            put=Call("PutBucketVersioning", keys=_BUCKET),
            get=Call("GetBucketVersioning", keys=_BUCKET, rename={"VersioningConfiguration": "."}),
        ),
    ),
    tags=Tags(tag=_put_tags, list=_read_tags),
    naming=Naming("BucketName", 63, allowed="a-z0-9-", lower=True),
    resets={"VersioningConfiguration": {"Status": "Suspended"}},
    carries=("BucketName", "ObjectLockEnabled"),
    holds_data=True,
    also_readable=("BucketName",),
    prepare_delete=_refuse_full,
)

TYPES = (BUCKET,)
