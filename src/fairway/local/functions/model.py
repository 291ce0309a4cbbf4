"""What the executor is given and what it gives back; it knows nothing of moto."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Invocation:
    """The answer to an Invoke call.

    `status` is the HTTP status (200, or 202 for an accepted event); `function_error` is "Unhandled" when the
    function failed, and the payload then holds the error; `log_tail` is the last 4 KB of the log.
    """

    status: int
    payload: bytes
    function_error: str | None
    log_tail: str
    executed_version: str


@dataclass(frozen=True, slots=True)
class Package:
    """A zip: its bytes and the hex sha256 of them, which names it."""

    sha256: str
    content: bytes = field(repr=False, compare=False)

    @classmethod
    def of(cls, content: bytes) -> Package:
        return cls(hashlib.sha256(content).hexdigest(), content)


@dataclass(frozen=True, slots=True)
class Logging:
    """Where and how a function's output is written; the values are those of LoggingConfig."""

    group: str
    format: str = "Text"
    level: str = ""


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One version of a function as it will run. `memory` in MB, `timeout` in seconds."""

    account: str
    region: str
    name: str
    version: str
    arn: str
    runtime: str
    handler: str
    role: str
    memory: int
    timeout: int
    code: Package
    layers: tuple[Package, ...]
    environment: tuple[tuple[str, str], ...]
    logging: Logging

    @property
    def slot(self) -> tuple[str, str, str, str]:
        """Which function's workers these are; the spec of a slot changes with every update."""
        return (self.account, self.region, self.name, self.version)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a function calls AWS with."""

    access_key: str
    secret_key: str
    token: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One log event; `time` in milliseconds since 1970."""

    time: int
    text: str


class LogSink(Protocol):
    """Takes a worker's output; must not raise, since the function has already run."""

    def __call__(self, spec: FunctionSpec, stream: str, lines: list[LogLine]) -> None: ...


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run, or an attempt at one, is counted as."""

    milliseconds: float = 0.0
    failed: bool = False
    throttled: bool = False


class Meter(Protocol):
    """Takes what a run is counted as; `arn` is what was invoked. Must not raise, as the sink."""

    def __call__(self, spec: FunctionSpec, arn: str, run: Measured) -> None: ...


class Throttled(Exception):
    """No worker may be started: the function's or the account's concurrency is used up."""
