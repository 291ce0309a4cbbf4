"""The files by which commands find a running local cloud: its record, and a lock it holds while it lives."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

_NAME = "daemon.json"
_LOCK = "daemon.lock"

# Exit codes of a daemon that does not come to run.
PORT_TAKEN = 3
ALREADY_THERE = 4


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


def hold(home: Path) -> IO[str] | None:
    """Become the daemon of that folder for as long as the answer is kept open; None when there is one.

    The kernel lets go when the process dies, however it dies, so the lock is never stale.
    """
    lock = (home / _LOCK).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def holder(home: Path) -> int | None:
    """The process id of the daemon that lives, whether it answers or not."""
    try:
        lock = (home / _LOCK).open()
    except FileNotFoundError:
        return None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read() or 0) or None
    return None
