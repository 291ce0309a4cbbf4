"""What a run did in time, from its events: stages, builds and operations, and the chain that took longest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Event = Mapping[str, Any]
"""An event as JSON (docs/events.md), as `model.events.to_json` makes them and records hold them."""
STAGE, BUILD, TEST, CHECK = "stage", "build", "test", "check"
_BEGUN = ("StageStarted", "PipelineStageStarted")
_ENDED = ("StageFinished", "PipelineStageFinished")
_ENDS = {"OperationFinished": "finished", "OperationFailed": "failed"}
_BEHIND = 0.001
"""Seconds: an operation that ended so shortly before another began counts as what that one waited for."""


@dataclass(frozen=True)
class Bar:
    """Something that took from `start` to `end`, in seconds since the run began.

    `kind` is `stage`, `build`, `test`, `check` or an action; `stage` is the one it was a part of; `stack` is
    empty where there is only one. A `critical` one is part of the chain of operations, each waiting for the
    one before, that ended last.
    """

    name: str
    kind: str
    start: float
    end: float
    stack: str = ""
    stage: str = ""
    result: str = "finished"
    critical: bool = False

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Timeline:
    """A run's bars, stages before their parts, each in the order in which they began."""

    title: str
    seconds: float
    bars: tuple[Bar, ...]


def timeline(events: Sequence[Event]) -> Timeline:
    """The timeline of a run. What did not end is drawn to the end of what was recorded."""
    first = min((event["at"] for event in events), default=0.0)
    last = max((event["at"] for event in events), default=0.0)
    operations = list(_operations(events, last))
    critical = _critical(operations, _needs(events))
    marked = [replace(bar, critical=id(bar) in critical) for bar in operations]
    bars = [*_stages(events, last), *_timed(events), *marked]
    shifted = [replace(bar, start=max(bar.start - first, 0.0), end=max(bar.end - first, 0.0)) for bar in bars]
    if len({bar.stack for bar in shifted if bar.stack}) == 1 and not _is_piped(events):
        shifted = [replace(bar, stack="") for bar in shifted]
    return Timeline(_title(events), last - first, tuple(_in_order(shifted)))


def _is_piped(events: Sequence[Event]) -> bool:
    """Whether stages of a pipeline and those of its stacks stand beside each other."""
    return any(event["event"] == "PipelineStarted" for event in events)


def _title(events: Sequence[Event]) -> str:
    for event in events:
        if event["event"] == "PipelineStarted":
            return f"run in {event['environment']}"
        if event["event"] == "DeploymentStarted":
            return f"{event['command']} {event['stack']} in {event['environment']}"
    return ""


def _stages(events: Sequence[Event], last: float) -> Iterator[Bar]:
    begun: dict[tuple[str, str], float] = {}
    for event in events:
        key = (event.get("stack", ""), event.get("stage", ""))
        if event["event"] in _BEGUN:
            begun[key] = event["at"]
        elif event["event"] in _ENDED and key in begun:
            yield Bar(key[1], STAGE, begun.pop(key), event["at"], key[0])
    yield from (Bar(stage, STAGE, at, last, stack, result="started") for (stack, stage), at in begun.items())


def _timed(events: Sequence[Event]) -> Iterator[Bar]:
    """Builds, tests and checks, of which only the end is told, with how long they took."""
    for event in events:
        at, stack = event["at"], event.get("stack", "")
        match event:
            case {"event": "BuildFinished", "cached": False, "address": name, "seconds": took}:
                yield Bar(name, BUILD, at - took, at, stack, "build")
            case {"event": "TestFinished", "name": name, "seconds": took, "code": code}:
                result = "finished" if code == 0 else "failed"
                yield Bar(name, TEST, at - took, at, stack, "test", result)
            case {"event": "CheckFinished", "stage": stage, "checked": {"name": name, "seconds": took} as of}:
                result = "failed" if of["result"] == "failed" else "finished"
                yield Bar(name, CHECK, at - took, at, stack, stage, result)


def _operations(events: Sequence[Event], last: float) -> Iterator[Bar]:
    begun: dict[tuple[str, str, str], Event] = {}
    for event in events:
        key = (event.get("stack", ""), event.get("address", ""), str(event.get("action", "")))
        if event["event"] == "OperationStarted":
            begun[key] = event
        elif result := _ENDS.get(event["event"]):
            begun.pop(key, None)
            yield Bar(key[1], key[2], event["at"] - event["seconds"], event["at"], key[0], "apply", result)
    for (stack, address, action), event in begun.items():
        yield Bar(address, action, event["at"], last, stack, "apply", "started")


def _needs(events: Sequence[Event]) -> Mapping[tuple[str, str], frozenset[str]]:
    """What each address comes after, by stack, through what needs no operation."""
    plans = [event for event in events if event["event"] == "PlanMade"]
    found: dict[tuple[str, str], frozenset[str]] = {}
    for event in plans:
        stack = event.get("stack", "")
        direct = {change["address"]: change["dependencies"] for change in event["plan"]["changes"]}
        idle = {change["address"] for change in event["plan"]["changes"] if change["action"] == "unchanged"}
        for address in direct:
            found[stack, address] = frozenset(_through(address, direct, idle))
    return found


def _through(address: str, direct: Mapping[str, Sequence[str]], idle: set[str]) -> Iterator[str]:
    seen, left = {address}, list(direct[address])
    while left:
        if (other := left.pop()) in seen:
            continue
        seen.add(other)
        if other in idle:
            left += direct[other]
        else:
            yield other


def _critical(bars: Sequence[Bar], needs: Mapping[tuple[str, str], frozenset[str]]) -> set[int]:
    """The chain that ended last, as bars' ids: from its end, each waited for what ended last before it."""
    chain: set[int] = set()
    current = max(bars, key=lambda bar: bar.end, default=None)
    while current:
        chain.add(id(current))
        wanted = needs.get((current.stack, current.name), frozenset()) | {current.name}
        before = [
            bar
            for bar in bars
            if bar.stack == current.stack
            and bar.name in wanted
            and bar.end <= current.start + _BEHIND
            and id(bar) not in chain
        ]
        current = max(before, key=lambda bar: bar.end, default=None)
    return chain


def _in_order(bars: Sequence[Bar]) -> Iterator[Bar]:
    stages = sorted((bar for bar in bars if bar.kind == STAGE), key=lambda bar: (bar.start, -bar.end))
    parts = sorted((bar for bar in bars if bar.kind != STAGE), key=lambda bar: (bar.start, bar.name))
    placed: set[int] = set()
    for stage in stages:
        yield stage
        for bar in parts:
            is_its = (bar.stage, bar.stack) == (stage.name, stage.stack) and bar.end <= stage.end
            if is_its and id(bar) not in placed:  # a stack that is taken back goes through its stages again
                placed.add(id(bar))
                yield bar
    yield from (bar for bar in parts if id(bar) not in placed)


def share(bar: Bar, total: float) -> str:
    """`42 %` of the run."""
    return f"{100 * bar.seconds / total:.0f} %" if total else ""


def name_of(bar: Bar) -> str:
    """The bar's name, with its stack where there are several, and what was done."""
    name = f"{bar.stack}: {bar.name}" if bar.stack and bar.kind == STAGE else bar.name
    what = "" if bar.kind == STAGE else f" {bar.kind}"
    return f"{name}{what}{'' if bar.result == 'finished' else f' ({bar.result})'}"
