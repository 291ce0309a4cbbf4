"""What is kept beside a stack's document: the journal of an apply, and the numbered deployments."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Appending, Blob, Conflict, Objects
from fairway.state.parsing import NotJson, parse

Get = Callable[[str], Blob | None]
"""Finds an object by its key, as `Objects.get` does."""


class JournalFile:
    """Lines of JSON that survive whoever wrote them; what they mean is the apply's.

    One run writes it, and not from several threads at once. `read` comes first: nothing is appended to
    what has not been seen.
    """

    def __init__(self, objects: Objects, key: str, where: str) -> None:
        self._objects = objects
        self._key = key
        self._where = where
        self._content = b""
        self._tag: str | None = None
        self._whole = 0  # the object's size, where all of it is whole lines

    def read(self, get: Get | None = None) -> list[Mapping[str, Any]]:
        """Every line that was written whole; a last one that was cut off is left out.

        With `get` as that finds the journal.
        Raises Failed (`state.damaged`) for a line that is no JSON object.
        """
        blob = (get or self._objects.get)(self._key)
        self._tag = blob.tag if blob else ABSENT
        content = blob.content if blob else b""
        self._content = content[: content.rfind(b"\n") + 1]
        self._whole = len(content) if content == self._content else 0
        return [self._parsed(line) for line in self._content.splitlines()]

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Add lines; they are durable when it returns.

        Raises Failed (`state.conflict`) when another run has written the journal in the meantime.
        """
        if self._tag is None:
            self.read()
        encoded = (json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
        try:
            self._add(b"".join(encoded))
        except Conflict:
            raise _in_use(self._where) from None

    def _add(self, added: bytes) -> None:
        if self._whole and isinstance(self._objects, Appending):
            self._objects.append(self._key, added, size=self._whole)
            self._whole += len(added)
            self._content = b""  # nobody will need it again: what is there stays
            return
        self._content += added
        self._tag = self._objects.put(self._key, self._content, replacing=self._tag)
        self._whole = len(self._content)

    def clear(self) -> None:
        """Remove the journal. Raises Failed as `append` does."""
        try:
            self._objects.delete(self._key, replacing=self._last_tag())
        except Conflict:
            raise _in_use(self._where) from None
        self._content, self._tag, self._whole = b"", ABSENT, 0

    def _last_tag(self) -> str | None:
        """The tag of what this run wrote last; what was appended has got none yet."""
        if not self._whole or self._content:
            return self._tag
        blob = self._objects.get(self._key)
        if blob is None or len(blob.content) != self._whole:
            raise Conflict
        return blob.tag

    def _parsed(self, line: bytes) -> Mapping[str, Any]:
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        if isinstance(found, dict):
            return found
        raise Failed(
            "state.damaged",
            "the journal is damaged",
            where=self._where,
            why=f"a line is no JSON object: {line[:60].decode(errors='replace')}",
            next="restore the object from a backup or an earlier version of it; where there is none, remove"
            " it and run `fairway deploy --adopt '*'`, which finds what the run that was cut off had made",
        )


class Deployments:
    """Numbered JSON documents, `000012.json`; what they hold is the history's."""

    def __init__(self, objects: Objects, prefix: str, where: str) -> None:
        self._objects = objects
        self._prefix = prefix
        self._where = where

    def numbers(self) -> list[int]:
        """The numbers there are, ascending."""
        names = (key.removeprefix(self._prefix) for key in self._objects.keys(self._prefix))
        stems = (name.removesuffix(".json") for name in names if name.endswith(".json"))
        return sorted(int(stem) for stem in stems if stem.isdigit())

    def read(self, number: int) -> dict[str, Any] | None:
        """A record; None when there is none. Raises Failed (`state.damaged`) when it cannot be read."""
        blob = self._objects.get(self._key(number))
        if blob is None:
            return None
        try:
            record = parse(blob.content)
        except NotJson as error:
            where = f"{self._where}{number:06d}.json"
            raise Failed(
                "state.damaged", "a deployment's record is damaged", where=where, why=str(error)
            ) from None
        found: dict[str, Any] = record
        return found

    def write(self, number: int, record: Mapping[str, Any], *, new: bool = False) -> None:
        """Write a record. Raises Conflict when it has to be `new` and the number is taken."""
        content = json.dumps(record, separators=(",", ":")).encode()
        self._objects.put(self._key(number), content, replacing=ABSENT if new else None)

    def remove(self, number: int) -> None:
        """Remove a record; no error when there is none."""
        self._objects.delete(self._key(number))

    def _key(self, number: int) -> str:
        return f"{self._prefix}{number:06d}.json"


def _in_use(where: str) -> Failed:
    return Failed(
        "state.conflict",
        "somebody else has written this stack's journal in the meantime",
        where=where,
        why="two runs work on one stack at once",
        next="run the command again when the other one has ended",
    )
