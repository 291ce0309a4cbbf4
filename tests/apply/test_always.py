"""What holds whatever happens: random definitions, failures, interrupts and kills, one after another.

After every run state is valid and says everything that exists; a run without trouble then finishes the
work, and the next plan is empty.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.world import (
    FUNCTION,
    POLICY,
    QUEUE,
    TABLE,
    TYPES,
    VERSION,
    Stack,
    actions,
    define,
    ref,
    resource,
    works,
)

from fairway.apply.accepted import caught_up
from fairway.apply.engine import apply
from fairway.apply.folds import fold
from fairway.apply.recover import recover
from fairway.model.errors import Failed
from fairway.model.graph import Definition, Resource
from fairway.model.journal import read_entries
from fairway.model.until import Until
from fairway.model.values import Secret, Value
from fairway.state.document import decode, encode
from fairway.state.folder import FolderObjects
from fairway.state.store import Store

ADDRESSES = "ABCDEFGH"


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Trouble:
    """Fails some calls before and some after they took effect; may stop or kill at the nth moment.

    Of the journal only the first `room` writes come through before a kill. What is under way after the run
    fails then where `late` says so.
    """

    seed: int
    failures: float
    stop_at: int
    kill_at: int
    room: int
    until: Until
    late: bool
    stop: Flag = field(default_factory=Flag)
    moments: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @property
    def dead(self) -> bool:
        """Whether the process has been killed: nothing it does has an effect any more."""
        return 0 < self.kill_at <= self.moments

    def __call__(self, moment: str, address: str) -> None:
        """Told of every moment of every call."""
        self.moments += 1
        if self.dead:
            raise Killed
        if self.moments == self.stop_at:
            self.stop.set()
        if moment != "find" and self._random.random() < self.failures:
            raise Failed("Broken", f"{moment} {address} failed")


troubles = st.builds(
    Trouble,
    seed=st.integers(0, 2**16),
    failures=st.sampled_from([0, 0.1, 0.4]),
    stop_at=st.integers(0, 20),
    kill_at=st.sampled_from([0, 0, 1, 2, 3, 5, 8, 13]),
    room=st.sampled_from([1, 3, 1000]),
    until=st.sampled_from(["ready", "configured"]),
    late=st.booleans(),
)


@st.composite
def resources(draw: st.DrawFn, address: str, usable: list[str]) -> Resource:
    """A resource of any type, with a given name or not, that may use others."""
    users = st.lists(st.sampled_from(usable), max_size=2) if usable else st.just([])
    used: list[Value] = [ref(each) for each in draw(users)]
    kind = draw(st.sampled_from([QUEUE, FUNCTION, TABLE, VERSION] + ([POLICY] if used else [])))
    number = draw(st.integers(0, 2))
    secret = Secret(f"s3cr3t-{number}")
    properties: dict[str, dict[str, Any]] = {
        QUEUE: {"Delay": number, "Fifo": draw(st.booleans()), "Target": used},
        FUNCTION: {
            "Code": f"c{number}",
            "Memory": 128 + number,
            "Environment": {"USED": used, "TOKEN": secret},
        },
        TABLE: {"Keys": [f"k{number}"], "Size": used},
        VERSION: {"Function": used, "Code": f"c{number}"},
        POLICY: {"Target": used[0] if used else "", "Document": f"[{number}]"},
    }
    if "Name" in TYPES[kind].readable and draw(st.booleans()):
        properties[kind]["Name"] = f"given-{address}-{kind.rpartition(':')[2]}"
    return resource(address, kind, **properties[kind])


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    chosen = draw(st.permutations(ADDRESSES))[: draw(st.integers(0, len(ADDRESSES)))]
    made: list[Resource] = []
    for address in chosen:
        # What is deleted before its replacement is made cannot be in use: this cloud would refuse.
        usable = [each.address for each in made if each.type != POLICY and "Name" not in each.properties]
        made.append(draw(resources(address, usable)))
    return define(*made, **{each.address: ref(each.address, "Arn") for each in made[-1:]})


def run(stack: Stack, definition: Definition, trouble: Trouble, concurrency: int) -> None:
    """One deploy in which things go wrong."""
    append, stack.journal.appends = stack.journal.append, 0

    def append_while_alive(lines: Sequence[Mapping[str, Any]]) -> None:
        if not trouble.dead and stack.journal.appends < trouble.room:
            append(lines)

    stack.journal.append = append_while_alive  # type: ignore[method-assign]
    plan, desired, state = stack.plan(definition, "*")
    stack.world.fault = trouble
    options: dict[str, Any] = {
        "concurrency": concurrency,
        "stop": trouble.stop,
        "gather": 0,
        "until": trouble.until,
    }
    with suppress(Killed):
        stack.apply(plan, desired, state, **options)
    stack.world.fault, stack.journal.append = works, append  # type: ignore[method-assign]
    if trouble.late:
        stack.world.fail_functions("the key is disabled")


def check(stack: Stack) -> None:
    """State is a document, has no secret, and knows everything that exists, once and under one address."""
    text = encode(stack.state)
    assert decode(text, "state.json") == stack.state
    assert b"s3cr3t" not in text
    assert "s3cr3t" not in "".join(stack.journal.lines)
    state = stack.known()
    known = {held.identifier for held in (*state.resources.values(), *state.leftovers)}
    pending = {(held.address, held.generation) for held in state.pending.values()}
    for identifier, existing in stack.world.held.items():
        owner = existing.owner
        assert identifier in known or (owner.address, owner.generation) in pending, "orphan"
    owners = [existing.owner for existing in stack.world.held.values()]
    assert len(set(owners)) == len(owners), "created twice"


deployments = given(
    st.lists(st.tuples(definitions(), troubles), min_size=1, max_size=4), st.sampled_from([1, 4])
)


@settings(max_examples=100, deadline=None, derandomize=True)
@deployments
def test_trouble_never_loses_or_doubles_anything(
    runs: list[tuple[Definition, Trouble]], concurrency: int
) -> None:
    survive(runs, concurrency)


@pytest.mark.soak
@settings(max_examples=5000, deadline=None)
@deployments
def test_a_lot_of_trouble(runs: list[tuple[Definition, Trouble]], concurrency: int) -> None:
    survive(runs, concurrency)


def survive(runs: list[tuple[Definition, Trouble]], concurrency: int) -> None:
    """Deploy in trouble again and again, then once without."""
    stack = Stack()
    for definition, trouble in runs:
        run(stack, definition, trouble, concurrency)
        check(stack)
    last = runs[-1][0]
    outcome = stack.deploy(last)
    assert outcome.complete, outcome
    assert actions(stack.plan(last)[0]) == {}
    assert not stack.world.under_way
    assert (stack.state.pending, stack.state.leftovers) == ({}, ())
    assert len(stack.world.held) == len(last.resources)
    assert stack.deploy(None).complete
    assert stack.world.held == {}


def test_a_real_folder_under_many_threads() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(FolderObjects(Path(folder)))
        definition = define(*(resource(f"Q{i}", Delay=i) for i in range(60)))
        stack, journal = Stack(), store.journal("dev", "shop")
        plan, desired, state = stack.plan(definition)
        outcome = apply(plan, desired, state, stack.world, journal, stack.events.append)
        assert len(outcome.state.resources) == 60
        found = recover(fold(state, read_entries(journal.read())), stack.world)
        written, _ = caught_up(found, stack.world, lambda *_: None, patient=True)
        assert written.resources == outcome.state.resources
