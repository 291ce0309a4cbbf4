"""The state during an apply: changed by many threads, written down while they go on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from threading import Condition, Thread
from types import TracebackType
from typing import Any, Protocol

from fairway.apply.folds import Folding, fold
from fairway.model.errors import Failed, FairwayError
from fairway.model.journal import Entry, Intent, to_json
from fairway.model.state import ResourceState, StackState

GATHER = 0.5
"""Seconds in which what was done is gathered for one write, where nobody waits for it."""


class Journal(Protocol):
    """Where entries are kept until the state that holds them has been saved."""

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Add JSON lines; they are durable when it returns. Called by one thread at a time.

        Raises Failed or OSError when they cannot be written, after all the patience it has.
        """
        ...


class Ledger:
    """Holds the state and writes entries. What is about to be done is written before anybody goes on,
    what has been done by a thread of its own, as many entries at a time as there are by then: nobody waits
    for them, for until they are written their intents tell what to look for.

    Once there is `trouble` entries are no longer written: nothing that was not begun must begin then.
    """

    def __init__(self, state: StackState, journal: Journal, *, gather: float = GATHER) -> None:
        self._base = state
        self._folding = Folding(state)
        self._journal = journal
        self._entries: list[Entry] = []
        self._gather = gather
        self._written = self._wanted = 0
        self._closing = False
        self._turn = Condition()
        self._writer: Thread | None = None
        self.trouble: FairwayError | None = None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop writing: the state that is saved next says all that was not written yet."""
        with self._turn:
            self._closing = True
            self._turn.notify_all()
        if self._writer:
            self._writer.join()

    @property
    def secret_key(self) -> str:
        """The key that the stack's secrets are hashed with."""
        return self._base.secret_key

    @property
    def state(self) -> StackState:
        """The state with all that is done for sure, without what is only intended."""
        with self._turn:
            return self._folding.state

    def held(self, address: str) -> ResourceState:
        """The resource that stands at an address now."""
        with self._turn:
            return self._folding.resources[address]

    def leftover(self, address: str, identifier: str) -> ResourceState | None:
        """What still has to be deleted, or None when it is gone or was none."""
        with self._turn:
            left = self._folding.leftovers.values()
            return next(
                (held for held in left if (held.address, held.identifier) == (address, identifier)), None
            )

    def begin(self, entries: Iterable[Entry]) -> None:
        """Write what is about to be done: durable when this returns. Raises Failed when it cannot be."""
        with self._turn:
            for entry in entries:
                self._entries.append(entry)
                if not isinstance(entry, Intent):
                    self._folding.add(entry)
        self._write(len(self._entries))
        if self.trouble:
            raise self.trouble
        self._writer = Thread(target=self._write_behind, name="journal", daemon=True)
        self._writer.start()

    def commit(self, entry: Entry, *, durable: bool = False) -> None:
        """Change the state by what was done. With `durable` it is written when this returns.

        Raises Failed when it had to be and could not.
        """
        with self._turn:
            self._folding.add(entry)
            self._entries.append(entry)
            mine = len(self._entries)
            self._wanted = mine if durable else self._wanted
            self._turn.notify_all()
            while durable and self._written < mine and not self.trouble:
                self._turn.wait()
        if durable and self.trouble:
            raise self.trouble

    def ended(self, never_sent: Collection[tuple[str, str]]) -> StackState:
        """The state to save: what was intended and has not ended for sure may have been done.

        `never_sent` are the keys of the intents of which nothing was sent.
        """
        with self._turn:
            sent = (e for e in self._entries if not (isinstance(e, Intent) and e.key in never_sent))
            return fold(self._base, tuple(sent))

    def _write_behind(self) -> None:
        while not self.trouble:
            with self._turn:
                while self._written == len(self._entries) and not self._closing:
                    self._turn.wait()
                self._turn.wait_for(self._is_urgent, self._gather)
                if self._closing:
                    return
                end = len(self._entries)
            self._write(end)

    def _is_urgent(self) -> bool:
        return self._closing or self._wanted > self._written

    def _write(self, end: int) -> None:
        """Write the entries up to `end`."""
        trouble: FairwayError | None = None
        try:
            self._journal.append([to_json(entry) for entry in self._entries[self._written : end]])
        except FairwayError as error:
            trouble = error
        except Exception as error:
            trouble = _not_written(error)
        with self._turn:
            self._written, self.trouble = end, trouble
            self._turn.notify_all()


def _not_written(error: Exception) -> Failed:
    return Failed(
        "state.not-written",
        "the journal cannot be written",
        why=str(error),
        next="make room or give the rights, then deploy again: what is there already is found again",
    )
