"""Waiting for a status: not at all when the write tells it, densely first, and never for ever."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.aws.fakes import FakeSession, FakeTime
from tests.aws.world import offline_cloud

from fairway.aws.calls import Caller, quiet
from fairway.aws.cloud import Cloud
from fairway.aws.provider import Live
from fairway.aws.session import Session
from fairway.model.errors import Failed, FairwayError

FUNCTION = "AWS::Lambda::Function"
LIVE = Live("f", "f", {}, {})


class Lambda:
    """Answers an update with the first status and each look at it with the next."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)
        self.looks = 0

    def __call__(self, method: str, _: dict[str, Any]) -> Any:
        if method == "get_function":
            self.looks += 1
        answer = {"LastUpdateStatus": self._next(), "LastUpdateStatusReason": "the subnet is full"}
        return {"Configuration": answer} if method == "get_function" else answer

    def _next(self) -> str:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


def update(script: Lambda, time: FakeTime) -> Live:
    """One configuration update against this script."""
    session = FakeSession(script)
    cast(Any, session).model = offline_cloud().caller.session.model
    cloud = Cloud(Caller(cast(Session, session), time.clock))
    return cloud.update(FUNCTION, LIVE, {"Timeout": 3}, {"Timeout": 9}, frozenset({"Timeout"}), quiet)


def test_a_status_that_the_write_tells_is_not_asked_for() -> None:
    script, time = Lambda("Successful"), FakeTime()
    update(script, time)
    assert (script.looks, time.slept) == (0, [])


def test_looks_are_dense_first_and_grow() -> None:
    script, time = Lambda(*["InProgress"] * 5, "Successful"), FakeTime()
    update(script, time)
    assert script.looks == 5
    assert time.now - 1000 == pytest.approx(0.2 + 0.3 + 0.5 + 1 + 1)


def test_a_failed_status_is_an_error_with_its_reason() -> None:
    with pytest.raises(Failed) as caught:
        update(Lambda("InProgress", "Failed"), FakeTime())
    assert (caught.value.code, caught.value.why) == ("aws.failed", "the subnet is full")


def test_a_status_that_stays_is_given_up() -> None:
    time = FakeTime()
    with pytest.raises(Failed) as caught:
        update(Lambda("InProgress"), time)
    assert caught.value.code == "aws.wait"
    assert 600 <= time.now - 1000 < 610


def test_a_delete_that_never_ends_is_given_up() -> None:
    time = FakeTime()
    session = FakeSession(lambda *_: {"Table": {"TableName": "t", "TableStatus": "DELETING"}})
    cast(Any, session).model = offline_cloud().caller.session.model
    cloud = Cloud(Caller(cast(Session, session), time.clock))
    with pytest.raises(Failed) as caught:
        cloud.delete("AWS::DynamoDB::Table", "t", {}, quiet)
    assert caught.value.code == "aws.wait"
    assert 600 <= time.now - 1000 < 610


def provision(statuses: list[str], time: FakeTime) -> Live:
    """An alias gets provisioned concurrency whose status is each of these in turn, then the last for ever."""

    def script(_: str, __: dict[str, Any]) -> Any:
        return {"Status": statuses.pop(0) if len(statuses) > 1 else statuses[0], "StatusReason": "no room"}

    session = FakeSession(script)
    cast(Any, session).model = offline_cloud().caller.session.model
    alias = "arn:aws:lambda:eu-west-1:123456789012:function:f:live"
    wanted = {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 5}}
    cloud = Cloud(Caller(cast(Session, session), time.clock))
    changed = frozenset(wanted)
    return cloud.update("AWS::Lambda::Alias", Live(alias, alias), {}, wanted, changed, quiet)


def test_provisioned_concurrency_is_waited_for() -> None:
    time = FakeTime()
    provision(["IN_PROGRESS", "IN_PROGRESS", "READY"], time)
    assert time.now - 1000 == pytest.approx(0.2 + 0.3)


@pytest.mark.parametrize(
    ("last", "code", "after"), [("IN_PROGRESS", "aws.wait", 900), ("FAILED", "aws.failed", 0)]
)
def test_provisioned_concurrency_that_does_not_come_is_given_up(last: str, code: str, after: float) -> None:
    time = FakeTime()
    with pytest.raises(Failed) as caught:
        provision(["IN_PROGRESS", last], time)
    assert caught.value.code == code
    assert after <= time.now - 1000 < after + 10


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("AWS::SSM::Parameter", "Name", "catalogue.cannot-update"),
        (FUNCTION, "CapacityProviderConfig", "catalogue.cannot-reset"),
    ],
)
def test_what_no_call_can_change_or_take_back_is_an_error(kind: str, changed: str, code: str) -> None:
    with pytest.raises(FairwayError) as caught:
        offline_cloud().update(kind, LIVE, {changed: "a"}, {}, frozenset({changed}), quiet)
    assert caught.value.code == code
    assert changed in caught.value.what
    assert caught.value.next
