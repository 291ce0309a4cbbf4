"""Objects read while their lease is being taken, and compared once it is held: it costs no time to take."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from fairway.model.objects import Blob, Objects


class Ahead:
    """What some objects were before anybody else was kept from changing them.

    It may be worked with, but nothing may be changed on its word before `holds` has said so.
    """

    def __init__(self, objects: Objects, keys: Sequence[str]) -> None:
        self._objects = objects
        self._pool = ThreadPoolExecutor(len(keys), "ahead")
        self._first = self._read(keys)
        self._again: dict[str, Future[Blob | None]] = {}

    def get(self, key: str) -> Blob | None:
        """One of the objects, as it was; None where it was not there."""
        return self._first[key].result()

    def look_again(self) -> None:
        """Begin to read them anew. From before this call on, nobody else may change them."""
        self._again = self._read(tuple(self._first))
        self._pool.shutdown(wait=False)

    def holds(self) -> bool:
        """Whether they are now what they were."""
        return all(_tag(again.result()) == _tag(self.get(key)) for key, again in self._again.items())

    def _read(self, keys: Sequence[str]) -> dict[str, Future[Blob | None]]:
        return {key: self._pool.submit(self._objects.get, key) for key in keys}


def _tag(blob: Blob | None) -> str | None:
    return blob.tag if blob else None
