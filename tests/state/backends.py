"""Buckets for state in the local cloud."""

from __future__ import annotations

from tests.local_cloud import REGION, Cloud, unique

from fairway.aws.calls import Caller
from fairway.aws.objects import S3Objects
from fairway.aws.session import Session


def s3_objects(cloud: Cloud, caller: Caller | None = None) -> S3Objects:
    """A prefix of a bucket of its own, with versions."""
    bucket = unique("states")
    cloud.client("s3").create_bucket(Bucket=bucket)
    cloud.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return S3Objects(caller or s3_caller(cloud), bucket, "team/fairway")


def s3_caller(cloud: Cloud) -> Caller:
    return Caller(Session(REGION, endpoint=cloud.endpoint, local=True))
