"""(b)-(e) A realistic app: examples/atlas-engine, from its first deploy to its end."""

from __future__ import annotations

from bench.report import Ratio
from bench.workplace import Workplace


def run_app(place: Workplace) -> tuple[Ratio, ...]:
    return ()
