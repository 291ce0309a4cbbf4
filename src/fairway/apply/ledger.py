"""The state during an apply: changed by many threads, written before any of them goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from fairway.model.errors import Failed
from fairway.model.state import StackState

Save = Callable[[StackState], StackState]


class Ledger:
    """Holds the state; `save` writes it and returns it under its new serial."""

    def __init__(self, state: StackState, save: Save) -> None:
        self._state = state
        self._save = save
        self._version = self._written = 0
        self._changing = Lock()
        self._writing = Lock()

    @property
    def state(self) -> StackState:
        """The state as it is now."""
        with self._changing:
            return self._state

    def commit(self, change: Callable[[StackState], StackState]) -> None:
        """Change the state and return when a document that holds the change has been written.

        Whoever comes to write first writes for all who are waiting, so that a burst costs few writes.
        Raises Failed when the document cannot be written.
        """
        with self._changing:
            self._state = change(self._state)
            self._version += 1
            mine = self._version
        with self._writing:
            if self._written < mine:
                self._write()

    def _write(self) -> None:
        with self._changing:
            state, version = self._state, self._version
        try:
            saved = self._save(state)
        except OSError as error:
            raise _not_written(error) from error
        with self._changing:
            self._state = replace(self._state, serial=saved.serial)
            self._written = version


def _not_written(error: OSError) -> Failed:
    return Failed(
        "state.not-written",
        "the state document cannot be written",
        why=str(error),
        next="make room or give the rights, then deploy again: what is there already is found again",
    )
