"""The state bucket and the lock table: what they have to be, and how they are brought there.

Sources: BC s3 CreateBucket, HeadBucket, PutBucketVersioning, PutBucketEncryption, PutPublicAccessBlock,
PutBucketPolicy, PutBucketLifecycleConfiguration; BC dynamodb CreateTable, DescribeTable, UpdateTimeToLive;
docs:IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:SecureTransport, aws:PrincipalAccount,
aws:PrincipalIsAWSService).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fairway.aws.calls import Answer, Caller
from fairway.aws.failures import CallFailed, Kind
from fairway.aws.lock_table import EXPIRES, KEY
from fairway.model.errors import Failed

Did = Literal["created", "set", "already so"]

KEPT_DAYS = 365
"""How long an old version stays. Not a number of them beside that: it would count for every object, also for
those that are written once and removed, and keep their one old version for ever."""
UNFINISHED_DAYS = 7
"""How long an upload in parts stays that was begun and never completed."""
_RULE = "fairway-old-versions"
_FIRST_REGION = "us-east-1"
_POLLS = (0.25, 0.5, *[1.0] * 120)
"""Seconds between two looks at a table that is being made."""


@dataclass(frozen=True)
class Step:
    """One thing that must hold, and what was done about it."""

    what: str
    did: Did


@dataclass(frozen=True)
class Setting:
    """A setting of a bucket: `read` answers what it is, `wanted` makes of that what it has to be."""

    what: str
    read: Callable[[Caller, str], Any]
    wanted: Callable[[Any], Any]
    write: Callable[[Caller, str, Any], Answer]


def bucket_name(account: str, region: str) -> str:
    """The state bucket's name where none is given."""
    return f"fairway-state-{account}-{region}"


def make_bucket(caller: Caller, bucket: str) -> Iterator[Step]:
    """Make the bucket, or bring the one that is there to what it has to be; nothing else in it is touched.

    Raises Failed for a bucket of that name that is somebody else's, or in another region.
    """
    yield Step(f"bucket {bucket}", _make_or_adopt(caller, bucket))
    for setting in _settings(caller, bucket):
        before = setting.read(caller, bucket)
        wanted = setting.wanted(before)
        if before != wanted:
            setting.write(caller, bucket, wanted)
        yield Step(setting.what, "already so" if before == wanted else "set")


def make_table(caller: Caller, table: str) -> Iterator[Step]:
    """Make the lock table, or adopt one with the right key. Raises Failed for one with another key."""
    present = _answer(caller, "dynamodb", "DescribeTable", {"TableName": table})
    if present:
        _require_key(table, present["Table"]["KeySchema"])
    else:
        _create_table(caller, table)
    yield Step(f"lock table {table}", "already so" if present else "created")
    yield Step("lock table: forgotten leases removed after a day", _expire(caller, table))


def _make_or_adopt(caller: Caller, bucket: str) -> Did:
    region = caller.session.region
    try:
        answer = caller.call("s3", "HeadBucket", {"Bucket": bucket})
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            place = {} if region == _FIRST_REGION else {"LocationConstraint": region}
            given = {"CreateBucketConfiguration": place} if place else {}
            caller.call("s3", "CreateBucket", {"Bucket": bucket, **given})
            return "created"
        raise _not_ours(bucket, region, failure) from None
    if answer.get("BucketRegion", region) != region:
        raise _elsewhere(bucket, str(answer["BucketRegion"]), region)
    return "already so"


def _settings(caller: Caller, bucket: str) -> Sequence[Setting]:
    statements = _statements(bucket, caller.session.account, caller.session.partition)
    return (
        Setting("versioned", _versioning, lambda _: "Enabled", _put_versioning),
        Setting("encrypted", _encryption, lambda present: present or "AES256", _put_encryption),
        Setting("public access blocked", _public_access, lambda _: _BLOCKED, _put_public_access),
        Setting(
            "policy: TLS and this account only",
            _policy,
            lambda present: _merged(present, statements, "Sid"),
            _put_policy,
        ),
        Setting(
            f"old versions stay for {KEPT_DAYS} days, unfinished uploads for {UNFINISHED_DAYS}",
            _lifecycle,
            lambda present: _merged(present, (_OLD_VERSIONS,), "ID"),
            _put_lifecycle,
        ),
    )


_BLOCKED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
_OLD_VERSIONS: Mapping[str, Any] = {
    "ID": _RULE,
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": KEPT_DAYS},
    "Expiration": {"ExpiredObjectDeleteMarker": True},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
}


def _statements(bucket: str, account: str, partition: str) -> Sequence[Mapping[str, Any]]:
    """Denials only: who may use the bucket is said by the identities' own policies."""
    arn = f"arn:{partition}:s3:::{bucket}"
    common = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"]}
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    foreign = {
        "StringNotEquals": {"aws:PrincipalAccount": account},
        "Bool": {"aws:PrincipalIsAWSService": "false"},
    }
    return (
        {"Sid": "FairwayOnlyTls", **common, "Condition": insecure},
        {"Sid": "FairwayOnlyThisAccount", **common, "Condition": foreign},
    )


def _merged(
    present: Sequence[Mapping[str, Any]], ours: Sequence[Mapping[str, Any]], name: str
) -> list[Mapping[str, Any]]:
    """What is there with ours in it, each in its own place where it stands already."""
    wanted = {each[name]: each for each in ours}
    kept = [wanted.pop(each.get(name, ""), each) for each in present]
    return [*kept, *wanted.values()]


def _versioning(caller: Caller, bucket: str) -> str:
    answer = caller.call("s3", "GetBucketVersioning", {"Bucket": bucket})
    return str(answer.get("Status", ""))


def _put_versioning(caller: Caller, bucket: str, status: str) -> Answer:
    given = {"Bucket": bucket, "VersioningConfiguration": {"Status": status}}
    return caller.call("s3", "PutBucketVersioning", given)


def _encryption(caller: Caller, bucket: str) -> str:
    """The algorithm; a key of the team's own is as good as S3's."""
    answer = _answer(caller, "s3", "GetBucketEncryption", {"Bucket": bucket})
    rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", ())
    return str(rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]) if rules else ""


def _put_encryption(caller: Caller, bucket: str, algorithm: str) -> Answer:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
    given = {"Bucket": bucket, "ServerSideEncryptionConfiguration": {"Rules": [rule]}}
    return caller.call("s3", "PutBucketEncryption", given)


def _public_access(caller: Caller, bucket: str) -> Mapping[str, bool]:
    answer = _answer(caller, "s3", "GetPublicAccessBlock", {"Bucket": bucket})
    return dict(answer.get("PublicAccessBlockConfiguration", {}))


def _put_public_access(caller: Caller, bucket: str, blocked: Mapping[str, bool]) -> Answer:
    given = {"Bucket": bucket, "PublicAccessBlockConfiguration": blocked}
    return caller.call("s3", "PutPublicAccessBlock", given)


def _policy(caller: Caller, bucket: str) -> list[Mapping[str, Any]]:
    answer = _answer(caller, "s3", "GetBucketPolicy", {"Bucket": bucket})
    return list(json.loads(answer["Policy"])["Statement"]) if answer else []


def _put_policy(caller: Caller, bucket: str, statements: Sequence[Mapping[str, Any]]) -> Answer:
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return caller.call("s3", "PutBucketPolicy", {"Bucket": bucket, "Policy": policy})


def _lifecycle(caller: Caller, bucket: str) -> list[Mapping[str, Any]]:
    answer = _answer(caller, "s3", "GetBucketLifecycleConfiguration", {"Bucket": bucket})
    return list(answer.get("Rules", ()))


def _put_lifecycle(caller: Caller, bucket: str, rules: Sequence[Mapping[str, Any]]) -> Answer:
    given = {"Bucket": bucket, "LifecycleConfiguration": {"Rules": rules}}
    return caller.call("s3", "PutBucketLifecycleConfiguration", given)


def _create_table(caller: Caller, table: str) -> None:
    given = {
        "TableName": table,
        "AttributeDefinitions": [{"AttributeName": KEY, "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": KEY, "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    caller.call("dynamodb", "CreateTable", given)
    for seconds in _POLLS:
        answer = _answer(caller, "dynamodb", "DescribeTable", {"TableName": table})
        if answer and answer["Table"]["TableStatus"] == "ACTIVE":
            return
        caller.pause(seconds)
    raise Failed(
        "bootstrap.table",
        f"the lock table {table} is still being made",
        why=f"waited {sum(_POLLS):.0f} s for it to become ACTIVE",
        next="run the same command again",
    )


def _require_key(table: str, keys: Sequence[Mapping[str, str]]) -> None:
    names = [key["AttributeName"] for key in keys]
    if names != [KEY]:
        raise Failed(
            "bootstrap.table",
            f"the table {table} is no lock table",
            why=f"its key is {', '.join(names)}, that of a lock table is {KEY}",
            next="choose another name with --lock-table",
        )


def _expire(caller: Caller, table: str) -> Did:
    answer = caller.call("dynamodb", "DescribeTimeToLive", {"TableName": table})
    if answer["TimeToLiveDescription"].get("AttributeName") == EXPIRES:
        return "already so"
    setting = {"Enabled": True, "AttributeName": EXPIRES}
    caller.call("dynamodb", "UpdateTimeToLive", {"TableName": table, "TimeToLiveSpecification": setting})
    return "set"


_UNSET = frozenset(
    {
        "NoSuchBucketPolicy",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
        "ResourceNotFoundException",
    }
)
"""docs:AmazonS3/latest/API/ErrorResponses.html; BC dynamodb."""


def _answer(caller: Caller, service: str, operation: str, parameters: Mapping[str, Any]) -> Answer:
    """The answer; an empty one for what is not there."""
    try:
        return caller.call(service, operation, parameters)
    except CallFailed as failure:
        if failure.aws_code in _UNSET:
            return {}
        raise


def _not_ours(bucket: str, region: str, failure: CallFailed) -> Failed:
    if failure.aws_code in ("301", "PermanentRedirect"):
        return _elsewhere(bucket, "another region", region)
    if failure.aws_code in ("403", "AccessDenied"):
        return Failed(
            "bootstrap.bucket",
            f"the bucket {bucket} may not be used",
            why="it is another account's, or this identity is not allowed to see it",
            next="choose another name with --bucket, or allow this identity s3:ListBucket",
        )
    return failure


def _elsewhere(bucket: str, there: str, here: str) -> Failed:
    return Failed(
        "bootstrap.bucket",
        f"the bucket {bucket} is in {there}, not in {here}",
        next="give that region with --region, or choose another name with --bucket",
    )
