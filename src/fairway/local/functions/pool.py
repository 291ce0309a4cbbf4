"""Workers kept warm: one per invocation that runs at the same time, replaced when a function changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from fairway.local.functions.model import FunctionSpec, Throttled
from fairway.local.functions.worker import Worker

Slot = tuple[str, str, str, str]

IDLE_SECONDS = 600.0
_LOOK_SECONDS = 30.0  # how often `watch` looks for workers that have been idle for so long
_MOST_WORKERS = 200  # of this machine, not of an account: each is a process


@dataclass(slots=True)
class Warm:
    """A worker with what its log lines and its reports need."""

    spec: FunctionSpec
    worker: Worker
    log_stream: str
    idle_since: float = 0.0
    fresh: bool = True


@dataclass(slots=True)
class _Slot:
    """`spec` is what its next worker runs; None once the function or version has been deleted."""

    spec: FunctionSpec | None
    idle: list[Warm] = field(default_factory=list)
    busy: list[Warm] = field(default_factory=list)


class Pool:
    """Thread-safe. `start` makes a worker for a spec and may raise OSError."""

    def __init__(self, start: Callable[[FunctionSpec], Warm], clock: Callable[[], float]) -> None:
        self._start = start
        self._clock = clock
        self._lock = threading.Lock()
        self._slots: dict[Slot, _Slot] = {}
        self._starting: dict[Slot, int] = {}

    def acquire(self, spec: FunctionSpec, reserved: int | None) -> Warm:
        """A warm worker of exactly this spec, or a new one.

        Raises Throttled when the function already runs `reserved` times, over all its versions.
        """
        with self._lock:
            stale = self._replace(spec)
            warm = self._take_idle(spec)
            if not warm:
                self._admit(spec, reserved)
                self._starting[spec.slot] = self._starting.get(spec.slot, 0) + 1
        for old in stale:
            old.worker.kill()
        return warm or self._start_one(spec)

    def release(self, warm: Warm) -> None:
        """Give a worker back; one that is dead or out of date is not kept."""
        warm.fresh = False
        warm.idle_since = self._clock()
        with self._lock:
            slot = self._slots.get(warm.spec.slot)
            if slot and warm in slot.busy:
                slot.busy.remove(warm)
            keep = slot is not None and slot.spec == warm.spec and warm.worker.alive
            if keep and slot:
                slot.idle.append(warm)
        if not keep:
            warm.worker.kill()

    def retire(self, account: str, region: str, name: str, version: str | None = None) -> None:
        """Forget a function, or one version of it; running invocations are allowed to end."""
        idle: list[Warm] = []
        with self._lock:
            for key, slot in self._slots.items():
                if key[:3] == (account, region, name) and version in (None, key[3]):
                    slot.spec = None  # kept while a worker is busy or starting, so that it is not kept after
                    idle += slot.idle
                    slot.idle = []
        for warm in idle:
            warm.worker.kill()

    def expire(self) -> None:
        """Kill the workers that have been idle for too long, and forget the slots of what was deleted."""
        with self._lock:
            expired = self._expired()
            self._slots = {key: slot for key, slot in self._slots.items() if self._is_used(key, slot)}
        for warm in expired:
            warm.worker.kill()

    def watch(self, sleep: Callable[[float], None]) -> None:
        """Expire from time to time; for a thread of its own, as it does not return."""
        while True:
            sleep(_LOOK_SECONDS)
            self.expire()

    def close(self) -> None:
        """Kill every worker, busy or not."""
        with self._lock:
            slots, self._slots = list(self._slots.values()), {}
        for slot in slots:
            for warm in slot.idle + slot.busy:
                warm.worker.kill()

    def workers(self) -> list[tuple[FunctionSpec, int, bool]]:
        """Spec, process id and whether it is busy, of every worker."""
        with self._lock:
            return [
                (warm.spec, warm.worker.pid, busy)
                for slot in self._slots.values()
                for group, busy in ((slot.idle, False), (slot.busy, True))
                for warm in group
            ]

    def _replace(self, spec: FunctionSpec) -> list[Warm]:
        """Make `spec` the current one of its slot; the idle workers of the former spec are returned."""
        slot = self._slots.setdefault(spec.slot, _Slot(spec))
        if slot.spec == spec:
            return []
        slot.spec = spec
        old, slot.idle = slot.idle, []
        return old

    def _expired(self) -> list[Warm]:
        limit = self._clock() - IDLE_SECONDS
        expired = []
        for slot in self._slots.values():
            expired += [warm for warm in slot.idle if warm.idle_since < limit]
            slot.idle = [warm for warm in slot.idle if warm.idle_since >= limit]
        return expired

    def _is_used(self, key: Slot, slot: _Slot) -> bool:
        return bool(slot.spec or slot.busy or self._starting.get(key))

    def _take_idle(self, spec: FunctionSpec) -> Warm | None:
        slot = self._slots[spec.slot]
        while slot.idle:
            warm = slot.idle.pop()
            if warm.worker.alive:
                slot.busy.append(warm)
                return warm
        return None

    def _admit(self, spec: FunctionSpec, reserved: int | None) -> None:
        same = [key for key in self._slots if key[:3] == spec.slot[:3]]
        running = sum(len(self._slots[key].busy) + self._starting.get(key, 0) for key in same)
        everything = sum(len(slot.busy) for slot in self._slots.values()) + sum(self._starting.values())
        if everything >= _MOST_WORKERS or (reserved is not None and running >= reserved):
            raise Throttled(spec.name)

    def _start_one(self, spec: FunctionSpec) -> Warm:
        try:
            warm = self._start(spec)
        finally:
            with self._lock:
                self._starting[spec.slot] -= 1
        with self._lock:
            # Where the slot is gone, the pool was closed or the function deleted: release ends the worker.
            self._slots.setdefault(spec.slot, _Slot(None)).busy.append(warm)
        return warm
