"""`python -m bench`: measures, prints the tables, and keeps them in bench/results/latest.json."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.app import run_app
from bench.emulator import emulator
from bench.measure import Ledger
from bench.report import Machine, Ratio, Report
from bench.small import run_small
from bench.startup import run_startup
from bench.tables import terminal
from bench.workplace import ROOT, Workplace

PARTS: Mapping[str, Callable[[Workplace], tuple[Ratio, ...]]] = {
    "startup": run_startup,
    "app": run_app,
    "small": run_small,
}
_RESULTS = ROOT / "bench" / "results" / "latest.json"


def main() -> int:
    """Exit code 0 whatever the figures are: on a noisy machine a missed target proves nothing."""
    arguments = _arguments()
    report = measure_all(arguments.only or list(PARTS), arguments.repetitions)
    sys.stdout.write(terminal(report) + "\n")
    _RESULTS.parent.mkdir(exist_ok=True)
    _RESULTS.write_text(json.dumps(report.document(), indent=1) + "\n")
    return 0


def measure_all(parts: list[str], repetitions: int) -> Report:
    """Run those parts on one cloud of their own."""
    machine, ledger = Machine.this(), Ledger()
    ratios: list[Ratio] = []
    with tempfile.TemporaryDirectory(prefix="fairway-bench-") as folder:
        path = Path(folder)
        with emulator(path / "home") as cloud:
            place = Workplace(path, cloud, ledger, repetitions)
            for part in parts:
                sys.stderr.write(f"bench: {part}\n")
                ratios += PARTS[part](place)
    date = datetime.now(UTC).date().isoformat()
    return Report(machine, date, repetitions, ledger.series, tuple(ratios))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(PARTS), help="only this part; repeatable")
    parser.add_argument("--repetitions", type=int, default=5, metavar="N", help="runs per figure (default 5)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
