"""How long ago things happened to resources."""

from __future__ import annotations

import threading
from collections.abc import Callable

LONG_AGO = float("inf")


class Ages:
    """Seconds since a kind of event happened to a thing, by names. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._at: dict[tuple[str, ...], float] = {}

    def mark(self, *event: str) -> None:
        """It happens now."""
        with self._lock:
            self._at[event] = self._clock()

    def of(self, *event: str) -> float:
        """Seconds since it happened; endlessly many when it never did."""
        with self._lock:
            at = self._at.get(event)
        return LONG_AGO if at is None else self._clock() - at

    def forget(self, *event: str) -> None:
        """It never happened; without a name, nothing ever did."""
        with self._lock:
            if event:
                self._at.pop(event, None)
            else:
                self._at.clear()
