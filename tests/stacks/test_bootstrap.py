"""`bootstrap` makes what is missing, repairs what differs, and leaves everything else as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.local_cloud import ACCOUNT, REGION, Cloud, unique

from fairway.aws.bootstrap import Step
from fairway.model.errors import Failed
from fairway.project.find import read_project
from fairway.project.settings import StateSettings
from fairway.stacks.bootstrap import Wanted, bootstrap
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target


def target(cloud: Cloud, folder: Path, environment: str = "prod", region: str = REGION) -> Target:
    return Target("any", environment, region, str(folder), folder, endpoint_url=cloud.endpoint)


def run(cloud: Cloud, folder: Path, wanted: Wanted, **where: str) -> Mapping[str, str]:
    """What was done, by what it was done to."""
    done: list[Step] = []
    folder.mkdir(exist_ok=True)
    bootstrap(target(cloud, folder, **where), wanted, folder, done.append, Interruption())
    return {step.what: step.did for step in done}


def test_it_makes_a_private_versioned_encrypted_bucket_and_a_table(
    local_cloud: Cloud, tmp_path: Path
) -> None:
    bucket, table = unique("state"), unique("locks")
    done = run(local_cloud, tmp_path, Wanted(bucket, "shop", table))
    assert set(done.values()) <= {"created", "set", "already so"}
    assert done[f"bucket {bucket}"] == done[f"lock table {table}"] == "created"
    s3 = local_cloud.client("s3")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    assert [(each["Effect"], each["Principal"]) for each in policy["Statement"]] == [("Deny", "*")] * 2
    assert ACCOUNT in json.dumps(policy)
    description = local_cloud.client("dynamodb").describe_table(TableName=table)["Table"]
    assert [key["AttributeName"] for key in description["KeySchema"]] == ["LockID"]
    ttl = local_cloud.client("dynamodb").describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert ttl["AttributeName"] == "Expires"


def test_a_second_run_changes_nothing(local_cloud: Cloud, tmp_path: Path) -> None:
    wanted = Wanted(unique("state"), "shop", unique("locks"))
    run(local_cloud, tmp_path, wanted)
    before = (tmp_path / "fairway.toml").read_bytes()
    assert set(run(local_cloud, tmp_path, wanted).values()) == {"already so"}
    assert set(run(local_cloud, tmp_path, Wanted()).values()) == {"already so"}  # what the file names
    assert (tmp_path / "fairway.toml").read_bytes() == before


def test_what_differs_is_repaired_and_what_others_have_set_stays(local_cloud: Cloud, tmp_path: Path) -> None:
    bucket = unique("state")
    s3 = local_cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    theirs = {
        "Sid": "Theirs",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [theirs]}))
    rule = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 7}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    done = run(local_cloud, tmp_path, Wanted(bucket))
    assert done[f"bucket {bucket}"] == "already so"
    assert done["versioned"] == done["policy: TLS and this account only"] == "set"
    statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert statements[0] == theirs
    assert len(statements) == 3
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert [each["ID"] for each in rules] == ["theirs", "fairway-old-versions"]


def test_what_is_replaced_or_deleted_goes_in_the_end_whatever_its_key(
    local_cloud: Cloud, tmp_path: Path
) -> None:
    bucket = unique("state")
    s3 = local_cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    of_an_earlier_fairway = {
        "ID": "fairway-old-versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 50},
    }
    rules = {"Rules": [of_an_earlier_fairway]}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)
    done = run(local_cloud, tmp_path, Wanted(bucket))
    assert done["old versions stay for 365 days, unfinished uploads for 7"] == "set"
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 365}
    assert rule["Expiration"] == {"ExpiredObjectDeleteMarker": True}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert rule["Filter"] == {"Prefix": ""}


def test_the_bucket_is_named_after_account_and_region_and_made_there(
    local_cloud: Cloud, tmp_path: Path
) -> None:
    done = run(local_cloud, tmp_path / "shop", Wanted(), region="eu-central-1")
    bucket = f"fairway-state-{ACCOUNT}-eu-central-1"
    assert done[f"bucket {bucket}"] == "created"
    place = local_cloud.client("s3", "eu-central-1").get_bucket_location(Bucket=bucket)
    assert place["LocationConstraint"] == "eu-central-1"
    state = read_project(tmp_path / "shop" / "fairway.toml").state
    assert state == StateSettings(f"s3://{bucket}/shop", "", "eu-central-1")


def test_what_people_wrote_into_the_file_stays(local_cloud: Cloud, tmp_path: Path) -> None:
    written = '# Ours.\n[environments.prod]\non_failure = "rollback"  # always\n'
    file = tmp_path / "fairway.toml"
    file.write_text(written)
    bucket = unique("state")
    run(local_cloud, tmp_path, Wanted(bucket, "p"))
    assert file.read_text() == f'{written}\n[state]\nbackend = "s3://{bucket}/p"\nregion = "{REGION}"\n'


def test_another_environments_bucket_becomes_its_own_setting(local_cloud: Cloud, tmp_path: Path) -> None:
    shared, own, local = unique("state"), unique("state"), unique("state")
    run(local_cloud, tmp_path, Wanted(shared, "p"))
    run(local_cloud, tmp_path, Wanted(own, "p"), environment="prod")
    run(local_cloud, tmp_path, Wanted(local, "p"), environment="local")
    project = read_project(tmp_path / "fairway.toml")
    places = [project.state_of(name).backend for name in ("dev", "prod", "local")]
    assert places == [f"s3://{bucket}/p" for bucket in (shared, own, local)]


def test_a_table_with_another_key_is_refused(local_cloud: Cloud, tmp_path: Path) -> None:
    table = unique("table")
    local_cloud.client("dynamodb").create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with pytest.raises(Failed, match="no lock table"):
        run(local_cloud, tmp_path, Wanted(unique("state"), "p", table))


def test_a_file_that_it_cannot_change_is_left_and_told_what_to_write(
    local_cloud: Cloud, tmp_path: Path
) -> None:
    file = tmp_path / "fairway.toml"
    file.write_text('state = {lock_table = "kept"}\n')
    bucket = unique("state")
    with pytest.raises(Failed) as caught:
        run(local_cloud, tmp_path, Wanted(bucket, "p"), environment="dev")
    assert "everything else is done" in caught.value.next
    assert file.read_text() == 'state = {lock_table = "kept"}\n'
