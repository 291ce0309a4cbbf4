"""What is stored about a stack: its saved state, and the journal of an apply that has not ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fairway.apply.folds import gone_on
from fairway.model.journal import Entry, Interrupted, interrupted, read_entries, refers_to
from fairway.model.state import StackState
from fairway.state.store import Store


class Stored:
    """One run's way to it. Fulfils `fairway.apply.ledger.Journal`."""

    def __init__(self, store: Store, environment: str, stack: str) -> None:
        self._store = store
        self._place = (environment, stack)
        self._journal = store.journal(environment, stack)
        self._saved: StackState | None = None
        self._entries: Sequence[Entry] = ()
        self._in_use = False

    def load(self) -> StackState | None:
        """The saved state with the journal that goes on from it; None when the stack was never deployed."""
        with ThreadPoolExecutor(1, "journal") as beside:
            lines = beside.submit(self._journal.read)
            self._saved = self._store.load(*self._place)
            self._entries = read_entries(lines.result())
        self._in_use = bool(self._entries)
        return gone_on(self._saved, self._entries)

    @property
    def interrupted(self) -> Interrupted | None:
        """The run that was cut off, where there was one, or the one that is under way."""
        found = interrupted(self._entries)
        return found if found and refers_to(found.begun, self._saved) else None

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Add lines to the journal; they are durable when it returns."""
        self._in_use = True
        self._journal.append(lines)

    def settle(self, state: StackState) -> StackState:
        """Save the state where it differs from what is saved; then no journal is needed any more."""
        if state != self._saved:
            self._saved = state = self._store.save(state)
        if self._in_use:
            self._journal.clear()
            self._in_use = False
        return state
