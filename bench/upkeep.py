"""(i), (j): what it costs to survive anything, and whether that holds: journal, lease, crash matrix."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.report import Ratio
from bench.small import LATENCIES, template
from bench.workplace import ROOT, Workplace, aws_client

LATENCY = max(LATENCIES)
CRASHES = ROOT / ".crash" / "result.json"
"""What the last `make crash` came to: `points`, `failed`, `seconds`."""
_BUCKET = "bench-state"


def run_upkeep(place: Workplace, each: int = 8, latency: int = LATENCY) -> tuple[Ratio, ...]:
    """The first deploy of the 48 small resources, with journal and lease and without, for both backends."""
    source = place.folder / "upkeep" / "template.json"
    source.parent.mkdir()
    source.write_text(template(each))
    aws_client(place.emulator, "s3").create_bucket(Bucket=_BUCKET)
    backends = {"folder": str(place.folder / "upkeep" / "state"), "S3": f"s3://{_BUCKET}/bench"}
    warm_up = ["--stack", "upkeep-warm-up", "--yes"]  # the first calls of a fresh cloud belong to nobody
    place.fairway(["deploy", str(source), *warm_up])
    _destroy(place, warm_up)
    found = [_overhead(place, source, *backend, latency) for backend in backends.items()]
    return (*found, *crashes(CRASHES))


def _overhead(place: Workplace, source: Path, backend: str, state: str, latency: int) -> Ratio:
    name = f"first deploy at {latency} ms, state in {backend}"
    bare = f"{name}, without journal and lease"
    for repetition in range(place.repetitions):
        for run, named in ((place.fairway, name), (place.bare, bare)):
            stack = ["--stack", f"{run.__name__}-{backend.lower()}-{repetition}", "--state", state, "--yes"]
            with place.emulator.latency(latency):
                run(["deploy", str(source), *stack], name=named)
            _destroy(place, stack)
    return Ratio("i", f"{name}, wall", place.ledger[name].wall, place.ledger[bare].wall, "s", 1.1)


def _destroy(place: Workplace, stack: list[str]) -> None:
    place.fairway(["destroy", *stack, "--allow-data-loss", "*"])


def crashes(result: Path) -> Iterator[Ratio]:
    """Of the last full run of the crash matrix on this machine, where there was one."""
    if result.exists():
        ran = json.loads(result.read_bytes())
        name = f"crash points, failed of those tried in {ran['seconds']:.0f} s"
        yield Ratio("j", name, ran["failed"], ran["points"], "points", 0.0)
