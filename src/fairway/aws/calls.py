"""The one place through which every call to AWS goes: rates, retries, conflicts, errors in words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from fairway.aws.clock import Clock, Pause
from fairway.aws.failures import CallFailed, Kind, classify
from fairway.aws.limits import Locks, RateLimits
from fairway.aws.session import Session

Progress = Callable[[str], None]
Answer = Mapping[str, Any]


def quiet(_: str) -> None:
    """A progress that nobody listens to."""


@dataclass(frozen=True)
class Schedule:
    """How long one keeps trying: `first` delays, then `then` each, `total` seconds in all.

    With `jittered` the delays double from the first one, each drawn between nothing and its full length.
    """

    first: tuple[float, ...]
    then: float
    total: float
    jittered: bool = False

    def delays(self, chance: Callable[[], float]) -> Iterator[float]:
        spent = 0.0
        position = 0
        while spent < self.total:
            if self.jittered:
                delay = min(self.then, self.first[0] * 2**position) * chance()
            else:
                delay = self.first[position] if position < len(self.first) else self.then
            position += 1
            spent += max(delay, 0.01)
            yield delay


# Two minutes is what others wait for IAM (TF internal/service/iam/wait.go); dense first: most take seconds.
SCHEDULES = {
    Kind.PROPAGATION: Schedule((0.25, 0.5, 1.0), 2.0, 130.0),
    Kind.CONFLICT: Schedule((0.25, 0.5, 1.0), 2.0, 300.0),
    Kind.LOAD: Schedule((0.2,), 20.0, 180.0, jittered=True),
    Kind.UNCERTAIN: Schedule((0.2,), 3.0, 8.0, jittered=True),
}
_UNREACHABLE = Schedule((0.1, 0.3), 1.0, 3.0)


@dataclass
class Caller:
    """Sends calls for one session. Safe to use from several threads."""

    session: Session
    clock: Clock = field(default_factory=Clock)
    stop: threading.Event = field(default_factory=threading.Event)
    limits: RateLimits = field(default_factory=RateLimits, repr=False)
    locks: Locks = field(default_factory=Locks, repr=False)
    _tokens_of: dict[str, tuple[str, str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.pause = Pause(self.clock, self.stop)

    def call(
        self,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        progress: Progress = quiet,
        secrets: frozenset[str] = frozenset(),
        once: bool = False,
    ) -> Answer:
        """AWS's answer. Raises CallFailed, whose text holds none of `secrets`.

        With `once` a call whose outcome is unknown is not repeated: the caller looks first.
        """
        waits: dict[str, Iterator[float]] = {}
        while True:
            answer = self.attempt(service, operation, parameters)
            if not isinstance(answer, CallFailed):
                return answer
            delay = self._delay(answer, waits, once)
            if delay is None:
                failure = _redacted(answer, secrets)
                failure.after_lost = Kind.UNCERTAIN.name in waits
                raise failure
            progress(_redact(f"{answer.kind.value}: {answer.what}", secrets))
            self.pause(delay)

    def pages(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Answer]:
        """Every page of a listing, each through the same retries."""
        token_in, token_out = self._tokens(service, operation)
        given = dict(parameters)
        while True:
            answer = self.call(service, operation, given)
            yield answer
            token = answer.get(token_out) if token_out else None
            if not token:
                return
            given[token_in] = token

    def exclusive(self, key: str) -> AbstractContextManager[Any]:
        """A lock by name: AWS refuses two changes of the same thing at a time."""
        return self.locks.named(key)

    def _tokens(self, service: str, operation: str) -> tuple[str, str]:
        """The names of the continuation members in and out; empty when the call has no pages."""
        key = f"{service}.{operation}"
        if key not in self._tokens_of:
            self._tokens_of[key] = self._find_tokens(service, operation)
        return self._tokens_of[key]

    def _find_tokens(self, service: str, operation: str) -> tuple[str, str]:
        client = self.session.client(service)
        method = _method(operation)
        if not client.can_paginate(method):
            return "", ""
        config = client.get_paginator(method)._pagination_cfg
        first: Callable[[Any], str] = lambda value: value[0] if isinstance(value, list) else value  # noqa: E731
        return first(config["input_token"]), first(config["output_token"])

    def attempt(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Answer | CallFailed:
        """One try: the answer or the error, as values. Raised, it would keep botocore's, which may tell a
        secret.
        """
        import botocore.exceptions

        client = self.session.client(service)
        if not self.session.endpoint:
            self.limits.wait(service, operation, self.pause)
        self.session.count.add(service, operation)
        try:
            answer: Answer = getattr(client, _method(operation))(**parameters)
            return answer
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            return classify(service, operation, error)

    def _delay(self, failure: CallFailed, waits: dict[str, Iterator[float]], once: bool) -> float | None:
        """Seconds until the next try; None when there is no point in one."""
        if failure.kind is Kind.UNCERTAIN and once:
            return None
        unreachable = failure.aws_code == "Unreachable" and self.session.loopback
        schedule = _UNREACHABLE if unreachable else SCHEDULES.get(failure.kind)
        if schedule is None:
            return None
        delays = waits.setdefault(failure.kind.name, schedule.delays(self.clock.chance))
        return next(delays, None)


def _method(operation: str) -> str:
    from botocore import xform_name

    name: str = xform_name(operation)
    return name


def _redact(text: str, secrets: frozenset[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "(secret)") if secret else text
    return text


def _redacted(failure: CallFailed, secrets: frozenset[str]) -> CallFailed:
    if not secrets:
        return failure
    operation = str(failure.where)
    message = _redact(failure.what, secrets)
    return CallFailed(failure.kind, operation, failure.aws_code, message, failure.request_id)
