"""(k) The pipeline: what `fairway run` adds to the work that its stages do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.measure import Sample
from bench.projects import DOCUMENTS, Project
from bench.report import Ratio
from bench.workplace import Workplace

OVERHEAD = 1.25


@dataclass(frozen=True)
class Step:
    """A part of a project's life: `changes` says that a handler is another than before."""

    name: str
    changes: bool = False
    tests: bool = True


FIRST, AGAIN, CHANGED, UNTESTED = STEPS = (
    Step("pipeline, first run"),
    Step("pipeline, no change"),
    Step("pipeline, one changed handler", changes=True),
    Step("pipeline, one changed handler, without tests", changes=True, tests=False),
)
Way = Callable[[Step, str], Sample]
"""Takes a step; under a name the run counts."""


def run_pipeline(place: Workplace, project: Project = DOCUMENTS) -> tuple[Ratio, ...]:
    """Every repetition is a life with `fairway run`, and the same one by hand."""
    copy = project.copied(place, "pipeline")
    ways: Sequence[tuple[str, Way]] = (("", _run(place, copy)), ("floor: ", _by_hand(place, copy)))
    ways[0][1](FIRST, "")  # the first calls of a fresh cloud, and downloads, belong to nobody
    place.fairway(copy.destroy, within=copy.folder)
    for _ in range(place.repetitions):
        for prefix, way in ways:
            _life(place, copy, way, prefix)
    return tuple(_ratio(place, step) for step in STEPS)


def _life(place: Workplace, project: Project, way: Way, prefix: str) -> None:
    for step in STEPS:
        if step.changes:
            project.change(project.handler)
        way(step, f"{prefix}{step.name}")
    place.fairway(project.destroy, within=project.folder)


def _run(place: Workplace, project: Project) -> Way:
    def run(step: Step, name: str) -> Sample:
        words = ["run", "--yes", *([] if step.tests else ["--skip", "test"])]
        return place.fairway(words, name=name, within=project.folder)

    return run


def _by_hand(place: Workplace, project: Project) -> Way:
    def by_hand(step: Step, name: str) -> Sample:
        return place.by_hand(project.tests if step.tests else [], name=name, within=project.folder)

    return by_hand


def _ratio(place: Workplace, step: Step) -> Ratio:
    ours, floor = place.ledger[step.name], place.ledger[f"floor: {step.name}"]
    return Ratio("k", f"{step.name}, wall", ours.wall, floor.wall, "s", OVERHEAD)
