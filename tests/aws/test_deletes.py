"""What AWS demands to be gone first is taken off; what is gone already is no error."""

from __future__ import annotations

from typing import Any

import pytest
from tests.aws.round_trips import ALLOW
from tests.aws.world import LAMBDA_TRUST, Counted, World
from tests.local_cloud import Cloud

from fairway.aws.calls import quiet

ROLE, BUCKET = "AWS::IAM::Role", "AWS::S3::Bucket"


def test_a_bucket_is_emptied_with_all_its_versions(world: World, local_cloud: Cloud) -> None:
    given = {"VersioningConfiguration": {"Status": "Enabled"}}
    wanted = world.completed(BUCKET, given, "Full")
    made = world.cloud.create(BUCKET, wanted, world.owner("Full"), quiet)
    s3 = local_cloud.client("s3")
    for content in (b"1", b"2"):
        s3.put_object(Bucket=made.identifier, Key="ray", Body=content)
    s3.delete_object(Bucket=made.identifier, Key="ray")
    told: list[str] = []
    world.cloud.delete(BUCKET, made.identifier, wanted, told.append)
    assert told == ["deleted 3 object versions"]
    assert world.cloud.read(BUCKET, made.identifier, wanted) is None


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_role_loses_its_policies_first(world: World, local_cloud: Cloud, by_hand: bool) -> None:
    policies: Any = [{"PolicyName": "read", "PolicyDocument": ALLOW}]
    given = {"AssumeRolePolicyDocument": LAMBDA_TRUST, "Policies": policies}
    wanted = world.completed(ROLE, given, f"Held{by_hand}")
    made = world.cloud.create(ROLE, wanted, world.owner(f"Held{by_hand}"), quiet)
    if by_hand:
        arn = "arn:aws:iam::aws:policy/AdministratorAccess"
        local_cloud.client("iam").attach_role_policy(RoleName=made.identifier, PolicyArn=arn)
    with Counted(world) as sent:
        world.cloud.delete(ROLE, made.identifier, wanted, quiet)
    assert world.cloud.read(ROLE, made.identifier, wanted) is None
    assert by_hand or sent.all == {"iam.DeleteRolePolicy": 1, "iam.DeleteRole": 1}


def test_a_managed_policy_loses_its_holders_and_versions_first(world: World, local_cloud: Cloud) -> None:
    kind = "AWS::IAM::ManagedPolicy"
    wanted = world.completed(kind, {"PolicyDocument": ALLOW, "Roles": [world.role_name]}, "Managed")
    made = world.cloud.create(kind, wanted, world.owner("Managed"), quiet)
    live, document = made, dict(ALLOW)
    for version in range(6):
        document = {**document, "Id": f"v{version}"}
        after = {**wanted, "PolicyDocument": document}
        live = world.cloud.update(kind, live, wanted, after, frozenset({"PolicyDocument"}), quiet)
    read = world.cloud.read(kind, made.identifier, wanted)
    assert read is not None
    assert read.properties["PolicyDocument"] == document
    world.cloud.delete(kind, made.identifier, wanted, quiet)
    assert world.cloud.read(kind, made.identifier, wanted) is None
