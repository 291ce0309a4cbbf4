"""How far a write is waited for: until AWS has accepted it, until it is usable, until all has settled."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.aws.fakes import FakeSession, FakeTime, refused
from tests.aws.world import offline_cloud

from fairway.aws.artifacts import base64_digest
from fairway.aws.calls import Caller, quiet
from fairway.aws.cloud import Cloud
from fairway.aws.provider import Live, Owner
from fairway.aws.session import Session
from fairway.model.errors import Failed
from fairway.model.state import ResourceState
from fairway.model.until import Until
from fairway.model.values import Artifact, Properties

FUNCTION = "AWS::Lambda::Function"


class Scripted:
    """Answers each call of an operation with the next of its answers, and the last one ever after."""

    def __init__(self, **answers: list[Any]) -> None:
        self.answers = answers
        self.calls: list[str] = []

    def __call__(self, method: str, _: dict[str, Any]) -> Any:
        self.calls.append(method)
        left = self.answers[method]
        return left.pop(0) if len(left) > 1 else left[0]

    def cloud(self, time: FakeTime) -> Cloud:
        session = FakeSession(self)
        cast(Any, session).model = offline_cloud().caller.session.model
        return Cloud(Caller(cast(Session, session), time.clock))


PENDING = {"FunctionName": "f", "FunctionArn": "arn:f", "State": "Pending"}
ACTIVE = {**PENDING, "State": "Active"}
OWNER = Owner("shop", "dev", "F")


def made(script: Scripted, time: FakeTime, told: list[str], **properties: Any) -> Live:
    """A function that nobody waits for."""
    wanted = {"FunctionName": "f", "Role": "r", **properties}
    return script.cloud(time).create(FUNCTION, wanted, OWNER, told.append, "configured")


def test_what_aws_has_accepted_is_not_looked_at_where_that_is_enough() -> None:
    script, time, told = Scripted(create_function=[PENDING]), FakeTime(), list[str]()
    assert made(script, time, told).accepted
    assert (script.calls, time.slept) == (["create_function"], [])
    assert told == ["State is Pending, which is not waited for"]


def test_what_is_usable_at_once_is_not_left_to_aws() -> None:
    assert not made(Scripted(create_function=[ACTIVE]), FakeTime(), []).accepted


def test_the_next_write_of_the_same_operation_waits_all_the_same() -> None:
    looks = [{"Configuration": PENDING}, {"Configuration": ACTIVE}]
    script, time = (
        Scripted(create_function=[PENDING], get_function=looks, put_function_concurrency=[{}]),
        FakeTime(),
    )
    assert not made(script, time, [], ReservedConcurrentExecutions=5).accepted
    assert script.calls == ["create_function", "get_function", "get_function", "put_function_concurrency"]


def test_what_only_one_change_at_a_time_may_touch_is_waited_for() -> None:
    """While a schema is processed, AWS refuses every other change of its API."""
    looks = [{"status": "PROCESSING"}, {"status": "SUCCESS"}]
    script = Scripted(start_schema_creation=[{"status": "PROCESSING"}], get_schema_creation_status=looks)
    wanted = {"ApiId": "a", "Definition": "type Query { a: Int }"}
    live = script.cloud(FakeTime()).create("AWS::AppSync::GraphQLSchema", wanted, OWNER, quiet, "configured")
    assert not live.accepted
    assert script.calls.count("get_schema_creation_status") == 2


def test_an_answer_that_says_failed_is_an_error_however_long_one_waits() -> None:
    failed = {**PENDING, "State": "Failed", "StateReason": "the key is disabled"}
    with pytest.raises(Failed) as caught:
        made(Scripted(create_function=[failed]), FakeTime(), [])
    assert (caught.value.code, caught.value.why) == ("aws.failed", "the key is disabled")


HELD = ResourceState("F", FUNCTION, "f", properties={"FunctionName": "f"})


def looked(*answers: dict[str, Any], patient: bool) -> tuple[bool, int]:
    """Whether it is usable, and how many looks it took to know."""
    script = Scripted(get_function=[{"Configuration": each} for each in answers])
    return script.cloud(FakeTime()).usable(HELD, quiet, patient=patient), len(script.calls)


def test_one_look_or_patience_tell_whether_it_is_usable_by_now() -> None:
    assert looked(PENDING, ACTIVE, patient=False) == (False, 1)
    assert looked(PENDING, PENDING, ACTIVE, patient=True) == (True, 3)
    assert looked(ACTIVE, patient=False) == (True, 1)


def test_what_does_not_show_yet_may_be_new_and_is_gone_after_a_while() -> None:
    unseen = refused("ResourceNotFoundException")
    script, time = (
        Scripted(get_function=[unseen, {"Configuration": PENDING}, {"Configuration": ACTIVE}]),
        FakeTime(),
    )
    assert script.cloud(time).usable(HELD, quiet, patient=True)
    assert len(script.calls) == 3
    assert Scripted(get_function=[unseen]).cloud(time).usable(HELD, quiet, patient=True)
    assert 5 < time.now - 1000 < 15


@pytest.mark.parametrize("patient", [True, False])
def test_what_has_failed_by_now_is_an_error_with_its_reason(patient: bool) -> None:
    ended = {**ACTIVE, "LastUpdateStatus": "Failed", "LastUpdateStatusReason": "the subnet is full"}
    with pytest.raises(Failed) as caught:
        looked(ended, patient=patient)
    assert (caught.value.code, caught.value.why) == ("aws.failed", "the subnet is full")


def test_of_a_function_that_failed_nobody_knows_the_code() -> None:
    """So that a plan sends it again, whatever code the answer names."""
    digest = {"CodeSha256": base64_digest(Artifact("0" * 64)), "PackageType": "Zip"}
    found = []
    for state in ("Active", "Failed"):
        script = Scripted(get_function=[{"Configuration": {**ACTIVE, **digest, "State": state}}])
        live = script.cloud(FakeTime()).read(FUNCTION, "f", {"Code": Artifact("0" * 64)})
        assert live is not None
        found.append("Code" in live.properties)
    assert found == [True, False]


def test_an_index_is_filled_in_the_background_until_all_has_settled() -> None:
    def table(*statuses: str) -> dict[str, Any]:
        indexes = [{"IndexName": f"i{n}", "IndexStatus": status} for n, status in enumerate(statuses)]
        return {"TableName": "t", "TableStatus": "ACTIVE", "GlobalSecondaryIndexes": indexes}

    def changed(until: Until) -> tuple[Live, list[str], list[str]]:
        """One with such indexes, and what was told and called."""
        looks = [{"Table": table("ACTIVE", "CREATING")}, {"Table": table("ACTIVE", "ACTIVE")}]
        script = Scripted(
            update_table=[{"TableDescription": table("ACTIVE", "CREATING")}], describe_table=looks
        )
        told: list[str] = []
        wanted: Properties = {"DeletionProtectionEnabled": True}
        live = script.cloud(FakeTime()).update(
            "AWS::DynamoDB::Table",
            Live("t", "t", {}, {"StreamArn": "arn:s"}),
            {"DeletionProtectionEnabled": False},
            wanted,
            frozenset({"DeletionProtectionEnabled"}),
            told.append,
            until,
        )
        return live, told, script.calls

    live, told, _ = changed("ready")
    assert not live.accepted
    assert told[0] == "IndexStatus is CREATING, which is not waited for"
    _, told, calls = changed("settled")
    assert told[0] == "IndexStatus is CREATING"
    assert calls.count("describe_table") >= 2


@pytest.mark.parametrize(("until", "looks"), [("configured", 0), ("ready", 0), ("settled", 2)])
def test_a_deletion_that_goes_on_is_waited_for_until_all_has_settled(until: Until, looks: int) -> None:
    answers: list[Any] = [{"name": "m", "status": "DELETING"}, refused("StateMachineDoesNotExist")]
    script = Scripted(delete_state_machine=[{}], describe_state_machine=answers)
    machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:m"
    cloud = script.cloud(FakeTime())
    cloud.delete("AWS::StepFunctions::StateMachine", machine, {"StateMachineName": "m"}, quiet, until)
    assert script.calls.count("describe_state_machine") == looks
