"""Moves an alias from one version to another, step by step, and back when something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from fairway.apply.golive import Send, Update
from fairway.aws.provider import Live, Progress
from fairway.model.errors import Failed, FairwayError, Interrupted
from fairway.model.events import Emit, TrafficShifted
from fairway.model.rollout import EVERYTHING, Rollout, Step, lasting
from fairway.model.values import Properties, Value
from fairway.rollout.hooks import Hooks, Moment
from fairway.rollout.watching import Watch


@dataclass(frozen=True)
class Shifting:
    """Fulfils `fairway.apply.golive.GoLive` for `AWS::Lambda::Alias`.

    `clock` answers seconds since the epoch.
    """

    watch: Watch
    hooks: Hooks
    emit: Emit
    clock: Callable[[], float]

    def __call__(self, rollout: Rollout, update: Update, send: Send, progress: Progress, /) -> Live:
        return _Shift(self, rollout, update, send, progress).carried_out()


@dataclass
class _Shift:
    """One alias on its way. `sent` are the properties that are not as they were when it began."""

    using: Shifting
    rollout: Rollout
    update: Update
    send: Send
    progress: Progress
    sent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.former = str(self.update.live.properties[self.rollout.shifted])
        self.new = str(self.update.after[self.rollout.shifted])
        self.alarms = [str(name) for name in self.rollout.alarms]
        weights = self.update.live.properties.get(self.rollout.weights)
        if weights:  # an earlier run was cut off on its way
            self.sent.add(self.rollout.weights)
        self.shifted = percent_of(self.new, weights)

    def carried_out(self) -> Live:
        """Everything at the new version, or nothing: then it raises what spoke against it."""
        try:
            self.using.watch.look(self.alarms)
            if not self.shifted:
                self._ask(self.rollout.before, "BeforeAllowTraffic")
            for step in self.rollout.steps_from(self.shifted):
                self._shift(step)
                self.using.watch.stay(step.seconds, self.alarms)
            live = self._finish()
            self.using.watch.look(self.alarms)
            self._ask(self.rollout.after, "AfterAllowTraffic")
        except Exception as error:
            raise self._returned(error) from None
        return live

    def _ask(self, function: Value, moment: Moment) -> None:
        if function is not None:
            self.progress(f"{function} is asked ({moment})")
            alias = self.update.live.identifier
            self.using.hooks.ask(str(function), moment, alias, self.former, self.new)

    def _shift(self, step: Step) -> None:
        shares = weights_of(self.new, step.percent)
        after = {**self.update.after, self.rollout.shifted: self.former, self.rollout.weights: shares}
        self.sent.add(self.rollout.weights)
        self.send(replace(self.update, after=after, changed=frozenset({self.rollout.weights})))
        self._tell(self.new, step.percent, step.seconds)
        self.progress(f"{step.percent} % at version {self.new} for {lasting(step.seconds)}")

    def _finish(self) -> Live:
        """The update itself, in the same call without weights."""
        changed = self.update.changed | {self.rollout.weights}
        self.sent |= changed
        live = self.send(replace(self.update, changed=changed))
        self._tell(self.new, EVERYTHING)
        return live

    def _returned(self, error: Exception) -> Exception:
        """What went wrong, once everything that was sent has been taken back."""
        if not self.sent:
            return error
        try:
            self._take_back()
        except FairwayError as second:
            what = f"{error}; and the traffic could not be taken back: {second}"
            way = f"deploy again, or give version {self.former} everything by hand"
            return Failed("rollout.not-returned", what, next=way)
        if not isinstance(error, FairwayError):
            return error
        kind = Interrupted if isinstance(error, Interrupted) else Failed
        what = f"{error.what}, so version {self.former} has all traffic again"
        return kind(error.code, what, where=error.where, why=error.why, next=error.next)

    def _take_back(self) -> None:
        before: Properties = {**self.update.before, **self.update.live.properties}
        back = {name: value for name, value in before.items() if name != self.rollout.weights}
        self.send(replace(self.update, before=self.update.after, after=back, changed=frozenset(self.sent)))
        self._tell(self.former, EVERYTHING, returned=True)

    def _tell(self, version: str, percent: int, seconds: float = 0.0, *, returned: bool = False) -> None:
        address = self.update.address
        self.using.emit(TrafficShifted(self.using.clock(), address, version, percent, seconds, returned))


def weights_of(version: str, percent: int) -> Value:
    """`RoutingConfig` that gives a version so much of the traffic."""
    share: Value = {"FunctionVersion": version, "FunctionWeight": percent / EVERYTHING}
    return {"AdditionalVersionWeights": [share]}


def percent_of(version: str, weights: Value) -> int:
    """How much of the traffic a version has by a `RoutingConfig`."""
    listed = weights.get("AdditionalVersionWeights") if isinstance(weights, Mapping) else ()
    for item in cast(Sequence[Mapping[str, float | str]], listed or ()):
        if item["FunctionVersion"] == version:
            return round(float(item["FunctionWeight"]) * EVERYTHING)
    return 0
