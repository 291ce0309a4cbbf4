"""Faults that AWS has and an emulator has not, each with a switch (see settings.py); all off at the start."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the commands import this package for its settings alone
    from fairway.local.faults.board import Board
    from fairway.local.wsgi import App


@functools.cache
def current() -> Board:
    """The switches of this process's cloud."""
    from fairway.local.faults.board import Board

    return Board()


def middleware(app: App) -> App:
    """`app` with the faults that are on."""
    from fairway.local.faults.middleware import faulty

    return faulty(app, current())


def reset() -> None:
    """All off."""
    current().reset()
