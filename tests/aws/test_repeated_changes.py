"""A change whose answer was lost is repeated, and a refusal of the repetition is understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.aws.test_adoption import TABLE
from tests.aws.test_lost_answers import LossyCaller
from tests.aws.world import LAMBDA_TRUST, World

from fairway.aws.calls import quiet
from fairway.aws.cloud import Cloud

INDEX = {"IndexName": "by-name", "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
         "Projection": {"ProjectionType": "ALL"}}  # fmt: skip
INDEXED: Mapping[str, Any] = {
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "name", "AttributeType": "S"},
    ],
    "GlobalSecondaryIndexes": [INDEX],
}


@pytest.mark.parametrize(
    "more",
    [INDEXED, {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}],
    ids=["an index", "a stream"],
)
def test_an_update_that_got_no_answer_is_not_refused_when_repeated(
    world: World, more: Mapping[str, Any]
) -> None:
    kind, address = "AWS::DynamoDB::Table", f"Unheard{next(iter(more))}"
    before, after = (world.completed(kind, {**TABLE, **extra}, address) for extra in ({}, more))
    live = world.cloud.create(kind, before, world.owner(address), quiet)
    lossy = Cloud(LossyCaller(world.cloud.caller.session, operation="UpdateTable"))
    lossy.update(kind, live, before, after, frozenset(more), quiet)
    there = world.cloud.read(kind, live.identifier, after)
    assert there is not None
    assert all(there.properties[name] for name in more)


def test_a_profile_gets_its_role_although_the_first_answer_was_lost(world: World) -> None:
    kind, address = "AWS::IAM::InstanceProfile", "UnheardProfile"
    wanted = world.completed(kind, {"Roles": [world.role_name]}, address)
    lossy = Cloud(LossyCaller(world.cloud.caller.session, operation="AddRoleToInstanceProfile"))
    made = lossy.create(kind, wanted, world.owner(address), quiet)
    there = world.cloud.read(kind, made.identifier, wanted)
    assert there is not None
    assert there.properties["Roles"] == [world.role_name]


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        ("AWS::SecretsManager::Secret", "DeleteSecret"),
        ("AWS::IAM::Role", "DetachRolePolicy"),
        ("AWS::IAM::Role", "DeleteRole"),
        ("AWS::IAM::InstanceProfile", "RemoveRoleFromInstanceProfile"),
        ("AWS::ApiGateway::UsagePlan", "UpdateUsagePlan"),
        ("AWS::DynamoDB::Table", "DeleteTable"),
        ("AWS::KMS::Key", "ScheduleKeyDeletion"),
    ],
)
def test_a_delete_whose_answers_are_lost_deletes(world: World, kind: str, operation: str) -> None:
    address = f"Unheard{operation}"
    wanted = world.completed(kind, _deletable(world, kind), address)
    made = world.cloud.create(kind, wanted, world.owner(address), quiet)
    Cloud(LossyCaller(world.cloud.caller.session, operation=operation)).delete(
        kind, made.identifier, wanted, quiet
    )
    assert world.cloud.read(kind, made.identifier, wanted) is None


def _deletable(world: World, kind: str) -> Mapping[str, Any]:
    """What a resource of that type needs, with something that must go before it."""
    found: Mapping[str, Mapping[str, Any]] = _needs(world)
    return found.get(kind, {})


def _needs(world: World) -> Mapping[str, Mapping[str, Any]]:
    managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    return {
        "AWS::IAM::Role": {"AssumeRolePolicyDocument": LAMBDA_TRUST, "ManagedPolicyArns": [managed]},
        "AWS::IAM::InstanceProfile": {"Roles": [world.role_name]},
        "AWS::ApiGateway::UsagePlan": {"ApiStages": [{"ApiId": world.api, "Stage": world.api_stage}]},
        "AWS::DynamoDB::Table": TABLE,
    }
