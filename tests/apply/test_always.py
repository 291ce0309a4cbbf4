"""What holds whatever happens: random definitions, failures, interrupts and kills, one after another.

After every run state is valid and says everything that exists; a run without trouble then finishes the
work, and the next plan is empty.
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.world import FUNCTION, POLICY, QUEUE, TABLE, VERSION, Stack, World, actions, define, ref, resource

from fairway.apply.engine import apply
from fairway.model.errors import Failed
from fairway.model.graph import Definition, Resource
from fairway.model.state import StackState
from fairway.model.values import Secret, Value
from fairway.state.document import decode, encode
from fairway.state.folder import FolderStore

ADDRESSES = "ABCDEFGH"


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Trouble:
    """Fails some calls before and some after they took effect; may stop or kill at the nth moment."""

    seed: int
    failures: float
    stop_at: int
    kill_at: int
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
)


@st.composite
def resources(draw: st.DrawFn, address: str, earlier: list[str]) -> Resource:
    """A resource that may use earlier ones, of any type, with a given name or not."""
    used: list[Value] = (
        [ref(each) for each in draw(st.lists(st.sampled_from(earlier), max_size=2))] if earlier else []
    )
    kind = draw(st.sampled_from([QUEUE, FUNCTION, TABLE, VERSION] + ([POLICY] if used else [])))
    number = draw(st.integers(0, 2))
    named = {"Name": f"given-{address}"} if draw(st.booleans()) else {}
    secret = Secret(f"s3cr3t-{number}")
    properties: dict[str, dict[str, Value]] = {
        QUEUE: {"Delay": number, "Fifo": draw(st.booleans()), "Target": used, **named},
        FUNCTION: {"Memory": 128 + number, "Environment": {"USED": used, "TOKEN": secret}, **named},
        TABLE: {"Keys": [f"k{number}"], "Size": used, **named},
        VERSION: {"Function": used, "Code": f"c{number}"},
        POLICY: {"Target": used[0] if used else "", "Document": '{"n": %d}' % number},
    }
    retain = draw(st.sampled_from([None, None, None, {"deletion_policy": "Retain"}]))
    return resource(address, kind, policies=retain, **properties[kind])


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    chosen = draw(st.permutations(ADDRESSES))[: draw(st.integers(0, len(ADDRESSES)))]
    made: list[Resource] = []
    for address in chosen:
        made.append(draw(resources(address, [each.address for each in made])))
    return define(*made, **{each.address: ref(each.address, "Arn") for each in made[-1:]})


def run(stack: Stack, definition: Definition | None, trouble: Trouble | None, concurrency: int) -> None:
    """One deploy, with or without trouble."""
    if trouble is None:
        outcome = stack.deploy(definition)
        assert outcome.complete, outcome
        return
    plan, desired, state = stack.plan(definition, "*")

    def save(changed: StackState) -> StackState:
        if trouble.dead:
            raise Killed
        return stack.save(changed)

    stack.world.fault = trouble
    try:
        stop = trouble.stop
        apply(
            plan, desired, state, stack.world, save, stack.events.append, concurrency=concurrency, stop=stop
        )
    except Killed:
        pass
    finally:
        stack.world.fault = lambda _moment, _address: None


def check(stack: Stack, forgotten: set[str]) -> None:
    """State is a document, has no secret, and knows everything that exists once and under one address."""
    text = encode(stack.state)
    assert decode(text, "state.json") == stack.state
    assert "s3cr3t" not in text
    known = {held.identifier for held in (*stack.state.resources.values(), *stack.state.leftovers)}
    pending = {(held.address, held.generation) for held in stack.state.pending.values()}
    for identifier, existing in stack.world.held.items():
        owner = existing.owner
        assert identifier in known | forgotten or (owner.address, owner.generation) in pending, "orphan"
    owners = [existing.owner for existing in stack.world.held.values()]
    assert len(set(owners)) == len(owners), "created twice"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(definitions(), troubles), min_size=1, max_size=4),
    st.sampled_from([1, 1, 4]),
    st.booleans(),
)
def test_trouble_never_loses_or_doubles_anything(
    runs: list[tuple[Definition, Trouble]], concurrency: int, destroy: bool
) -> None:
    stack = Stack(World())
    forgotten: set[str] = set()
    for definition, trouble in runs:
        retained = {
            held.identifier for held in stack.state.resources.values() if held.deletion_policy == "Retain"
        }
        run(stack, definition, trouble, concurrency)
        forgotten |= retained - {held.identifier for held in stack.state.resources.values()}
        check(stack, forgotten)
    last = runs[-1][0]
    run(stack, last, None, concurrency)
    check(stack, set(stack.world.held))
    assert actions(stack.plan(last)[0]) == {}
    assert (stack.state.pending, stack.state.leftovers) == ({}, ())


def test_a_real_folder_under_many_threads() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        definition = define(*(resource(f"Q{i}", Delay=i) for i in range(60)))
        stack = Stack()
        plan, desired, state = stack.plan(definition)
        outcome = apply(
            plan, desired, state, stack.world, lambda each: store.save(each, sync=False), stack.events.append
        )
        assert store.load("dev", "shop") == outcome.state
        assert len(outcome.state.resources) == 60
