"""(l) One changed handler, from `git push` to verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.projects import DOCUMENTS, Project
from bench.report import Ratio
from bench.workplace import REGION, Workplace, aws_client

LATENCIES = (0, 150)
_ENVIRONMENT = f"""
[environments.bench]
branch = "bench"
region = "{REGION}"
"""
_IGNORED = ".fairway/\n__pycache__/\n.pytest_cache/\n"
_CALL = "lambda.Invoke"
"""Counts as a write, for a function may do anything; here it is a part of the verification."""


def run_push(
    place: Workplace, project: Project = DOCUMENTS, latencies: Iterable[int] = LATENCIES
) -> tuple[Ratio, ...]:
    """Each push is a commit of its own, and beside it the next change goes live by a script."""
    copy = _repository(place, project.copied(place, "push"))
    _push(place, copy)
    floor = [_function(place, copy), str(Path(copy.handler).parent), *copy.tests]
    for latency in latencies:
        for _ in range(place.repetitions):
            with place.emulator.latency(latency):
                _push(place, copy, pushed(latency))
                copy.change(copy.handler)
                place.floor("release", floor, name=f"floor: {pushed(latency)}", within=copy.folder)
    place.outside(["fairway", *copy.destroy, "--env", "bench"], within=copy.folder)
    return tuple(ratio for latency in latencies for ratio in _ratios(place, pushed(latency)))


def pushed(latency: int) -> str:
    """What such a push is called in the ledger."""
    return f"git push to verified, one changed handler, at {latency} ms"


def _repository(place: Workplace, project: Project) -> Project:
    """The project as a git repository with the remote `fairway`, and an environment that is pushed to."""
    with (project.folder / "fairway.toml").open("a") as file:
        file.write(_ENVIRONMENT)
    (project.folder / ".gitignore").write_text(_IGNORED)
    _git(place, project, "init", "--quiet", "--initial-branch", "bench")
    remote = place.folder / "push.git"
    place.fairway(["remote", "add", "--path", str(remote)], within=project.folder)
    return project


def _push(place: Workplace, project: Project, name: str = "") -> None:
    """Change the handler, commit it and, which alone counts, push it."""
    project.change(project.handler)
    _git(place, project, "add", "--all")
    _git(place, project, "commit", "--quiet", "--message", "a change")
    _git(place, project, "push", "--quiet", "fairway", "bench", name=name)


def _git(place: Workplace, project: Project, *words: str, name: str = "") -> None:
    place.outside(["git", *words], name=name, within=project.folder)


def _function(place: Workplace, project: Project) -> str:
    """The physical name of the function whose handler is changed: that of no other one holds its address."""
    pages = aws_client(place.emulator, "lambda").get_paginator("list_functions").paginate()
    names = [each["FunctionName"] for page in pages for each in page["Functions"]]
    (found,) = (name for name in names if f"{project.stack}-{project.function}-" in name)
    return str(found)


def _ratios(place: Workplace, name: str) -> Iterator[Ratio]:
    ours, floor = place.ledger[name], place.ledger[f"floor: {name}"]
    yield Ratio("l", f"{name}, wall", ours.wall, floor.wall, "s")
    yield Ratio("l", f"{name}, calls", ours.reads + ours.writes, floor.reads + floor.writes, "calls")
    calls = [sample.calls for sample in ours.samples]
    writes = max(each.writes - each.operations.get(_CALL, 0) for each in calls)
    yield Ratio("l", f"{name}, writes but calls of functions", writes, 1, "calls", 1.0)
