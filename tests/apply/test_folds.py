"""Whatever prefix of a journal was written: what may exist is known, and what is gone is not held."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fairway.apply.folds import fold, gone_on
from fairway.model.journal import (
    Begun,
    Done,
    Entry,
    Finished,
    Forgotten,
    Gone,
    Intent,
    Revived,
    interrupted,
    read_entries,
    to_json,
)
from fairway.model.plan import Action
from fairway.model.state import OutputState, PendingCreate, ResourceState, StackState

TYPE = "Test::Any::Thing"
OLD = ResourceState("A", TYPE, "A-0")
NEW = ResourceState("A", TYPE, "A-1", generation=1)
STATE = StackState("shop", "dev", lineage="l", serial=4, resources={"A": OLD})
REPLACE = Intent("A", TYPE, Action.REPLACE, 1, "A-0", {"Size": 1}, ("Size",), ("B",))


def begun(serial: int, lineage: str = "l") -> Begun:
    return Begun(1.0, "me@here", "deploy", "shop", "dev", "1", "eu-west-1", lineage, serial, "key")


def test_a_replacement_stands_beside_the_old_one_until_that_is_gone() -> None:
    intended = fold(STATE, [REPLACE])
    assert intended.pending == {"A": PendingCreate("A", TYPE, 1, {"Size": 1}, ("B",))}
    assert intended.resources == {"A": replace(OLD, dependencies=("B",))}
    done = fold(intended, [Done(NEW, replaces=True)])
    assert (done.resources, done.pending) == ({"A": NEW}, {})
    assert [held.identifier for held in done.leftovers] == ["A-0"]
    assert fold(done, [Gone("A", TYPE, "A-0")]) == replace(STATE, resources={"A": NEW})


def test_where_the_old_one_goes_first_the_new_one_stays_pending() -> None:
    cleared = fold(STATE, [REPLACE, Gone("A", TYPE, "A-0")])
    assert (cleared.resources, set(cleared.pending)) == ({}, {"A"})


def test_what_is_kept_is_no_leftover() -> None:
    assert fold(STATE, [Done(NEW)]).leftovers == ()


def test_what_was_written_over_itself_is_no_leftover() -> None:
    again = replace(OLD, generation=1)
    assert fold(STATE, [Done(again, replaces=True)]) == replace(STATE, resources={"A": again})


def test_what_somebody_deleted_by_hand_is_not_held_once_it_is_created_again() -> None:
    state = fold(STATE, [Intent("A", TYPE, Action.CREATE)])
    assert (state.resources, set(state.pending)) == ({}, {"A"})


def test_an_update_under_way_is_remembered_with_all_it_may_use() -> None:
    used = replace(STATE, resources={"A": replace(OLD, dependencies=("B",))})
    intent = Intent("A", TYPE, Action.UPDATE, changed=("Size",), dependencies=("C",))
    under_way = fold(used, [intent])
    assert under_way.resources["A"].dependencies == ("B", "C")
    assert under_way.updating == {"A": ("Size",)}
    assert fold(under_way, [Done(OLD)]).updating == {}


def test_what_is_forgotten_is_not_held() -> None:
    assert fold(STATE, [Intent("A", TYPE, Action.FORGET), Forgotten("A")]).resources == {}


def test_a_leftover_that_is_taken_back_changes_places() -> None:
    left = replace(STATE, resources={"A": NEW}, leftovers=(OLD,))
    assert fold(left, [Revived("A", TYPE, "A-0")]) == replace(STATE, leftovers=(NEW,))


def test_the_end_records_outputs_and_what_needed_nothing() -> None:
    kept = replace(OLD, deletion_policy="Retain")
    state = fold(STATE, [Finished({"A": kept}, {"Url": OutputState("u")})])
    assert (state.resources, state.outputs) == ({"A": kept}, {"Url": OutputState("u")})


def test_a_journal_whose_end_was_saved_is_dead() -> None:
    assert gone_on(STATE, [begun(3), REPLACE]) == STATE
    assert gone_on(STATE, [begun(4, lineage="other"), REPLACE]) == STATE
    assert gone_on(STATE, [begun(4), REPLACE]) != STATE


def test_a_first_deploy_needs_no_document_to_be_picked_up() -> None:
    state = gone_on(None, [begun(0), Intent("A", TYPE, Action.CREATE)])
    assert state is not None
    assert (state.stack, state.lineage, state.secret_key, set(state.pending)) == ("shop", "l", "key", {"A"})
    assert gone_on(None, []) is None


def test_what_an_interrupted_deploy_left_is_told_by_operation() -> None:
    delete = Intent("A", TYPE, Action.DELETE, identifier="A-0")
    other = Intent("B", TYPE, Action.UPDATE, identifier="B-0")
    left = interrupted(STATE, [begun(3), begun(4), REPLACE, delete, other, Done(NEW, replaces=True)])
    assert left is not None
    assert (left.begun.by, left.unfinished) == ("me@here", (delete, other))


@dataclass
class Reality:
    """What a made-up run does. `history`: how much was written, at the most, while what existed."""

    exists: set[str]
    entries: list[Entry] = field(default_factory=list)
    history: list[tuple[int, frozenset[str]]] = field(default_factory=list)

    def step(self, made: str, removed: str, entry: Entry) -> None:
        """Something happens in AWS, and then is written."""
        self.exists = (self.exists | {made} - {""}) - {removed}
        self.history.append((len(self.entries), frozenset(self.exists)))
        self.entries.append(entry)
        self.history.append((len(self.entries), frozenset(self.exists)))


Step = tuple[str, str, Entry]


def steps(address: str, action: Action, held: ResourceState | None, fails_at: int) -> list[Step]:
    """What carrying out one change does, in order: what it makes, what it removes, what it writes."""
    generation = held.generation + 1 if held and action is Action.REPLACE else 0
    new = ResourceState(address, TYPE, f"{address}-{generation}", generation=generation)
    old = held.identifier if held else ""
    removal: Step = ("", old, Gone(address, TYPE, old))
    plan: dict[Action, list[Step]] = {
        Action.CREATE: [(new.identifier, "", Done(new))],
        Action.UPDATE: [("", "", Done(replace(held, properties={"Size": 2})))] if held else [],
        Action.REPLACE: [(new.identifier, "", Done(new, replaces=True)), removal],
        Action.DELETE: [removal],
        Action.FORGET: [("", old, Forgotten(address))],
    }
    return plan[action][: fails_at + 1]


def intents(address: str, action: Action, held: ResourceState | None) -> list[Intent]:
    generation = held.generation + 1 if held and action is Action.REPLACE else 0
    identifier = held.identifier if held else ""
    found = [Intent(address, TYPE, action, generation, identifier, {"Size": 1}, ("Size",))]
    if action is Action.REPLACE:
        found.append(Intent(address, TYPE, Action.DELETE, identifier=identifier))
    return found


@st.composite
def runs(draw: st.DrawFn) -> tuple[StackState, Reality]:
    """A state, and a run on it whose operations are interleaved at will and may fail after any step."""
    addresses = draw(st.lists(st.sampled_from("ABCDEF"), unique=True, max_size=6))
    held = {
        address: ResourceState(address, TYPE, f"{address}-{generation}", generation=generation)
        for address in addresses
        if (generation := draw(st.integers(-1, 2))) >= 0
    }
    state = StackState("shop", "dev", lineage="l", serial=1, resources=held)
    reality = Reality(exists={each.identifier for each in held.values()})
    waiting: list[list[Step]] = []
    for address in addresses:
        possible = [Action.UPDATE, Action.REPLACE, Action.DELETE, Action.FORGET]
        action = draw(st.sampled_from(possible)) if address in held else Action.CREATE
        reality.entries += intents(address, action, held.get(address))
        waiting.append(steps(address, action, held.get(address), draw(st.integers(-1, 3))))
    while waiting := [each for each in waiting if each]:
        reality.step(*draw(st.sampled_from(waiting)).pop(0))
    return state, reality


@settings(deadline=None)
@given(runs())
def test_every_prefix_knows_all_that_may_exist(run: tuple[StackState, Reality]) -> None:
    state, reality = run
    intended = sum(isinstance(entry, Intent) for entry in reality.entries)
    for happened, exists in reality.history:
        for written in range(intended, happened + 1):
            assert exists <= known_in(fold(state, reality.entries[:written]))


def known_in(state: StackState) -> set[str]:
    """The identifiers of all that a state knows of, what may have been created included."""
    pending = {f"{each.address}-{each.generation}" for each in state.pending.values()}
    return pending | {each.identifier for each in (*state.resources.values(), *state.leftovers)}


@settings(deadline=None)
@given(runs())
def test_no_prefix_holds_what_it_says_is_gone(run: tuple[StackState, Reality]) -> None:
    state, reality = run
    for written in range(len(reality.entries) + 1):
        prefix = reality.entries[:written]
        known = fold(state, prefix)
        gone = {entry.identifier for entry in prefix if isinstance(entry, Gone)}
        assert not gone & {each.identifier for each in (*known.resources.values(), *known.leftovers)}


@settings(deadline=None)
@given(runs(), st.integers(0, 30))
def test_a_journal_survives_being_text_and_being_folded_in_parts(
    run: tuple[StackState, Reality], cut: int
) -> None:
    state, reality = run
    entries = read_entries(json.loads(json.dumps(to_json(entry))) for entry in reality.entries)
    assert list(entries) == reality.entries
    assert fold(fold(state, entries[:cut]), entries[cut:]) == fold(state, entries)
