"""A word left in a place where a stack's state is not, or not yet, or no more: where it is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from fairway.model.errors import Failed
from fairway.model.objects import Objects
from fairway.state.parsing import NotJson, parse


@dataclass(frozen=True)
class Pointer:
    """The state of this lineage is at `place`; it had this serial when the pointer was written."""

    place: str
    lineage: str
    serial: int


class PointerFile:
    """The pointer of one stack. It counts only where there is no state."""

    def __init__(self, objects: Objects, key: str, where: str) -> None:
        self._objects = objects
        self._key = key
        self.where = where

    def read(self) -> Pointer | None:
        """The pointer; None when there is none. Raises Failed (`state.damaged`) when it cannot be read."""
        blob = self._objects.get(self._key)
        if blob is None:
            return None
        try:
            return Pointer(**parse(blob.content))
        except NotJson as error:
            raise self._damaged(str(error)) from None
        except TypeError:
            raise self._damaged("it is not an object with `place`, `lineage` and `serial`") from None

    def _damaged(self, why: str) -> Failed:
        return Failed(
            "state.damaged",
            "the word on where this stack's state went is damaged",
            where=self.where,
            why=why,
            next="remove that object when you know where the state is, and name that place with --state",
        )

    def write(self, pointer: Pointer) -> None:
        """Write the pointer, in the place of any other."""
        self._objects.put(self._key, (json.dumps(asdict(pointer), indent=1) + "\n").encode())

    def remove(self) -> None:
        """Remove it; no error when there is none."""
        self._objects.delete(self._key)
