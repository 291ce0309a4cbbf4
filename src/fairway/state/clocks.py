"""Time, passed in so that tests need not wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


def ticks() -> float:
    """Seconds by a clock that nobody sets and that goes on while the machine sleeps.

    `time.monotonic` stands still then: a laptop that wakes up would take its lease for fresh.
    """
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True)
class Clocks:
    """`ticks` for spans, in seconds; `wall` is the time of day, in seconds since the epoch."""

    ticks: Callable[[], float] = ticks
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
