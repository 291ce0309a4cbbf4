"""State is written before anybody goes on, and a burst of changes costs few writes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from tests.world import fresh

from fairway.apply import folds
from fairway.apply.ledger import Ledger
from fairway.model.errors import Failed
from fairway.model.state import ResourceState, StackState


class Disk:
    """Keeps what was written last; a write takes a while."""

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds
        self.written = StackState("", "")
        self.writes = 0

    def save(self, state: StackState) -> StackState:
        time.sleep(self.seconds)
        self.writes += 1
        self.written = replace(state, serial=state.serial + 1)
        return self.written


def settle(ledger: Ledger, address: str) -> None:
    entry = ResourceState(address, "Test::Any::Thing", address)
    ledger.commit(partial(folds.settled, resource=entry))


def test_a_change_is_written_when_commit_returns() -> None:
    disk = Disk()
    ledger = Ledger(fresh(), disk.save)
    settle(ledger, "A")
    settle(ledger, "B")
    assert set(disk.written.resources) == {"A", "B"}
    assert ledger.state == disk.written
    assert disk.written.serial == 2


def test_a_burst_costs_few_writes_and_loses_nothing() -> None:
    disk = Disk(seconds=0.01)
    ledger = Ledger(fresh(), disk.save)

    def change(number: int) -> bool:
        settle(ledger, f"R{number}")
        return f"R{number}" in disk.written.resources

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(change, range(64)))
    assert len(disk.written.resources) == 64
    assert disk.writes <= 16
    assert disk.written.serial == disk.writes


def test_a_change_that_could_not_be_written_is_written_with_the_next() -> None:
    disk = Disk()
    failing = [True]

    def save(state: StackState) -> StackState:
        if failing.pop() if failing else False:
            raise OSError("No space left on device")
        return disk.save(state)

    ledger = Ledger(fresh(), save)
    with pytest.raises(Failed) as caught:
        settle(ledger, "A")
    assert (caught.value.code, caught.value.why) == ("state.not-written", "No space left on device")
    settle(ledger, "B")
    assert set(disk.written.resources) == {"A", "B"}
