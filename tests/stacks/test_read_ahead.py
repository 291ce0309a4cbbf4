"""What is stored is read while the lease is taken, and nothing is changed where that was too early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fairway.model.errors import Failed
from fairway.model.state import StackState
from fairway.stacks.stored import Stored
from fairway.state.document import new_state
from fairway.state.folder import FolderObjects
from fairway.state.store import Store

PLACE = ("dev", "shop")
Another = Callable[[], StackState]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(FolderObjects(tmp_path))
    store.save(new_state("shop", "dev"))
    return store


@pytest.fixture
def another(tmp_path: Path) -> Another:
    """Another run that saves the stack's state."""

    def save() -> StackState:
        store = Store(FolderObjects(tmp_path))
        state = store.load(*PLACE)
        assert state
        return store.save(replace(state, region="eu-west-1"))

    return save


def test_what_was_read_ahead_is_what_is_there(store: Store) -> None:
    stored = Stored(store, *PLACE, store.ahead(*PLACE))
    state = stored.load()
    assert state is not None
    assert state.serial == 1
    assert stored.is_current()


def test_a_run_that_ended_in_between_is_noticed_and_its_state_is_loaded(
    store: Store, another: Another
) -> None:
    ahead = store.ahead(*PLACE)
    ahead.get(store.key(*PLACE, "state.json"))
    written = another()
    stored = Stored(store, *PLACE, ahead)
    outdated = stored.load()
    assert outdated is not None
    assert outdated.serial < written.serial
    assert not stored.is_current()
    assert stored.load() == written
    assert stored.is_current()


def test_a_run_that_was_cut_off_in_between_is_noticed(store: Store) -> None:
    ahead = store.ahead(*PLACE)
    ahead.get(store.key(*PLACE, "journal.jsonl"))
    store.journal(*PLACE).append([{"line": 1}])
    stored = Stored(store, *PLACE, ahead)
    stored.load()
    assert not stored.is_current()


def test_nothing_is_written_ahead_for_a_plan_on_outdated_state(store: Store, another: Another) -> None:
    ahead = store.ahead(*PLACE)
    ahead.get(store.key(*PLACE, "state.json"))
    another()
    stored = Stored(store, *PLACE, ahead)
    stored.load()
    with pytest.raises(Failed, match="in the meantime") as failure:
        stored.append([{"line": 1}])
    assert failure.value.code == "state.conflict"
    assert not store.journal(*PLACE).read()
