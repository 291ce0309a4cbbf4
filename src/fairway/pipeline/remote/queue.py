"""Pushes to an environment take their turns, in the order in which they came.

Each has a ticket: a file with a number, locked as long as the push lives. Whoever comes next waits for all
tickets before its own; one that nobody holds any more keeps nobody.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.2
"""Seconds between two looks at whether it is one's turn."""
_LONGEST = 1000


@contextmanager
def turn(folder: Path, who: str, wait: Callable[[str], None]) -> Iterator[int]:
    """Wait for the turn in a queue, and hold it. Those who inherit the descriptor hold it too.

    `wait` is called again and again with who is waited for, and passes the time; what it raises ends the
    wait.
    """
    ticket, descriptor = _take(folder, who)
    try:
        for earlier in sorted(folder.glob("*.ticket")):
            if earlier < ticket:
                _await(earlier, wait)
        yield descriptor
    finally:
        ticket.unlink(missing_ok=True)
        os.close(descriptor)


def telling(environment: str, say: Callable[[str], None], wait: Callable[[], None]) -> Callable[[str], None]:
    """A way to wait that says once whom it waits for."""
    waited: set[str] = set()

    def told(other: str) -> None:
        if other not in waited:
            waited.add(other)
            say(f"waiting for another push to {environment}: {other}")
        wait()

    return told


def _take(folder: Path, who: str) -> tuple[Path, int]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "counter").open("a+") as counter:
        fcntl.flock(counter, fcntl.LOCK_EX)
        counter.seek(0)
        number = int(counter.read() or 0) + 1
        counter.truncate(0)
        counter.write(str(number))
        path = folder / f"{number:08}.ticket"
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, who.encode())
    return path, descriptor


def _await(earlier: Path, wait: Callable[[str], None]) -> None:
    try:
        descriptor = os.open(earlier, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        who = os.read(descriptor, _LONGEST).decode(errors="replace")
        while not _is_free(descriptor):
            wait(who)
        earlier.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _is_free(descriptor: int) -> bool:
    """Shared, so that two who look at once do not take each other for the holder."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True
