"""(a) How long the program takes to answer without doing anything."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.measure import measure
from bench.report import Ratio
from bench.workplace import Workplace

_ROUNDS = 10
"""Runs per repetition: one start takes milliseconds, so a median of few says nothing."""

OURS = "fairway --version"
FLOOR = "python -c pass"


def run_startup(place: Workplace) -> tuple[Ratio, ...]:
    """`fairway --version` and `python -c pass` in turn: the same interpreter and site packages, no flags."""
    commands = {OURS: [str(Path(sys.executable).with_name("fairway")), "--version"]}
    commands[FLOOR] = [sys.executable, "-c", "pass"]
    for _ in range(place.repetitions * _ROUNDS):
        for name, command in commands.items():
            place.ledger.add(name, measure(command, place.folder, place.environment()))
    return (Ratio("a", f"{OURS}, CPU", place.ledger[OURS].cpu, place.ledger[FLOOR].cpu, "s", 4.0),)
