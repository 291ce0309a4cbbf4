"""A stack's state and its journal are settled together, whatever goes on beside the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

import pytest
from tests.state.memory import MemoryObjects

from fairway.model.errors import Failed
from fairway.model.journal import Begun, to_json
from fairway.model.objects import Blob
from fairway.model.state import StackState
from fairway.stacks.stored import Stored
from fairway.state.document import new_state
from fairway.state.store import JOURNAL, Store

ENVIRONMENT, STACK = "prod", "shop"
KEY = f"{ENVIRONMENT}/{STACK}/{JOURNAL}"


@dataclass
class Slow(MemoryObjects):
    """Whoever reads the journal while it is being removed gets it, and only after it is gone."""

    removing: Event = field(default_factory=Event)
    removed: Event = field(default_factory=Event)
    was_read: Event = field(default_factory=Event)

    def get(self, key: str, *, version: str = "") -> Blob | None:
        found = super().get(key)
        if key == KEY and self.removing.is_set():
            self.was_read.set()
            self.removed.wait(5)
        return found

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        self.removing.set()
        self.was_read.wait(0.2)
        super().delete(key, replacing=replacing)
        self.removed.set()


@dataclass
class Keeps(MemoryObjects):
    """Lets nobody remove the journal."""

    refuses: bool = True

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        if self.refuses and key == KEY:
            raise Failed("state.unreachable", "the store does not answer")
        super().delete(key, replacing=replacing)


def begun(state: StackState) -> Begun:
    return Begun(1.0, "ann", "deploy", STACK, ENVIRONMENT, "1", "here", state.lineage, state.serial)


def applied(stored: Stored) -> StackState:
    """The stack after an apply that was journaled, as it was settled."""
    state = stored.settle(new_state(STACK, ENVIRONMENT))
    stored.append([to_json(begun(state))])
    return stored.settle(StackState(**{**vars(state), "region": "here"}))


def test_a_run_that_goes_on_after_settling_reads_no_journal_that_is_being_cleared() -> None:
    """As an automatic rollback does: it loads what the failed deploy has just settled, and journals again."""
    with Stored(Store(Slow()), ENVIRONMENT, STACK) as stored:
        state = applied(stored)
        assert stored.load() == state
        assert stored.interrupted is None
        stored.append([to_json(begun(state))])


def test_no_state_is_put_aside_while_the_journal_that_it_makes_dead_is_there() -> None:
    objects = Keeps()
    store = Store(objects)
    with Stored(store, ENVIRONMENT, STACK) as stored:
        state = applied(stored)
        with pytest.raises(Failed, match="does not answer"):
            stored.archive()
        assert store.load(ENVIRONMENT, STACK) == state
        objects.refuses = False
        stored.archive()
    assert store.load(ENVIRONMENT, STACK) is None
    assert KEY not in objects.held
