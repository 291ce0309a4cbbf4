"""`python -m bench`: measures, prints the tables, and keeps them in bench/results/latest.json."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.app import run_app
from bench.document import PAGE, page
from bench.emulator import emulator
from bench.measure import Ledger, RunFailed
from bench.peers.cdk import run_cdk
from bench.peers.install import NotInstalled
from bench.peers.sam import run_sam
from bench.pipeline import run_pipeline
from bench.push import run_push
from bench.report import Machine, Ratio, Report
from bench.scale import run_scale
from bench.several import run_several
from bench.small import run_small
from bench.startup import run_startup
from bench.tables import terminal
from bench.upkeep import run_upkeep
from bench.workplace import ROOT, Workplace

PARTS: Mapping[str, Callable[[Workplace], tuple[Ratio, ...]]] = {
    "startup": run_startup,
    "app": run_app,
    "small": run_small,
    "upkeep": run_upkeep,
    "pipeline": run_pipeline,
    "push": run_push,
    "several": run_several,
}
SCALE = {"scale": run_scale}
"""Takes minutes: five thousand resources are deployed for it."""
PEERS: Mapping[str, Callable[[Workplace], tuple[str, ...]]] = {"sam": run_sam, "cdk": run_cdk}
_RESULTS = ROOT / "bench" / "results" / "latest.json"


def main() -> int:
    """Exit code 0 whatever the figures are: on a noisy machine a missed target proves nothing."""
    arguments = _arguments()
    peers = list(PEERS) if arguments.peers else []
    usual = [*PARTS, *(SCALE if arguments.scale else ())]
    report = measure_all(arguments.only or usual, peers, arguments.repetitions)
    sys.stdout.write(terminal(report) + "\n")
    _RESULTS.parent.mkdir(exist_ok=True)
    _RESULTS.write_text(json.dumps(report.document(), indent=1) + "\n")
    if arguments.write_docs:
        PAGE.write_text(page(report))
    return 0


def measure_all(parts: Sequence[str], peers: Sequence[str], repetitions: int) -> Report:
    """Run those parts on one cloud of their own, the other tools last."""
    machine, ledger = Machine.this(), Ledger()
    ratios: list[Ratio] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="fairway-bench-") as folder:
        path = Path(folder)
        with emulator(path / "home") as cloud:
            place = Workplace(path, cloud, ledger, repetitions)
            for part in parts:
                sys.stderr.write(f"bench: {part}\n")
                ratios += {**PARTS, **SCALE}[part](place)
            for peer in peers:
                sys.stderr.write(f"bench: {peer}\n")
                notes += _peer_notes(peer, place)
    date = datetime.now(UTC).date().isoformat()
    return Report(machine, date, repetitions, ledger.series, tuple(ratios), tuple(notes))


def _peer_notes(peer: str, place: Workplace) -> tuple[str, ...]:
    """A tool that does not run is said, and no reason to lose the other figures."""
    try:
        return PEERS[peer](place)
    except NotInstalled as error:
        return (f"{peer}: left out: {error}",)
    except RunFailed as error:
        return (f"{peer}: left out from here on: {error}",)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=[*PARTS, *SCALE], help="only this part; repeatable"
    )
    parser.add_argument("--scale", action="store_true", help="also stacks of up to 5,000 resources (minutes)")
    parser.add_argument("--peers", action="store_true", help="also what sam and cdk take for the same app")
    parser.add_argument("--repetitions", type=int, default=5, metavar="N", help="runs per figure (default 5)")
    parser.add_argument("--write-docs", action="store_true", help="write docs/speed.md from this run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
