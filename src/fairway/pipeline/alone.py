"""One run at a time in a folder: what a run plans and shows is what it carries out, its times its own."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from fairway.model.errors import Failed
from fairway.model.events import Waiting
from fairway.pipeline.delivery import Delivery

PAUSE = 0.2
"""Seconds between two looks."""


@contextmanager
def alone(delivery: Delivery) -> Iterator[None]:
    """Wait until no other run works in the folder, and keep others out; the kernel lets go of what the dead
    held.

    Raises Failed where another one works there for longer than the run waits.
    """
    with delivery.folder.lock() as file:
        if not _taken(file):
            _wait(delivery, file)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _wait(delivery: Delivery, file: IO[str]) -> None:
    ports, since = delivery.ports, delivery.now
    who = f"another run for {delivery.environment} in this folder (process {_holder(file)})"
    delivery.emit(Waiting(since, who))
    if not ports.agrees_to_wait():
        raise _under_way(who, 0.0)
    while not _taken(file):
        if ports.patience is not None and delivery.now - since >= ports.patience:
            raise _under_way(who, ports.patience)
        ports.interruption.event.wait(PAUSE)


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(file: IO[str]) -> str:
    file.seek(0)
    return file.read().strip() or "unknown"


def _under_way(who: str, waited: float) -> Failed:
    return Failed(
        "run.under-way",
        f"{who} has not ended",
        why=f"waited {waited:g} s; two of them would take each other's plans for their own",
        next="run it again once that one has ended, or wait longer with --wait-for-lock",
    )
