"""Which faults are on in this cloud, and what is remembered for them."""

from __future__ import annotations

import time
from collections.abc import Callable

from fairway.local.faults.ages import Ages
from fairway.local.faults.outages import Chance, error_of
from fairway.local.faults.refusal import Refusal
from fairway.local.faults.settings import Faults
from fairway.local.faults.throttling import Throttle


class Board:
    """The switches of one cloud; `clock` in seconds, monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.faults = Faults()
        self.ages = Ages(clock)
        self._throttle = Throttle(clock)
        self._chance = Chance()

    def set(self, faults: Faults) -> None:
        """Turn faults on and off; what is drawn begins anew, so that a seed repeats itself."""
        self._throttle.forget()
        self._chance.forget()
        self.faults = faults

    def reset(self) -> None:
        """Everything off and forgotten."""
        self.set(Faults())
        self.ages.forget()

    def refusal(self, service: str, operation: str) -> Refusal | None:
        """Why a call fails before it takes effect, if it does."""
        faults = self.faults
        if faults["throttling"]:
            refused = self._throttle.refusal(service, operation, faults["throttling"])
            if refused:
                return refused
        return error_of(service) if self._strikes("errors", service, operation) else None

    def drops(self, service: str, operation: str) -> bool:
        """Whether a call that took effect gets no answer."""
        return self._strikes("dropped", service, operation)

    def draw(self, alias: str) -> float:
        """From 0 to 1: which of its versions the next invocation of an alias meets."""
        return self._chance.draw("alias", alias, self.faults["seed"])

    def _strikes(self, kind: str, service: str, operation: str) -> bool:
        return self._chance.strikes(kind, f"{service}.{operation}", self.faults[kind], self.faults["seed"])
