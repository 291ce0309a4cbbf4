"""The events of a deployment as JSON lines in a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from fairway.model.events import Emit, Event, to_json


@contextmanager
def recording(path: Path) -> Iterator[Emit]:
    """Appends each event to a new file at `path` at once; safe to call from several threads."""
    turn = Lock()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # Without a buffer: what could not be written must not be tried again when the file is closed.
    with open(descriptor, "wb", buffering=0) as file:

        def emit(event: Event) -> None:
            line = json.dumps(to_json(event))
            with turn:
                file.write(f"{line}\n".encode())

        yield emit


def read(path: Path) -> list[dict[str, Any]]:
    """The events in order. A last line that was cut off by a kill is left out."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found
