"""(m) Many functions changed at once beside one."""

from __future__ import annotations

from collections.abc import Mapping

from bench.projects import DOCUMENTS, Project
from bench.report import Ratio
from bench.workplace import Workplace

LATENCIES: Mapping[int, float | None] = {0: None, 150: 2.0}
"""Injected milliseconds per call, and how often the wall of one changed handler all may take."""


def run_several(
    place: Workplace, project: Project = DOCUMENTS, latencies: Mapping[int, float | None] = LATENCIES
) -> tuple[Ratio, ...]:
    """One handler and all, in turn, at every latency."""
    copy = project.copied(place, "several")
    deploy = ["deploy", "--yes"]
    place.fairway(deploy, within=copy.folder)
    for latency in latencies:
        for _ in range(place.repetitions):
            for handlers in (copy.others[:1], copy.others):
                copy.change(*handlers)
                with place.emulator.latency(latency):
                    place.fairway(deploy, name=name(len(handlers), latency), within=copy.folder)
    place.fairway(copy.destroy, within=copy.folder)
    return tuple(
        ratio
        for latency, target in latencies.items()
        for ratio in _ratios(place, len(copy.others), latency, target)
    )


def name(handlers: int, latency: int) -> str:
    """What such a deploy is called in the ledger."""
    return f"{handlers} changed handler{'s' if handlers > 1 else ''} at {latency} ms"


def _ratios(place: Workplace, handlers: int, latency: int, target: float | None) -> tuple[Ratio, ...]:
    many, one = (place.ledger[name(number, latency)] for number in (handlers, 1))
    return (
        Ratio("m", f"{many.name} beside one, wall", many.wall, one.wall, "s", target),
        Ratio("m", f"{many.name}, writes", many.writes, handlers, "calls", 1.0),
    )
