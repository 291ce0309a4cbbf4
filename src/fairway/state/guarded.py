"""Objects that only who holds the lease may change."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fairway.model.objects import Appending, Blob, Objects, Version


def guarded(objects: Objects, guard: Callable[[], None]) -> Objects:
    """The same objects; `guard` raises where nothing may be changed any more."""
    if isinstance(objects, Appending):
        return _GuardedAppending(objects, guard, objects.append)
    return _Guarded(objects, guard)


class _Guarded:
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

    def versions(self, key: str) -> Sequence[Version]:
        return self._objects.versions(key)


class _GuardedAppending(_Guarded):
    """Fulfils `Appending` too."""

    def __init__(self, objects: Objects, guard: Callable[[], None], append: Callable[..., None]) -> None:
        super().__init__(objects, guard)
        self._append = append

    def append(self, key: str, content: bytes, *, size: int) -> None:
        self._guard()
        self._append(key, content, size=size)
