"""S3: settings that moto drops, whole or in part."""

from __future__ import annotations

from collections.abc import Iterator
from threading import RLock

from fairway.local.fidelity.document import STORE, Document
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused
from fairway.local.fidelity.s3_policies import weigh_conditions

AES256: Params = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]
}
"""What every bucket answers since January 2023 (docs: AmazonS3 userguide, default-encryption-faq)."""

NO_CONFIGURATION = Refused("NoSuchConfiguration", "The specified configuration does not exist.", 404)
NO_LIFECYCLE = Refused("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404)


def bucket_exists(call: Call) -> None:
    if call.params.get("Bucket") not in call.backend().buckets:
        raise Refused("NoSuchBucket", "The specified bucket does not exist", 404)


def _listed(kind: str) -> Document:
    """A configuration of which a bucket has several, each with an id."""
    return Document(
        "s3",
        ("Bucket", "Id"),
        bucket_exists,
        put=(f"PutBucket{kind}Configuration", f"{kind}Configuration"),
        get=f"GetBucket{kind}Configuration",
        at=f"{kind}Configuration",
        delete=f"DeleteBucket{kind}Configuration",
        list=(f"ListBucket{kind}Configurations", f"{kind}ConfigurationList"),
        missing=NO_CONFIGURATION,
    )


DOCUMENTS = (
    _listed("IntelligentTiering"),
    _listed("Metrics"),
    _listed("Analytics"),
    _listed("Inventory"),
    Document(
        "s3",
        ("Bucket",),
        bucket_exists,
        put=("PutBucketLifecycleConfiguration", "LifecycleConfiguration"),
        get="GetBucketLifecycleConfiguration",
        delete="DeleteBucketLifecycle",
        missing=NO_LIFECYCLE,
        told=True,
    ),
    Document(
        "s3",
        ("Bucket",),
        bucket_exists,
        put=("PutBucketEncryption", "ServerSideEncryptionConfiguration"),
        get="GetBucketEncryption",
        at="ServerSideEncryptionConfiguration",
        delete="DeleteBucketEncryption",
        default=AES256,
        told=True,
    ),
    Document(
        "s3",
        ("Bucket",),
        bucket_exists,
        put=("PutBucketLogging", "BucketLoggingStatus"),
        get="GetBucketLogging",
        default={},
        told=True,
    ),
    Document(
        "s3",
        ("Bucket",),
        bucket_exists,
        put=("PutBucketRequestPayment", "RequestPaymentConfiguration"),
        get="GetBucketRequestPayment",
        default={"Payer": "BucketOwner"},
    ),
)


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "s3", "CreateBucket", keep_tags
    for document in DOCUMENTS:
        yield from document.rows()
    yield "s3", "DeleteBucket", forget_settings
    yield "s3", "PutBucketNotificationConfiguration", keep_event_bridge
    yield "s3", "GetBucketNotificationConfiguration", answer_event_bridge
    yield "s3", "GetBucketTagging", empty_tag_values
    yield "s3", "PutBucketPolicy", weigh_conditions
    yield "s3", "PutObject", one_at_a_time
    yield "s3", "DeleteObject", one_at_a_time
    yield "s3", "ListObjectVersions", newest_first


def forget_settings(call: Call, forward: Forward) -> Answer:
    """A bucket of the same name starts afresh."""
    answer = forward()
    if answer.ok:
        for kept in call.backend().__dict__.get(STORE, {}).values():
            for key in [key for key in kept if key[0] == call.params["Bucket"]]:
                del kept[key]
    return answer


def keep_event_bridge(call: Call, forward: Forward) -> Answer:
    answer = forward()
    if answer.ok:
        wanted = "EventBridgeConfiguration" in call.params.get("NotificationConfiguration", {})
        buckets = call.backend().__dict__.setdefault(STORE, {}).setdefault("event_bridge", {})
        buckets[(call.params["Bucket"],)] = wanted
    return answer


def answer_event_bridge(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    kept = call.backend().__dict__.get(STORE, {}).get("event_bridge", {})
    if not answer.ok or not kept.get((call.params["Bucket"],)):
        return answer
    return {**answer.data, "EventBridgeConfiguration": {}}


def empty_tag_values(_: Call, forward: Forward) -> Answer | Params:
    """moto loses the value of a tag whose value is the empty string."""
    answer = forward()
    if not answer.ok:
        return answer
    return {"TagSet": [{"Key": tag["Key"], "Value": tag.get("Value") or ""} for tag in answer.data["TagSet"]]}


def keep_tags(call: Call, forward: Forward) -> Answer:
    """A bucket may be born with tags (BC s3 CreateBucket)."""
    answer = forward()
    tags = (call.params.get("CreateBucketConfiguration") or {}).get("Tags")
    if answer.ok and tags:
        named = {tag["Key"]: tag["Value"] for tag in tags}
        call.backend().put_bucket_tagging(call.params["Bucket"], named)
    return answer


def one_at_a_time(call: Call, forward: Forward) -> Answer:
    """Of conditional writes of one key only one wins; moto looks, and writes a moment later.

    docs:AmazonS3/latest/userguide/conditional-writes.html
    """
    with _WRITING[hash((call.params["Bucket"], call.params["Key"])) % len(_WRITING)]:
        return forward()


_WRITING = tuple(RLock() for _ in range(64))


def newest_first(call: Call, forward: Forward) -> Answer | Params:
    """moto orders versions by their time, which two quick writes share (BC s3 ListObjectVersions)."""
    answer = forward()
    if not answer.ok:
        return answer
    data = answer.data
    keys = call.backend().get_bucket(call.params["Bucket"]).keys
    age = {str(each.version_id): order for key in list(keys) for order, each in enumerate(keys.getlist(key))}
    for listed in (data.get("Versions", []), data.get("DeleteMarkers", [])):
        listed.sort(key=lambda each: (each["Key"], -age.get(each["VersionId"], 0)))
        for each in listed:
            newest = keys.getlist(each["Key"])[-1]
            each["IsLatest"] = str(newest.version_id) == each["VersionId"]
    return data
