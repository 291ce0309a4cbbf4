"""Time, sleep and chance, passed in so that tests need neither wait nor guess."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fairway.model.errors import Interrupted

STOP_GRACE = 5.0
"""Seconds that what is under way may still wait after the user asked to stop."""


@dataclass(frozen=True)
class Clock:
    """`now` in seconds (monotonic), `sleep` in seconds, `chance` uniform in [0, 1)."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass
class Pause:
    """Sleeps that end early when the user asks to stop.

    Raises Interrupted when `stop` has been set for longer than the grace.
    """

    clock: Clock = field(default_factory=Clock)
    stop: threading.Event = field(default_factory=threading.Event)
    slice: float = 0.25
    _stopped_at: float | None = None

    def __call__(self, seconds: float) -> None:
        end = self.clock.now() + seconds
        while (left := end - self.clock.now()) > 0:
            self.check()
            self.clock.sleep(min(left, self.slice))
        self.check()

    def check(self) -> None:
        """Raises Interrupted when the grace after a stop is over."""
        if not self.stop.is_set():
            return
        if self._stopped_at is None:
            self._stopped_at = self.clock.now()
        if self.clock.now() - self._stopped_at >= STOP_GRACE:
            raise Interrupted(
                "interrupted.waiting",
                "stopped while waiting for AWS",
                next="run the same command again: it picks up what is under way",
            )
