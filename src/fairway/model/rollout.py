"""How a change goes live: in steps that each get a larger share of the traffic, or all at once.

Words and defaults are those of SAM's `DeploymentPreference`, which most templates have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from fairway.model.values import Value

EVERYTHING = 100


@dataclass(frozen=True)
class Step:
    """`percent` (0 to 100) of the traffic goes to the new version for `seconds`; then the next step comes."""

    percent: int
    seconds: float


@dataclass(frozen=True)
class Rollout:
    """How a new value of the property `shifted` goes live: by `steps`, after the last of which it gets all.

    On the way `weights` is the property that holds the shares. `alarms` are names of alarms none of which may
    fire; `before` and `after` are names of functions that are asked before the first step and after the last.
    Names may be references until they are needed.
    """

    steps: tuple[Step, ...] = ()
    alarms: tuple[Value, ...] = ()
    before: Value = None
    after: Value = None
    shifted: str = "FunctionVersion"
    weights: str = "RoutingConfig"

    @property
    def names(self) -> tuple[Value, ...]:
        """All that it refers to."""
        return (*self.alarms, *(name for name in (self.before, self.after) if name is not None))

    def steps_from(self, percent: int) -> tuple[Step, ...]:
        """What is left of the steps when so much of the traffic has been shifted: the share never falls."""
        return tuple(step for step in self.steps if step.percent >= percent)


def canary(percent: int, seconds: float) -> tuple[Step, ...]:
    """One step; none where it would be everything at once."""
    return (Step(percent, seconds),) if percent < EVERYTHING else ()


def linear(percent: int, seconds: float) -> tuple[Step, ...]:
    """Steps of `percent` each, `seconds` apart."""
    return tuple(Step(share, seconds) for share in range(percent, EVERYTHING, percent))


def words(rollout: Rollout) -> str:
    """`shifts 10 % for 5 min, then all; alarms: Errors`."""
    parts = [_steps(rollout.steps)]
    if rollout.alarms:
        parts.append(f"alarms: {', '.join(map(str, rollout.alarms))}")
    parts += [f"{when} by {name}" for when, name in _hooks(rollout)]
    return "; ".join(parts)


def lasting(seconds: float) -> str:
    """`5 min`, `30 s`."""
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"


def _steps(steps: tuple[Step, ...]) -> str:
    if not steps:
        return "all at once"
    first = steps[0]
    if len(steps) == 1:
        return f"shifts {first.percent} % for {lasting(first.seconds)}, then all"
    even = {later.percent - earlier.percent for earlier, later in pairwise(steps)} == {first.percent}
    if even and {step.seconds for step in steps} == {first.seconds}:
        return f"shifts {first.percent} % more every {lasting(first.seconds)}"
    listed = ", ".join(f"{step.percent} % for {lasting(step.seconds)}" for step in steps)
    return f"shifts {listed}, then all"


def _hooks(rollout: Rollout) -> Iterator[tuple[str, Value]]:
    if rollout.before is not None:
        yield "tested before", rollout.before
    if rollout.after is not None:
        yield "tested after", rollout.after
