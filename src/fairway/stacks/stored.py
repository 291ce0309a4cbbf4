"""What is stored about a stack: its saved state, and the journal of an apply that has not ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread
from typing import Any

from fairway.apply.folds import gone_on
from fairway.model.errors import FairwayError
from fairway.model.journal import Entry, Remains, interrupted, read_entries
from fairway.model.state import StackState
from fairway.state.ahead import Ahead
from fairway.state.records import Get
from fairway.state.store import DOCUMENT, Store, written_by_another


class Stored:
    """One run's way to it. Fulfils `fairway.apply.ledger.Journal`.

    `ahead` is what was there when the run began to take the lease, which it holds by now.
    As a context it waits in the end for what goes on beside the run.
    """

    def __init__(self, store: Store, environment: str, stack: str, ahead: Ahead | None = None) -> None:
        self.store = store
        self._ahead = ahead
        self._unsure: Ahead | None = None
        self._place = (environment, stack)
        self._journal = store.journal(environment, stack)
        self._saved: StackState | None = None
        self._entries: Sequence[Entry] = ()
        self._in_use = False
        self._clearing: Thread | None = None

    def __enter__(self) -> Stored:
        return self

    def __exit__(self, *_: object) -> None:
        self._wait()

    def load(self) -> StackState | None:
        """The saved state with the journal that goes on from it; None when the stack was never deployed.

        Where it was read ahead, `is_current` tells later whether it still held when the lease was taken.
        """
        self._wait()  # what an earlier settling still clears must not be read as it goes
        self._unsure, self._ahead = self._ahead, None
        if self._unsure:
            self._unsure.look_again()
            self._read(self._unsure.get)
        if not self._unsure or (self._entries and not self.is_current()):
            self._read()
        return gone_on(self._saved, self._entries)

    def is_current(self) -> bool:
        """Whether what was loaded is what is there; if not, it is to be loaded again."""
        unsure, self._unsure = self._unsure, None
        return unsure is None or unsure.holds()

    def _read(self, get: Get | None = None) -> None:
        with ThreadPoolExecutor(1, "journal") as beside:
            lines = beside.submit(self._journal.read, get)
            self._saved = self.store.load(*self._place, get)
            self._entries = read_entries(lines.result())
        self._in_use = bool(self._entries)

    @property
    def interrupted(self) -> Remains | None:
        """The run that was cut off, where there was one, or the one that is under way."""
        return interrupted(self._saved, self._entries)

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Add lines to the journal; they are durable when it returns.

        Raises Failed (`state.conflict`) when what was loaded is not what is there.
        """
        self._wait()
        if not self.is_current():
            raise written_by_another(self.store.where(self.store.key(*self._place, DOCUMENT)))
        self._in_use = True
        self._journal.append(lines)

    def settle(self, state: StackState) -> StackState:
        """Save the state where it differs from what is saved. Then the journal is dead, and is cleared."""
        if state != self._saved:
            self._saved = state = self.store.save(state)
        self._wait()
        if self._in_use:
            self._clearing = Thread(target=self._try_to_clear, name="journal")
            self._clearing.start()
        return state

    def archive(self) -> None:
        """Put the state of a destroyed stack aside, and not before its journal is gone.

        Without the state no journal would be known to be dead. Raises Failed where either cannot be written.
        """
        self._wait()
        if self._in_use:
            self._clear()
        self.store.archive(*self._place)

    def _try_to_clear(self) -> None:
        with suppress(FairwayError):  # a dead journal is in nobody's way
            self._clear()

    def _clear(self) -> None:
        self._journal.clear()
        self._in_use = False

    def _wait(self) -> None:
        if self._clearing:
            self._clearing.join()
