"""What comes between a run and its cloud besides a kill: signals, and services that are away for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.crash.proxy import Call, Verdict


@dataclass
class Knock:
    """Does something once, when call number `at` of any kind arrives, and lets all calls pass."""

    at: int
    act: Callable[[], None]
    count: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def before(self, call: Call) -> Verdict:
        with self._turn:
            self.count += 1
            if self.count == self.at:
                self.act()
        return Verdict.PASS

    def after(self, call: Call) -> Verdict:
        return Verdict.PASS


@dataclass
class Outage:
    """From call number `at` that changes something, all calls that it `hits` fail for so many seconds.

    Answers of calls that had been passed on by then are lost too.
    """

    at: int
    seconds: float
    verdict: Verdict
    hits: Callable[[Call], bool]
    failed: int = 0
    _changes: int = 0
    _began: float = 0.0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def before(self, call: Call) -> Verdict:
        with self._turn:
            self._changes += call.mutates
            if self._changes >= self.at and not self._began:
                self._began = time.monotonic()
            return self._verdict(call)

    def after(self, call: Call) -> Verdict:
        with self._turn:
            return self._verdict(call)

    def _verdict(self, call: Call) -> Verdict:
        lasts = self._began and time.monotonic() - self._began < self.seconds
        if not (lasts and self.hits(call)):
            return Verdict.PASS
        self.failed += 1
        return self.verdict


def anything(call: Call) -> bool:
    """The whole network."""
    return True


def the_state(call: Call) -> bool:
    """The bucket that keeps Fairway's state."""
    return call.on_state
