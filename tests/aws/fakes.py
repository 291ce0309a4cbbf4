"""A session whose clients answer from a script, and a clock that only moves when somebody sleeps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import botocore.exceptions

from fairway.aws.calls import Caller
from fairway.aws.clock import Clock
from fairway.aws.session import CallCount, Session

Scripted = Callable[[str, dict[str, Any]], Any]


def refused(code: str, message: str = "", status: int = 400) -> Exception:
    """An error as botocore raises it."""
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r-1"},
    }
    return cast(Exception, botocore.exceptions.ClientError(response, "Operation"))


@dataclass
class FakeTime:
    """Seconds that pass only in `sleep`."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, sleep=self.sleep, chance=lambda: 0.5)


@dataclass
class FakeClient:
    """Any method answers with what the script says; exceptions are raised."""

    script: Scripted

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def method(**parameters: Any) -> Any:
            answer = self.script(name, parameters)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return method

    def can_paginate(self, _: str) -> bool:
        return False


@dataclass
class FakeSession:
    """As much of a session as calls need."""

    script: Scripted
    endpoint: str = "http://127.0.0.1:1"
    loopback: bool = True
    account: str = "123456789012"
    partition: str = "aws"
    region: str = "eu-west-1"
    url_suffix: str = "amazonaws.com"
    count: CallCount = field(default_factory=CallCount)

    def client(self, _: str) -> FakeClient:
        return FakeClient(self.script)


def caller(answers: Sequence[Any], time: FakeTime, **session: Any) -> Caller:
    """A caller whose calls get these answers in turn, the last one for ever."""
    left = list(answers)

    def script(_: str, __: dict[str, Any]) -> Any:
        return left.pop(0) if len(left) > 1 else left[0]

    fake = cast(Session, FakeSession(script, **session))
    return Caller(fake, time.clock, threading.Event())
