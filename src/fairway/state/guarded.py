"""Objects that only who holds the lease may change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fairway.model.objects import Appending, Blob, Objects, Version


class Guarded:
    """Fulfils `Objects` with those of another; `guard` raises where nothing may be changed any more."""

    def __init__(self, objects: Objects, guard: Callable[[], None]) -> None:
        self._objects = objects
        self._guard = guard

    @property
    def place(self) -> str:
        return self._objects.place

    def get(self, key: str, *, version: str = "") -> Blob | None:
        return self._objects.get(key, version=version)

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
        self._guard()
        return self._objects.put(key, content, replacing=replacing, durable=durable)

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        self._guard()
        self._objects.delete(key, replacing=replacing)

    def keys(self, prefix: str) -> Sequence[str]:
        return self._objects.keys(prefix)

    def versions(self, key: str) -> Iterable[Version]:
        return self._objects.versions(key)


class GuardedAppending(Guarded):
    """The same for objects that can grow in place."""

    def append(self, key: str, content: bytes, *, size: int) -> None:
        assert isinstance(self._objects, Appending)
        self._guard()
        self._objects.append(key, content, size=size)


def guarded(objects: Objects, guard: Callable[[], None]) -> Objects:
    """The objects behind a guard, with all they can do."""
    return GuardedAppending(objects, guard) if isinstance(objects, Appending) else Guarded(objects, guard)
