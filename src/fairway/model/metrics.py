"""How deployed functions do: counts and durations of a span of time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measures:
    """What was counted in a span; durations are milliseconds, None where nothing ran."""

    invocations: int = 0
    errors: int = 0
    throttles: int = 0
    p50: float | None = None
    p95: float | None = None

    @property
    def error_rate(self) -> float | None:
        """Errors by invocation, from 0 to 1; None where nothing ran."""
        return self.errors / self.invocations if self.invocations else None


@dataclass(frozen=True)
class FunctionMetrics:
    """A function since a point of time, and in the span of the same length before it."""

    address: str
    name: str
    before: Measures
    after: Measures

    @property
    def is_worse(self) -> bool:
        """Whether it fails more often than before, or is throttled more often."""
        rates = (self.after.error_rate or 0.0, self.before.error_rate or 0.0)
        return rates[0] > rates[1] or self.after.throttles > self.before.throttles


@dataclass(frozen=True)
class StackMetrics:
    """The functions of a stack. `since` is in seconds since the epoch, `seconds` the length of each span.

    `deployment` is the number of the deployment since which it is; 0 where another point was asked for.
    """

    stack: str
    since: float
    seconds: float
    functions: tuple[FunctionMetrics, ...]
    deployment: int = 0
