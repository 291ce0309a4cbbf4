"""The crash matrix: `python -m tests.crash` tries every point, `python -m tests.crash POINT` one or a part.

A point is written `atlas/deploy/folder/before/17`: stack, step, backend, when to kill, and at which of the
calls that change something; `atlas` or `small/update` stands for all points that begin so.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from bench.upkeep import CRASHES as RESULT
from tests.crash.matrix import Share, Tally, end_in_order, run


def main() -> int:
    """Try the points that were asked for and report; 1 when any failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("point", nargs="?", default="", help="a point, or the beginning of some")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--every", type=int, default=1, help="try each so-many-th call only")
    options = parser.parse_args()
    count = options.workers
    shares = [Share(options.point.strip("/"), number, count, options.every) for number in range(count)]
    end_in_order()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fairway-crash-") as folder:
        tally = run(shares, Path(folder), partial(print, flush=True))
    seconds = time.monotonic() - began
    _report(tally, seconds)
    if not options.point and options.every == 1:
        _keep(tally, seconds)
    return tally.code


def _report(tally: Tally, seconds: float) -> None:
    for why in tally.died:
        print(f"\n{why}", file=sys.stderr)
    print()
    for case, points in tally.tried.items():
        failed = sum(verdict.point.case == case for verdict in tally.failed)
        print(f"{case!s:28} {points:5} points {failed:5} failed")
    total = tally.tried.total()
    print(f"{'all':28} {total:5} points {len(tally.failed):5} failed {seconds:6.0f} s")


def _keep(tally: Tally, seconds: float) -> None:
    """What a full run came to, for the bench's table."""
    found = {"points": tally.tried.total(), "failed": len(tally.failed), "seconds": round(seconds)}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    sys.exit(main())
