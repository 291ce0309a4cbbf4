"""The kept versions of a stack's document: listed, read by serial, and the last good one found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from fairway.model.errors import Failed, WrongInput
from fairway.model.objects import Objects, Version
from fairway.model.state import StackState
from fairway.state.document import decode

READERS = 16
"""Versions read at once."""


@dataclass(frozen=True)
class KeptVersion:
    """A version of a document. `state` is None, and `problem` says why, where it cannot be used.

    `at` is when it was written, in seconds since the epoch; `size` is in bytes.
    """

    at: float
    size: int
    state: StackState | None
    problem: str = ""


class Versions:
    """The versions of the document at `key`, newest first, the present one included."""

    def __init__(self, objects: Objects, key: str, where: str) -> None:
        self._objects = objects
        self._key = key
        self._where = where
        self._environment, self._stack, _ = key.split("/")

    def newest(self, count: int | None = None) -> Sequence[KeptVersion]:
        """The newest `count`, or all."""
        found = islice(self._objects.versions(self._key), count)
        with ThreadPoolExecutor(READERS) as pool:
            return [version for version in pool.map(self._read, found) if version]

    def of_serial(self, serial: int) -> StackState:
        """That version's state. Raises WrongInput, naming the serials there are, when it is not kept."""
        seen = []
        for state in self._good():
            if state.serial == serial:
                return state
            seen.append(state.serial)
        raise WrongInput(
            "state.no-version",
            f"there is no version {serial} of {self._stack} in {self._environment}",
            where=self._where,
            next=f"there are {_range(seen)}; `fairway state versions` lists them"
            if seen
            else "no version of it is kept",
        )

    def last_good(self) -> StackState | None:
        """The newest version that can be used."""
        return next(self._good(), None)

    def highest_serial(self) -> int:
        """The highest there may have been: versions that cannot be read have had one each."""
        seen = self.newest()
        good = max((each.state.serial for each in seen if each.state), default=0)
        return good + sum(each.state is None for each in seen)

    def _good(self) -> Iterator[StackState]:
        return (each.state for each in self._every() if each.state)

    def _every(self) -> Iterator[KeptVersion]:
        found = map(self._read, self._objects.versions(self._key))
        return (version for version in found if version)

    def _read(self, version: Version) -> KeptVersion | None:
        """None for one that has been pruned since it was listed."""
        blob = self._objects.get(self._key, version=version.id)
        if blob is None:
            return None
        try:
            state = decode(blob.content, self._where, environment=self._environment, stack=self._stack)
        except Failed as error:
            return KeptVersion(version.at, version.size, None, error.what)
        return KeptVersion(version.at, version.size, state)


def _range(serials: Sequence[int]) -> str:
    return f"version {serials[0]}" if len(serials) == 1 else f"versions {min(serials)} to {max(serials)}"
