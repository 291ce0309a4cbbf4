"""A refresh and an apply draw on the same rates and locks: AWS counts them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from tests.aws.fakes import FakeSession, FakeTime
from tests.aws.world import offline_cloud

from fairway.aws.calls import Caller
from fairway.aws.cloud import Cloud
from fairway.aws.refresh import refresh
from fairway.aws.session import Session
from fairway.model.state import ResourceState

ALIAS = "AWS::Lambda::Alias"


def aws(time: FakeTime) -> Caller:
    """Calls that go to AWS, as far as the rates can tell; every one is answered."""

    def answer(_: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"Name": parameters.get("Name")}

    session = FakeSession(answer, endpoint="", loopback=False)
    cast(Any, session).model = offline_cloud().caller.session.model
    return Caller(cast(Session, session), time.clock)


def test_what_a_refresh_has_used_up_the_apply_waits_for() -> None:
    time = FakeTime()
    cloud = Cloud(aws(time))
    prefix = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    cloud.read_all([ResourceState("Live", ALIAS, f"{prefix}:live")])
    sent = sum(cloud.caller.session.count.by_operation.values())
    assert sent
    for number in range(15 - sent):
        cloud.caller.call("lambda", "GetAlias", {"Name": str(number)})
    assert time.now == 1000
    cloud.caller.call("lambda", "GetAlias", {"Name": "one too many"})
    assert time.now - 1000 == pytest.approx(1 / 15)


def test_a_refresh_holds_the_locks_of_the_apply() -> None:
    caller = aws(FakeTime())
    reading = refresh(caller, offline_cloud().derived).caller
    assert reading.exclusive("lambda/f") is caller.exclusive("lambda/f")
    assert reading.exclusive("lambda/f") is not caller.exclusive("lambda/g")
