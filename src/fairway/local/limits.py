"""What the local cloud was asked to do and cannot: said once in its log, and listed in its status."""

from __future__ import annotations

import logging
import threading

log = logging.getLogger("fairway.local")

_MOST = 200  # an error that names an id of its own each time must not fill the memory


class Limits:
    """The latest distinct limitations met, in the order in which they were met."""

    def __init__(self) -> None:
        self._met: dict[str, None] = {}
        self._lock = threading.Lock()

    def say(self, sentence: str) -> None:
        """Record a limitation; it is logged the first time only."""
        with self._lock:
            if sentence in self._met:
                return
            self._met[sentence] = None
            if len(self._met) > _MOST:
                del self._met[next(iter(self._met))]
        log.warning("not done by the local cloud: %s", sentence)

    def met(self) -> list[str]:
        with self._lock:
            return list(self._met)

    def forget(self) -> None:
        """Begin anew, when the cloud has been emptied."""
        with self._lock:
            self._met.clear()
