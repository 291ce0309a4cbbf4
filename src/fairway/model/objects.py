"""What a state backend has to be able to do: keep named objects that only those replace who saw them.

Everything above (documents, journals, leases, history) is the same for every backend.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

ABSENT = ""
"""The tag of an object that does not exist."""


class Conflict(Exception):
    """Somebody else created, replaced or removed the object in the meantime."""


@dataclass(frozen=True)
class Blob:
    """An object's content; `tag` names exactly this content (S3's ETag)."""

    content: bytes = field(repr=False)
    tag: str


@dataclass(frozen=True)
class Version:
    """An object as it was once; `at` is when it was written, in seconds since the epoch, `size` in bytes."""

    id: str
    at: float
    size: int


@runtime_checkable
class Appending(Protocol):
    """Objects that can grow without being written again; not every backend's can."""

    def append(self, key: str, content: bytes, *, size: int) -> None:
        """Add to an object of so many bytes; durable when it returns. Raises Conflict for another size."""
        ...


class Objects(Protocol):
    """Objects by key (`prod/shop/state.json`). Safe to use from several threads and processes.

    Raises Failed (`state.unreachable`, `state.denied`) when the backend cannot be used.
    """

    @property
    def place(self) -> str:
        """Where it is, for people: a folder, or `s3://bucket/prefix`."""
        ...

    def get(self, key: str, *, version: str = "") -> Blob | None:
        """The object, or one of its earlier versions; None when there is none."""
        ...

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
        """Write the whole object and return its new tag.

        `replacing` is the tag it must have, ABSENT that it must not exist, None whatever is there. Raises
        Conflict when it is otherwise. What is not `durable` has to survive the death of this process, but
        not of the machine, where that costs less.
        """
        ...

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        """Remove the object (no error when there is none). Raises Conflict as `put` does."""
        ...

    def keys(self, prefix: str) -> Sequence[str]:
        """The keys that begin with a prefix, sorted."""
        ...

    def versions(self, key: str) -> Iterable[Version]:
        """Every version that is kept of an object, newest first, the present one included.

        They may be many (a lease has one for each renewal), and are listed as they are asked for.
        """
        ...
