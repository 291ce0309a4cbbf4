"""Settings that change nothing here are said to change nothing."""

from __future__ import annotations

from typing import Any

from tests.local_cloud import unique


def test_a_setting_that_is_only_kept_stands_in_the_status_once(local_cloud: Any) -> None:
    s3 = local_cloud.client("s3")
    rules = {"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}]}
    for _ in range(2):
        bucket = unique("kept")
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)
    said = local_cloud.local.status().cannot
    assert list(said).count("lifecycle rules of buckets are kept, not carried out") == 1
