"""Whatever happens on the way, an alias ends whole: at the new version, or at the former one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.apply.golive import Update
from fairway.aws.calls import Caller
from fairway.aws.provider import Live
from fairway.aws.session import Session
from fairway.model.errors import Failed, FairwayError, Interrupted
from fairway.model.events import Event, TrafficShifted
from fairway.model.rollout import Rollout, Step, canary, linear
from fairway.rollout.hooks import Hooks
from fairway.rollout.shifting import Shifting, weights_of
from fairway.rollout.watching import Watch

ARN = "arn:aws:lambda:us-east-1:123456789012:function:shop:live"
FORMER, NEW = "1", "2"


@dataclass
class World:
    """An alias in memory, a clock that sleeping moves, and something that goes wrong at a moment.

    `breaks` is the number of the update that fails on the way there, `objects` that of the step after which
    somebody objects, `stops` the second at which the user asks to stop; 0 is never.
    """

    version: str = FORMER
    shares: dict[str, float] = field(default_factory=dict)
    breaks: int = 0
    objects: int = 0
    stops: float = 0.0
    time: float = 0.0
    updates: int = 0
    asked: int = 0
    told: list[TrafficShifted] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)

    def send(self, update: Update) -> Live:
        """UpdateAlias: what it is told to change, and nothing else."""
        self.updates += 1
        forward = "RoutingConfig" in update.after or update.after["FunctionVersion"] == NEW
        if self.updates == self.breaks and forward:
            raise Failed("TooManyRequestsException", "not now")
        if "FunctionVersion" in update.changed:
            self.version = str(update.after["FunctionVersion"])
        if "RoutingConfig" in update.changed:
            routing: Any = update.after.get("RoutingConfig") or {"AdditionalVersionWeights": []}
            self.shares = {
                each["FunctionVersion"]: each["FunctionWeight"]
                for each in routing["AdditionalVersionWeights"]
            }
        assert self.version not in self.shares, "AWS refuses a second share for the alias's own version"
        self.seen.append(1.0 if self.version == NEW else self.shares.get(NEW, 0.0))
        return Live(ARN, ARN, update.after)

    def wait(self, seconds: float) -> bool:
        self.time += seconds
        return 0 < self.stops <= self.time

    def objection(self) -> str:
        self.asked += 1
        return "the checkout is slow" if self.asked == self.objects else ""

    def emit(self, event: Event) -> None:
        assert isinstance(event, TrafficShifted)
        self.told.append(event)

    def go_live(self, steps: tuple[Step, ...]) -> Live:
        """Bring version 2 about by these steps."""
        weights = {"RoutingConfig": weights_of(NEW, round(self.shares[NEW] * 100))} if self.shares else {}
        before = {"FunctionName": "shop", "Name": "live", "FunctionVersion": FORMER}
        live = Live(ARN, ARN, {"FunctionVersion": self.version, "Name": "live", **weights})
        after = {**before, "FunctionVersion": NEW, "Description": "new"}
        update = Update("Alias", live, before, after, frozenset({"FunctionVersion", "Description"}))
        watch = Watch(Caller(Session()), self.objection, lambda: self.time, self.wait)
        shifting = Shifting(watch, Hooks(lambda: Caller(Session()), str), self.emit, lambda: self.time)
        return shifting(Rollout(steps), update, self.send, lambda _: None)


STEPS = st.builds(canary, st.integers(1, 99), st.floats(1, 600)) | st.builds(
    linear, st.integers(5, 99), st.floats(1, 600)
)
WORLDS = st.builds(
    World,
    shares=st.sampled_from([{}, {NEW: 0.1}, {NEW: 0.5}]),
    breaks=st.integers(0, 8),
    objects=st.integers(0, 8),
    stops=st.sampled_from([0.0, 1.0, 100.0, 1000.0]),
)


@given(WORLDS, STEPS)
def test_it_ends_whole(world: World, steps: tuple[Step, ...]) -> None:
    try:
        world.go_live(steps)
    except FairwayError:
        assert (world.version, world.shares) == (FORMER, {})
        assert not world.told or world.told[-1].returned
    else:
        assert (world.version, world.shares) == (NEW, {})
        assert (world.told[-1].version, world.told[-1].percent) == (NEW, 100)


@given(WORLDS, STEPS)
def test_the_share_of_the_new_version_grows_until_it_is_all_or_nothing(
    world: World, steps: tuple[Step, ...]
) -> None:
    try:
        world.go_live(steps)
    except FairwayError:
        *on_the_way, last = world.seen or [0.0]
        assert last == 0
    else:
        on_the_way = world.seen
        assert world.time >= sum(step.seconds for step in steps if step.percent > 50) - 1e-6
    assert on_the_way == sorted(on_the_way)


def test_every_step_lasts_as_long_as_it_says() -> None:
    world = World()
    world.go_live(linear(25, 90))
    assert [(event.at, event.percent) for event in world.told] == [(0, 25), (90, 50), (180, 75), (270, 100)]


@pytest.mark.parametrize(
    ("world", "kind", "code"),
    [
        (World(objects=1), Failed, "rollout.check"),
        (World(stops=30), Interrupted, "rollout.stopped"),
        (World(breaks=2), Failed, "TooManyRequestsException"),
    ],
)
def test_why_it_went_back_is_said(world: World, kind: type[FairwayError], code: str) -> None:
    with pytest.raises(kind, match="so version 1 has all traffic again") as error:
        world.go_live(canary(10, 60))
    assert error.value.code == code


def test_what_cannot_even_be_taken_back_is_said_with_both_reasons() -> None:
    world = World(objects=1)
    send: Callable[[Update], Live] = world.send

    def broken(update: Update) -> Live:
        if world.asked:
            raise Failed("AccessDenied", "the role was changed")
        return send(update)

    world.send = broken  # type: ignore[method-assign]
    with pytest.raises(Failed, match=r"checkout is slow.*role was changed") as error:
        world.go_live(canary(10, 60))
    assert error.value.code == "rollout.not-returned"
