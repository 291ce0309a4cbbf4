"""(b)-(e) A realistic app: examples/atlas-engine, from its first deploy to its end."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import Ratio
from bench.workplace import ROOT, Call, Workplace
from fairway.aws.session import is_read
from fairway.project.settings import FILE

COLD, WARM, AGAIN, CHANGED, DESTROY = (
    "app, first deploy, cold build cache",
    "app, first deploy, warm build cache",
    "app, no change",
    "app, one changed handler",
    "app, destroy",
)
_RECORDED = "bench-recorded"
"""The stack whose calls the floors make; the name occurs in nothing else."""
# A call that needs what calls of an earlier wave made; all others need nothing.
_WAVES = {
    "PutRolePolicy": 1,
    "AttachRolePolicy": 1,
    "PutRetentionPolicy": 1,
    "CreateFunction": 1,
    "CreateStateMachine": 2,
    "DeleteRole": 1,
}


@dataclass(frozen=True)
class App:
    """A folder with a template, and the handler in it of which a line is changed."""

    source: Path
    handler: str


ATLAS = App(ROOT / "examples" / "atlas-engine", "functions/create_lead/app.py")


def run_app(place: Workplace, app: App = ATLAS) -> tuple[Ratio, ...]:
    """Every repetition is a stack of its own, from nothing to nothing, with its floors at its side."""
    source = place.folder / "app"
    shutil.copytree(app.source, source, ignore=shutil.ignore_patterns(".fairway", FILE))
    creates, deletes = _recorded_life(place, source)
    for repetition in range(place.repetitions):
        _life(place, source, source / app.handler, repetition)
        stack = f"{_RECORDED}-{repetition}"
        place.floor_of("writes", renamed(creates, stack), name=f"floor: {WARM}")
        place.floor_of("writes", renamed(deletes, stack), name=f"floor: {DESTROY}")
    return tuple(_ratios(place))


def _recorded_life(place: Workplace, source: Path) -> tuple[list[list[Call]], list[list[Call]]]:
    """The writes of a deploy and of a destroy, in waves.

    The life before it belongs to nobody: it warms up the cloud and the downloads, and uploads large zips.
    """
    for command in _commands(source, "warm-up"):
        place.fairway(command)
    deploy, destroy = _commands(source, _RECORDED)
    return waves(place.recorded(deploy)), waves(place.recorded(destroy))


def _life(place: Workplace, source: Path, handler: Path, repetition: int) -> None:
    deploy, destroy = _commands(source, f"cold-{repetition}")
    place.fairway(deploy, name=COLD, cache=f"cold-{repetition}")
    place.fairway(destroy)

    deploy, destroy = _commands(source, f"app-{repetition}")
    place.fairway(deploy, name=WARM)
    place.fairway(deploy, name=AGAIN)
    reads = place.recorded(deploy)
    place.floor_of("reads", [reads], name=f"floor: {AGAIN}")

    change(handler)
    place.fairway(deploy, name=CHANGED)
    change(handler)
    _update_floor(place, place.recorded(deploy))
    place.fairway(destroy, name=DESTROY)


def _commands(source: Path, stack: str) -> tuple[list[str], list[str]]:
    deploy = ["deploy", str(source), "--stack", stack, "--yes"]
    return deploy, ["destroy", "--stack", stack, "--yes", "--allow-data-loss", "*"]


def change(handler: Path) -> None:
    """One more line, so that the code is another."""
    with handler.open("a") as lines:
        lines.write("# changed\n")


def _update_floor(place: Workplace, calls: Iterable[Call]) -> None:
    """The floor sends the very zip that Fairway sent last."""
    (update,) = (parameters for _, operation, parameters in calls if operation == "UpdateFunctionCode")
    file = place.folder / "code.zip"
    file.write_bytes(base64.b64decode(update["ZipFile"]["base64"]))
    place.floor("update_code", [update["FunctionName"], str(file)], name=f"floor: {CHANGED}")


def waves(calls: Iterable[Call]) -> list[list[Call]]:
    """The writes among the calls, each in the first wave in which what it needs is there."""
    found: dict[int, list[Call]] = {}
    for service, operation, parameters in calls:
        if not is_read(operation):
            wave = _WAVES.get(operation, 0)
            found.setdefault(wave, []).append((service, operation, _repeatable(parameters)))
    return [found[wave] for wave in sorted(found)]


def renamed(calls: list[list[Call]], stack: str) -> list[list[Call]]:
    """The same calls for another stack, whose names nobody has used: layer versions count on for ever."""
    found: list[list[Call]] = json.loads(json.dumps(calls).replace(_RECORDED, stack))
    return found


def _repeatable(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """A secret's ARN ends in six random characters, so the same secret made again answers to its name."""
    if "SecretId" not in parameters:
        return parameters
    name = re.sub(r"^arn:.*:secret:(.*)-\w{6}$", r"\1", parameters["SecretId"])
    return {**parameters, "SecretId": name}


def _ratios(place: Workplace) -> Iterator[Ratio]:
    ledger = place.ledger
    for figure, name in (("b", COLD), ("b", WARM), ("e", DESTROY)):
        floor = ledger[f"floor: {WARM if name == COLD else name}"]
        yield Ratio(figure, f"{name}, wall", ledger[name].wall, floor.wall, "s")
    again, floor = ledger[AGAIN], ledger[f"floor: {AGAIN}"]
    yield Ratio("c", f"{AGAIN}, CPU", again.cpu, floor.cpu, "s", 2.0)
    yield Ratio("c", f"{AGAIN}, wall", again.wall, floor.wall, "s")
    yield Ratio("c", f"{AGAIN}, writes", again.writes, 0, "calls", 1.0)
    changed, floor = ledger[CHANGED], ledger[f"floor: {CHANGED}"]
    yield Ratio("d", f"{CHANGED}, wall", changed.wall, floor.wall, "s", 2.0)
    yield Ratio("d", f"{CHANGED}, CPU", changed.cpu, floor.cpu, "s")
    yield Ratio("d", f"{CHANGED}, writes to Lambda", _lambda_writes(place), 1, "calls", 1.0)


def _lambda_writes(place: Workplace) -> int:
    """The most that any repetition made."""
    samples = place.ledger[CHANGED].samples
    return max(
        sum(
            count
            for name, count in sample.calls.operations.items()
            if name.startswith("lambda.") and not is_read(name.partition(".")[2])
        )
        for sample in samples
    )
