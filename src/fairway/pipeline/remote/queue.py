"""Pushes to an environment take their turns, in the order in which they came.

Each has a ticket: a file with a number, locked as long as the push lives. Whoever comes next waits for all
tickets before its own; one that nobody holds any more keeps nobody.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PAUSE = 0.2
SETTLING = 10.0
"""Seconds in which git has moved the branch after a push was accepted; it takes milliseconds."""


@dataclass
class Ticket:
    """A place in the queue. `descriptor` may be handed to those who work in its name: they hold it too."""

    path: Path
    descriptor: int
    accepted: bool = False

    def accept(self, note: str) -> None:
        """Leave a note of what git will do now; without one nothing is left."""
        os.write(self.descriptor, f"\n{note}".encode())
        self.accepted = True


@contextmanager
def turn(
    folder: Path, who: str, wait: Callable[[str], None], settled: Callable[[str], bool]
) -> Iterator[Ticket]:
    """Wait for the turn in a queue, and hold it.

    `wait` is called again and again with who is waited for, and passes the time; what it raises ends the
    wait. `settled` says of a note that was left whether git has done so.
    """
    ticket = _take(folder, who)
    try:
        for earlier in sorted(folder.glob("*.ticket")):
            if earlier < ticket.path:
                _await(earlier, wait, settled)
        yield ticket
    finally:
        if not ticket.accepted:
            ticket.path.unlink(missing_ok=True)
        os.close(ticket.descriptor)


def _take(folder: Path, who: str) -> Ticket:
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
    return Ticket(path, descriptor)


def _await(earlier: Path, wait: Callable[[str], None], settled: Callable[[str], bool]) -> None:
    try:
        descriptor = os.open(earlier, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        who = _text(descriptor).partition("\n")[0]
        while not _is_free(descriptor):
            wait(who)
        note = _text(descriptor).partition("\n")[2]
        tries = round(SETTLING / PAUSE) if note else 0
        while tries and earlier.exists() and not settled(note):
            wait(who)
            tries -= 1
        earlier.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _text(descriptor: int) -> str:
    return os.pread(descriptor, 4096, 0).decode(errors="replace")


def _is_free(descriptor: int) -> bool:
    """Shared, so that two who look at once do not take each other for the holder."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True
