"""A bucket's policy denies what it says, under the conditions that it says."""

from __future__ import annotations

import json
from typing import Any

import botocore.exceptions
import pytest
from tests.local_cloud import ACCOUNT, Cloud, unique


def bucket_with(cloud: Cloud, condition: dict[str, Any], actions: str = "s3:PutObject") -> str:
    bucket = unique("bucket")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": f"arn:aws:s3:::{bucket}/*",
        **({"Condition": condition} if condition else {}),
    }
    cloud.client("s3").create_bucket(Bucket=bucket)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    assert json.loads(cloud.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(policy)
    return bucket


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"Bool": {"aws:SecureTransport": False}},
        {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}},
        {"StringEquals": {"aws:PrincipalAccount": ["210987654321"]}},
        {"StringLike": {"aws:UserAgent": "*"}},
    ],
)
def test_a_denial_whose_condition_does_not_hold_denies_nothing(
    local_cloud: Cloud, condition: dict[str, Any]
) -> None:
    bucket = bucket_with(local_cloud, condition)
    local_cloud.client("s3").put_object(Bucket=bucket, Key="a", Body=b"x")


@pytest.mark.parametrize(
    "condition",
    [{}, {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, {"Bool": {"aws:SecureTransport": "true"}}],
)
def test_a_denial_whose_condition_holds_denies(local_cloud: Cloud, condition: dict[str, Any]) -> None:
    bucket = bucket_with(local_cloud, condition)
    with pytest.raises(botocore.exceptions.ClientError, match="Forbidden"):
        local_cloud.client("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
    local_cloud.client("s3").delete_bucket_policy(Bucket=bucket)
    local_cloud.client("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
