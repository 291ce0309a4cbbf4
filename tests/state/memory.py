"""A backend in memory, on a clock that tests move: for tests of what stands above backends."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Blob, Conflict, Version
from fairway.state.clocks import Clocks


@dataclass
class World:
    """Time that passes when somebody sleeps; `happens` are things that come to pass at a time."""

    now: float = 1_000.0
    happens: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [each for each in self.happens if each[0] <= end]:
            first = min(due, key=lambda each: each[0])
            self.happens.remove(first)
            self.now = max(self.now, first[0])
            first[1]()
        self.now = end

    def clocks(self, *, ahead: float = 0.0) -> Clocks:
        """The clocks of a machine whose time of day is that far ahead; its steady clock began at random."""
        return Clocks(lambda: self.now + 77 * ahead, lambda: self.now + ahead, self.sleep)


@dataclass
class MemoryObjects:
    """Objects in a dictionary, with the store's own time of each write."""

    world: World = field(default_factory=World)
    place: str = "memory"
    held: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    broken: bool = False
    calls: int = 0
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: str, *, version: str = "") -> Blob | None:
        self._count()
        found = self.held.get(key)
        return Blob(found[0], _tag(found[0])) if found else None

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
        self._count()
        with self._turn:
            self._require(key, replacing)
            self.held[key] = (content, self.world.now)
        return _tag(content)

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        self._count()
        with self._turn:
            self._require(key, replacing)
            self.held.pop(key, None)

    def keys(self, prefix: str) -> Sequence[str]:
        self._count()
        return sorted(key for key in self.held if key.startswith(prefix))

    def versions(self, key: str) -> Sequence[Version]:
        self._count()
        return [Version("", self.held[key][1], len(self.held[key][0]))] if key in self.held else []

    def _count(self) -> None:
        self.calls += 1
        if self.broken:
            raise Failed("state.unreachable", "the store does not answer")

    def _require(self, key: str, replacing: str | None) -> None:
        present = _tag(self.held[key][0]) if key in self.held else ABSENT
        if replacing is not None and replacing != present:
            raise Conflict(key)


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
