"""What was changed by hand shows when it is read, and an update puts it back."""

from __future__ import annotations

from typing import Any

from tests.aws.round_trips import ALLOW
from tests.aws.world import LAMBDA_TRUST, World
from tests.local_cloud import Cloud

from fairway.aws.calls import quiet

ROLE = "AWS::IAM::Role"


def test_an_inline_policy_removed_by_hand_is_put_back(world: World, local_cloud: Cloud) -> None:
    policies: Any = [{"PolicyName": "read", "PolicyDocument": ALLOW}]
    given = {"AssumeRolePolicyDocument": LAMBDA_TRUST, "Policies": policies}
    wanted = world.completed(ROLE, given, "Drifted")
    made = world.cloud.create(ROLE, wanted, world.owner("Drifted"), quiet)
    local_cloud.client("iam").delete_role_policy(RoleName=made.identifier, PolicyName="read")
    live = world.cloud.read(ROLE, made.identifier, wanted)
    assert live is not None
    assert live.properties["Policies"] == []

    world.cloud.update(ROLE, live, wanted, wanted, frozenset({"Policies"}), quiet)
    live = world.cloud.read(ROLE, made.identifier, wanted)
    assert live is not None
    assert live.properties["Policies"] == policies


def test_a_tag_removed_by_hand_is_put_back(world: World, local_cloud: Cloud) -> None:
    wanted = world.completed("AWS::SQS::Queue", {}, "Untagged")
    made = world.cloud.create("AWS::SQS::Queue", wanted, world.owner("Untagged"), quiet)
    local_cloud.client("sqs").untag_queue(QueueUrl=made.identifier, TagKeys=["fairway:stack"])
    live = world.cloud.read("AWS::SQS::Queue", made.identifier, wanted)
    assert live is not None
    world.cloud.update("AWS::SQS::Queue", live, wanted, wanted, frozenset({"Tags"}), quiet)
    tags = local_cloud.client("sqs").list_queue_tags(QueueUrl=made.identifier)["Tags"]
    assert tags["fairway:stack"] == world.stack


def test_policies_that_others_hang_on_a_role_are_not_its_own(world: World, local_cloud: Cloud) -> None:
    wanted = world.completed(ROLE, {"AssumeRolePolicyDocument": LAMBDA_TRUST, "Policies": []}, "Shared")
    made = world.cloud.create(ROLE, wanted, world.owner("Shared"), quiet)
    policy: Any = {"PolicyName": "extra", "PolicyDocument": ALLOW, "Roles": [made.identifier]}
    world.create("AWS::IAM::Policy", policy, "Extra")
    live = world.cloud.read(ROLE, made.identifier, wanted)
    assert live is not None
    assert live.properties["Policies"] == []
    world.cloud.delete(ROLE, made.identifier, wanted, quiet)
    assert world.cloud.read(ROLE, made.identifier, wanted) is None
