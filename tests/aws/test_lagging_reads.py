"""AWS's reads lag its writes: what was just made is waited for, and what is being deleted is not built on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.aws.test_adoption import TABLE
from tests.aws.test_lost_answers import LossyCaller
from tests.aws.world import LAMBDA_TRUST, World, trust
from tests.local_cloud import Cloud as Local

from fairway.aws.calls import quiet
from fairway.aws.cloud import Cloud
from fairway.model.errors import Failed

SECONDS = 0.8


@pytest.fixture
def slow(local_cloud: Local) -> Iterator[Local]:
    """A cloud in which everything new and everything deleted takes its time to be seen so."""
    on = {"lag": SECONDS, "pending": SECONDS, "names": SECONDS, "conflicts": 1}
    local_cloud.local.set_faults(on)
    yield local_cloud
    local_cloud.local.set_faults(dict.fromkeys(on, 0))


@pytest.mark.parametrize(
    ("kind", "operation", "properties"),
    [
        ("AWS::IAM::Role", "CreateRole", {"AssumeRolePolicyDocument": LAMBDA_TRUST}),
        ("AWS::DynamoDB::Table", "CreateTable", TABLE),
        ("AWS::KMS::Key", "CreateKey", {}),
    ],
)
def test_a_lost_create_that_cannot_be_seen_yet_is_not_sent_in_vain(
    world: World, slow: Local, kind: str, operation: str, properties: Mapping[str, Any]
) -> None:
    address = f"Lagging{operation}"
    wanted = world.completed(kind, properties, address)
    cloud = Cloud(LossyCaller(world.cloud.caller.session, operation=operation))
    made = cloud.create(kind, wanted, world.owner(address), quiet)
    found = cloud.find(kind, wanted, world.owner(address))
    assert found is not None
    assert found.identifier == made.identifier
    if kind == "AWS::KMS::Key":  # no name of its own refuses a second one
        assert _usable_keys(slow, address) == 1


def test_a_key_of_an_earlier_deploy_is_not_taken_for_the_lost_one(world: World, slow: Local) -> None:
    kind, address = "AWS::KMS::Key", "KeyAgain"
    wanted = world.completed(kind, {}, address)
    first = world.cloud.create(kind, wanted, world.owner(address), quiet)
    world.cloud.delete(kind, first.identifier, wanted, quiet)
    cloud = Cloud(LossyCaller(world.cloud.caller.session, operation="CreateKey"))
    assert cloud.create(kind, wanted, world.owner(address), quiet).identifier != first.identifier
    assert _usable_keys(slow, address) == 1


def _usable_keys(local: Local, address: str) -> int:
    """How many keys bear that address and are not about to go."""
    kms = local.client("kms")
    keys = [key["KeyId"] for key in kms.list_keys()["Keys"]]
    usable = [
        key for key in keys if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] != "PendingDeletion"
    ]
    tag = {"TagKey": "fairway:address", "TagValue": address}
    return sum(tag in kms.list_resource_tags(KeyId=key)["Tags"] for key in usable)


def test_what_is_somebody_elses_is_told_at_once(world: World, slow: Local) -> None:
    wanted = world.completed("AWS::SNS::Topic", {"TopicName": "taken-at-once"}, "First")
    world.cloud.create("AWS::SNS::Topic", wanted, world.owner("First"), quiet)
    before = world.cloud.caller.clock.now()
    other = world.completed("AWS::SNS::Topic", {"TopicName": "taken-at-once"}, "Second")
    with pytest.raises(Failed, match="exists already"):
        world.cloud.create("AWS::SNS::Topic", other, world.owner("Second"), quiet)
    assert world.cloud.caller.clock.now() - before < 5


def test_a_table_that_is_being_deleted_counts_as_gone(world: World, slow: Local) -> None:
    kind, wanted = "AWS::DynamoDB::Table", world.completed("AWS::DynamoDB::Table", TABLE, "Going")
    first = world.cloud.create(kind, wanted, world.owner("Going"), quiet)
    slow.client("dynamodb").delete_table(TableName=first.identifier)
    assert slow.client("dynamodb").describe_table(TableName=first.identifier)["Table"]["TableStatus"] == (
        "DELETING"
    )
    assert world.cloud.read(kind, first.identifier, wanted) is None
    world.cloud.create(kind, wanted, world.owner("Going"), quiet)
    assert world.cloud.read(kind, first.identifier, wanted) is not None


def test_a_state_machine_that_is_being_deleted_counts_as_gone(world: World, slow: Local) -> None:
    role = world.once("StatesRole", "AWS::IAM::Role", {"AssumeRolePolicyDocument": trust("states")})
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    given: Mapping[str, Any] = {
        "RoleArn": role.attributes["Arn"],
        "Definition": definition,
        "StateMachineName": "going",
    }
    kind = "AWS::StepFunctions::StateMachine"
    wanted = world.completed(kind, given, "GoingMachine")
    first = world.cloud.create(kind, wanted, world.owner("GoingMachine"), quiet)
    world.cloud.delete(kind, first.identifier, wanted, quiet)
    assert world.cloud.read(kind, first.identifier, wanted) is None
    again = world.cloud.create(kind, wanted, world.owner("GoingMachine"), quiet)
    assert world.cloud.read(kind, again.identifier, wanted) is not None
