"""Intents are durable before anybody goes on; what was done is written behind, many entries at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from tests.world import Notebook, fresh

from fairway.apply.ledger import Ledger
from fairway.model.errors import Failed
from fairway.model.journal import Done, Gone, Intent
from fairway.model.plan import Action
from fairway.model.state import ResourceState

TYPE = "Test::Any::Thing"


class Slow(Notebook):
    """Writing takes 20 ms."""

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        time.sleep(0.02)
        super().append(lines)


class Failing(Notebook):
    """Takes one write and fails then."""

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        if self.appends:
            raise Failed("state.unreachable", "the store does not answer")
        super().append(lines)


def intents(*addresses: str) -> list[Intent]:
    return [Intent(address, TYPE, Action.CREATE) for address in addresses]


def done(address: str) -> Done:
    return Done(ResourceState(address, TYPE, f"id-{address}"))


def test_intents_are_written_when_begin_returns() -> None:
    journal = Slow()
    with Ledger(fresh(), journal) as ledger:
        ledger.begin(intents("A", "B"))
        assert list(journal.read()) == intents("A", "B")


def test_nobody_waits_for_what_is_written_behind() -> None:
    with Ledger(fresh(), Slow()) as ledger:
        ledger.begin(intents("A"))
        started = time.monotonic()
        ledger.commit(done("A"))
        assert time.monotonic() - started < 0.02
        assert set(ledger.state.resources) == {"A"}


def test_what_has_to_be_durable_is_written_when_commit_returns() -> None:
    journal = Slow()
    with Ledger(fresh(), journal) as ledger:
        ledger.begin(intents("A"))
        ledger.commit(Gone("A", TYPE, "old"), durable=True)
        assert journal.read()[-1] == Gone("A", TYPE, "old")


def test_what_nobody_waits_for_is_gathered() -> None:
    journal = Notebook()
    with Ledger(fresh(), journal, gather=0.05) as ledger:
        ledger.begin(intents("A", "B"))
        ledger.commit(done("A"))
        time.sleep(0.01)
        ledger.commit(done("B"))
        deadline = time.monotonic() + 5
        while len(journal.read()) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert (len(journal.read()), journal.appends) == (4, 2)


def test_a_burst_costs_few_writes() -> None:
    journal = Slow()
    addresses = [f"R{number}" for number in range(64)]
    with Ledger(fresh(), journal) as ledger:
        ledger.begin(intents(*addresses))
        with ThreadPoolExecutor(32) as pool:
            list(pool.map(lambda address: ledger.commit(done(address)), addresses))
        ledger.commit(Gone("R0", TYPE, "id-R0"), durable=True)
    assert len(journal.read()) == 129
    assert journal.appends <= 5


def test_what_was_not_written_yet_is_in_the_state_that_is_saved() -> None:
    with Ledger(fresh(), Slow()) as ledger:
        ledger.begin(intents("A", "B"))
        ledger.commit(done("A"))
    state = ledger.ended([])
    assert (set(state.resources), set(state.pending)) == ({"A"}, {"B"})


def test_trouble_is_told_and_whoever_needs_the_entry_does_not_go_on() -> None:
    with Ledger(fresh(), Failing()) as ledger:
        ledger.begin(intents("A"))
        with pytest.raises(Failed) as caught:
            ledger.commit(Gone("A", TYPE, "old"), durable=True)
        assert ledger.trouble is caught.value
        ledger.commit(done("A"))
    assert set(ledger.ended([]).resources) == {"A"}, "what was under way is not forgotten"


def test_what_was_never_sent_leaves_no_trace_in_the_state_that_is_saved() -> None:
    state = replace(fresh(), resources={"A": done("A").resource})
    change = Intent("A", TYPE, Action.REPLACE, 1, "id-A", {"Size": 1}, ("Size",), ("B",))
    with Ledger(state, Notebook()) as ledger:
        ledger.begin([change, *intents("B", "C")])
        ledger.commit(done("C"))
    assert set(ledger.ended([]).pending) == {"A", "B"}
    assert ledger.ended({("A", ""), ("B", "")}) == replace(
        state, resources={**state.resources, "C": done("C").resource}
    )
