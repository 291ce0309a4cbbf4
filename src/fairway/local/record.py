"""The file by which commands find a running local cloud."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = "daemon.json"


@dataclass(frozen=True, slots=True)
class Record:
    """Who answers where; `started` in seconds since 1970."""

    pid: int
    port: int
    started: float
    version: str

    @property
    def endpoint(self) -> str:
        return f"http://localhost:{self.port}"

    def write(self, home: Path) -> None:
        """Atomically: a reader sees the whole record or none."""
        temporary = home / f"{_NAME}.{os.getpid()}"
        temporary.write_text(json.dumps(asdict(self)))
        temporary.replace(home / _NAME)

    def remove(self, home: Path) -> None:
        """Unless another daemon has written its own since."""
        if read_record(home) == self:
            (home / _NAME).unlink(missing_ok=True)


def read_record(home: Path) -> Record | None:
    """None when there is no record, or one that cannot be read."""
    try:
        return Record(**json.loads((home / _NAME).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def delete_record(home: Path) -> None:
    """Remove a record whose daemon is gone."""
    (home / _NAME).unlink(missing_ok=True)
