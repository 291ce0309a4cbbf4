"""A thread per event source mapping: it sleeps until it is woken or its next time has come, and survives
failures."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from typing import Any

log = logging.getLogger("fairway.local.events")

# A source changes without a word in one way only (a consumer makes a message visible again): look this often.
_LONGEST_SLEEP = 1.0
_AFTER_FAILURE = 1.0


class Poller(ABC):
    """What moves records from one source to one mapping's function until the mapping is gone."""

    def __init__(self, mapping: Any) -> None:
        self.mapping = mapping
        self._wake = threading.Event()

    @abstractmethod
    def step(self) -> float | None:
        """Do what can be done now; the seconds until there may be more, or None if only a wake-up can
        tell."""

    def start(self) -> None:
        threading.Thread(target=self._run, name=f"mapping-{self.mapping.uuid}", daemon=True).start()

    def wake(self) -> None:
        self._wake.set()

    def alive(self) -> bool:
        """Whether this very mapping still exists; a reset of the cloud ends it too."""
        from moto.awslambda.models import lambda_backends

        backend = lambda_backends[self.mapping.account_id][self.mapping.region]
        return backend.get_event_source_mapping(self.mapping.uuid) is self.mapping

    def _run(self) -> None:
        while self.alive():
            delay = self._guarded_step() if self.mapping.enabled else None
            self._wake.wait(_LONGEST_SLEEP if delay is None else min(delay, _LONGEST_SLEEP))
            self._wake.clear()

    def _guarded_step(self) -> float | None:
        try:
            return self.step()
        except Exception:
            log.exception("mapping %s of %s stumbled", self.mapping.uuid, self.mapping.function_arn)
            return _AFTER_FAILURE


_pollers: dict[str, list[Poller]] = {}
_lock = threading.Lock()


def register(source_arn: str, poller: Poller) -> None:
    """Start a poller that `wake_source(source_arn)` wakes; those of mappings that are gone are forgotten."""
    with _lock:
        others = [other for other in _pollers.get(source_arn, []) if other.alive()]
        _pollers[source_arn] = [*others, poller]
    poller.start()


def wake_source(source_arn: str) -> None:
    """Something has come in at a source."""
    for poller in list(_pollers.get(source_arn, ())):
        poller.wake()
