"""The events of a deployment as JSON lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from fairway.model.events import Emit, Event, to_json
from fairway.model.objects import Objects
from fairway.state.folder import FolderObjects


@contextmanager
def recording(objects: Objects, key: str) -> Iterator[Emit]:
    """Records each event, in place of those of the last deployment; safe to call from several threads.

    In a folder each is written at once; elsewhere all of them when the block ends.
    """
    if isinstance(objects, FolderObjects):
        with _appending(objects.make_room(key)) as emit:
            yield emit
    else:
        lines: list[str] = []
        try:
            yield lambda event: lines.append(_line(event))
        finally:
            objects.put(key, "".join(lines).encode())


@contextmanager
def _appending(path: Path) -> Iterator[Emit]:
    turn = Lock()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # Without a buffer: what could not be written must not be tried again when the file is closed.
    with open(descriptor, "wb", buffering=0) as file:

        def emit(event: Event) -> None:
            line = _line(event)
            with turn:
                file.write(line.encode())

        yield emit


def _line(event: Event) -> str:
    return json.dumps(to_json(event)) + "\n"


def read(objects: Objects, key: str) -> list[dict[str, Any]]:
    """The events in order. A last line that was cut off by a kill is left out."""
    blob = objects.get(key)
    found = []
    for line in blob.content.decode(errors="replace").splitlines() if blob else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found
