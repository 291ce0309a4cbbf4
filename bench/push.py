"""(l) One changed handler, from `git push` to verified."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.projects import DOCUMENTS, Project
from bench.report import Ratio
from bench.workplace import REGION, Workplace, aws_client

PUSHED = "git push to verified, one changed handler"
_ENVIRONMENT = f"""
[environments.bench]
branch = "bench"
region = "{REGION}"
"""
_IGNORED = ".fairway/\n__pycache__/\n.pytest_cache/\n"
_CALL = "lambda.Invoke"
"""What counts as a write, for a function may do anything, and is a part of the verification."""


def run_push(place: Workplace, project: Project = DOCUMENTS) -> tuple[Ratio, ...]:
    """Each push is a commit of its own, and beside it the same change goes live by a script."""
    copy = _repository(place, project.copied(place, "push"))
    _push(place, copy)
    function = _function(place, copy)
    for _ in range(place.repetitions):
        _push(place, copy, PUSHED)
        copy.change(copy.handler)
        arguments = [function, str(Path(copy.handler).parent), *copy.tests]
        place.floor("release", arguments, name=f"floor: {PUSHED}", within=copy.folder)
    place.outside(["fairway", *copy.destroy, "--env", "bench"], within=copy.folder)
    return tuple(_ratios(place))


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


def _ratios(place: Workplace) -> Iterator[Ratio]:
    pushed, floor = place.ledger[PUSHED], place.ledger[f"floor: {PUSHED}"]
    yield Ratio("l", f"{PUSHED}, wall", pushed.wall, floor.wall, "s", 2.0)
    made, necessary = (each.reads + each.writes for each in (pushed, floor))
    yield Ratio("l", f"{PUSHED}, calls", made, necessary, "calls")
    calls = [sample.calls for sample in pushed.samples]
    writes = max(each.writes - each.operations.get(_CALL, 0) for each in calls)
    yield Ratio("l", f"{PUSHED}, writes but for its verification", writes, 1, "calls", 1.0)
