"""The state during an apply: changed by many threads, written before any of them goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Condition

from fairway.model.errors import Failed
from fairway.model.state import StackState

Save = Callable[[StackState], StackState]


class Ledger:
    """Holds the state; `save` writes it and returns it under its new serial."""

    def __init__(self, state: StackState, save: Save) -> None:
        self._state = state
        self._save = save
        self._version = self._written = 0
        self._writing = False
        self._turn = Condition()

    @property
    def state(self) -> StackState:
        """The state as it is now."""
        with self._turn:
            return self._state

    def commit(self, change: Callable[[StackState], StackState]) -> None:
        """Change the state and return when a document that holds the change has been written.

        One thread writes for all whose changes came before it began, so that a burst costs few writes.
        Raises Failed when the document cannot be written.
        """
        with self._turn:
            self._state = change(self._state)
            self._version += 1
            mine = self._version
            while self._written < mine:
                if self._writing:
                    self._turn.wait()
                else:
                    self._write()

    def _write(self) -> None:
        """Called in turn; others change the state on while it writes."""
        self._writing = True
        state, version = self._state, self._version
        self._turn.release()
        try:
            serial = self._save(state).serial
        except OSError as error:
            raise _not_written(error) from error
        finally:
            self._turn.acquire()
            self._writing = False
            self._turn.notify_all()
        self._state = replace(self._state, serial=serial)
        self._written = version


def _not_written(error: OSError) -> Failed:
    return Failed(
        "state.not-written",
        "the state document cannot be written",
        why=str(error),
        next="make room or give the rights, then deploy again: what is there already is found again",
    )
