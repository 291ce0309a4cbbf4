"""The lock on a stack: `flock` on a file, so that the kernel ends it when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from fairway.model.errors import Failed

FIRST_WAIT, LONGEST_WAIT = 0.02, 0.5


@dataclass(frozen=True)
class Holder:
    """Who holds a lock; empty while it is being written. `since` is in seconds since the epoch."""

    pid: int = 0
    command: str = ""
    since: float = 0

    def __str__(self) -> str:
        return f"{self.command} (process {self.pid})" if self.pid else "another process"


@contextmanager
def hold(
    path: Path,
    *,
    command: str,
    timeout: float | None,
    waiting: Callable[[Holder], None] | None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Hold the lock at `path`. Without a timeout (in seconds) it waits as long as it takes.

    Raises Failed, naming the holder, when the time is up.
    """
    # The file is never removed: another process may just be waiting on it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(descriptor, timeout, waiting, clock, sleep)
        _tell(descriptor, Holder(os.getpid(), command, clock()))
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(
    descriptor: int,
    timeout: float | None,
    waiting: Callable[[Holder], None] | None,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    started, pause = clock(), FIRST_WAIT
    while not _try(descriptor):
        if timeout is not None and clock() - started >= timeout:
            raise _taken(_holder(descriptor), timeout)
        if waiting and pause == FIRST_WAIT:
            waiting(_holder(descriptor))
        sleep(pause)
        pause = min(pause * 2, LONGEST_WAIT)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tell(descriptor: int, holder: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)


def _holder(descriptor: int) -> Holder:
    try:
        return Holder(**json.loads(os.pread(descriptor, 4096, 0)))
    except (ValueError, TypeError):
        return Holder()


def _taken(holder: Holder, timeout: float) -> Failed:
    return Failed(
        "state.locked",
        f"{holder} is working on this stack",
        why=f"waited {timeout:g} s for it to finish",
        next="run again when it has finished",
    )
