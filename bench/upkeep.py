"""(i), (j): what it costs to survive anything, and whether that holds: journal, lease, crash matrix."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.app import ATLAS, App
from bench.report import Ratio
from bench.small import LATENCIES, template
from bench.workplace import ROOT, Workplace, aws_client
from fairway.local.faults.settings import BY_NAME

LATENCY = max(LATENCIES)
WAITS: Mapping[str, float] = {name: BY_NAME[name].usual for name in ("latency", "throttling", "pending")}
"""What the local cloud can have of AWS's slowness, each switch at its own usual value. Without the seconds
that a new role takes: four of them in a row would hide what is to be seen."""
MOST_RUNS = 1
"""Of a deploy that waits: it takes a third of a minute, and differs from run to run by a hundredth."""
CRASHES = ROOT / ".crash" / "result.json"
"""What the last `make crash` came to: `points`, `failed`, `seconds`."""
_BUCKET = "bench-state"


@dataclass(frozen=True)
class _Deploy:
    """What is deployed: `kind` is its short name, `state` where its state is kept."""

    name: str
    kind: str
    source: Path
    state: str
    slowness: Mapping[str, float]
    most_runs: int = sys.maxsize


def run_upkeep(
    place: Workplace,
    each: int = 8,
    latency: int = LATENCY,
    app: App = ATLAS,
    slowness: Mapping[str, float] = WAITS,
) -> tuple[Ratio, ...]:
    """First deploys with journal and lease and without: of the 48 small resources for both backends, and of
    an app, where things take time to become active, with state in S3."""
    source = place.folder / "upkeep" / "template.json"
    source.parent.mkdir()
    source.write_text(template(each))
    aws_client(place.emulator, "s3").create_bucket(Bucket=_BUCKET)
    backends = {"folder": str(place.folder / "upkeep" / "state"), "S3": f"s3://{_BUCKET}/bench"}
    warm_up = ["--stack", "upkeep-warm-up", "--yes"]  # the first calls of a fresh cloud belong to nobody
    place.fairway(["deploy", str(source), *warm_up])
    _destroy(place, warm_up)
    name = f"first deploy at {latency} ms"
    deploys = [
        _Deploy(f"{name}, state in {backend}", backend.lower(), source, state, {"latency": latency})
        for backend, state in backends.items()
    ]
    copy = place.folder / "upkeep" / "app"
    shutil.copytree(app.source, copy, ignore=shutil.ignore_patterns(".fairway"))
    place.fairway(["deploy", str(copy), *warm_up])
    _destroy(place, warm_up)
    name = "app, first deploy with AWS's waits, state in S3"
    deploys.append(_Deploy(name, "app", copy, backends["S3"], slowness, MOST_RUNS))
    return (*(_overhead(place, each) for each in deploys), *crashes(CRASHES))


def _overhead(place: Workplace, deploy: _Deploy) -> Ratio:
    """One kind of deploy, each time of a stack that was never there."""
    bare = f"{deploy.name}, without journal and lease"
    for repetition in range(min(place.repetitions, deploy.most_runs)):
        for run, named in ((place.fairway, deploy.name), (place.bare, bare)):
            stack = ["--stack", f"{run.__name__}-{deploy.kind}-{repetition}", "--state", deploy.state]
            with place.emulator.faults(deploy.slowness):
                run(["deploy", str(deploy.source), *stack, "--yes"], name=named)
            _destroy(place, [*stack, "--yes"])
    return Ratio(
        "i", f"{deploy.name}, wall", place.ledger[deploy.name].wall, place.ledger[bare].wall, "s", 1.1
    )


def _destroy(place: Workplace, stack: list[str]) -> None:
    place.fairway(["destroy", *stack, "--allow-data-loss", "*"])


def crashes(result: Path) -> Iterator[Ratio]:
    """Of the last full run of the crash matrix on this machine, where there was one."""
    if result.exists():
        ran = json.loads(result.read_bytes())
        name = f"crash points, failed of those tried in {ran['seconds']:.0f} s"
        yield Ratio("j", name, ran["failed"], ran["points"], "points", 0.0)
