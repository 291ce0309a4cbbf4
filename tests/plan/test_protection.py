"""What is protected, or holds data, goes only when its address is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from tests.world import FUNCTION, TABLE, Stack, World, actions, define, resource

from fairway.model.graph import Definition
from fairway.model.plan import Action, Contents, Plan
from fairway.model.state import ResourceState
from fairway.plan.planner import make_plan, plan_destroy

RETAIN = {"deletion_policy": "Retain", "update_replace_policy": "Retain"}
SNAPSHOT = {"deletion_policy": "Snapshot", "update_replace_policy": "Snapshot"}


def protecting(stack: Stack, definition: Definition, *addresses: str) -> None:
    """Deploy with these addresses protected."""
    live = stack.world.read_all(stack.state.resources.values())
    made = make_plan(definition, stack.state, live, stack.world, protect=frozenset(addresses))
    stack.apply(*made, stack.state)


@pytest.fixture
def stack() -> Stack:
    """A function that is protected and a queue that is not."""
    stack = Stack()
    protecting(stack, define(resource("F", FUNCTION, Name="f"), resource("Q")), "F")
    return stack


def refused(plan: Plan) -> dict[str, Action]:
    return {each.address: each.action for each in plan.refusals}


def test_protection_is_recorded_and_stays_without_being_asked_for_again(stack: Stack) -> None:
    stack.deploy(define(resource("F", FUNCTION, Name="f", Memory=512), resource("Q")))
    assert {a: held.protected for a, held in stack.state.resources.items()} == {"F": True, "Q": False}


def test_protecting_alone_changes_nothing_but_state(stack: Stack) -> None:
    definition = define(resource("F", FUNCTION, Name="f"), resource("Q"))
    stack.world.calls.clear()
    protecting(stack, definition, "Q")
    assert stack.state.resources["Q"].protected
    assert stack.world.writes() == []


def test_removing_its_block_is_refused_until_it_is_named(stack: Stack) -> None:
    without = define(resource("Q"))
    assert refused(stack.plan(without)[0]) == {"F": Action.DELETE}
    assert refused(stack.plan(without, "*")[0]) == {"F": Action.DELETE}
    assert "it is protected" in stack.plan(without)[0].refusals[0].sentence
    assert refused(stack.plan(without, "F")[0]) == {}


def test_replacing_it_is_refused(stack: Stack) -> None:
    renamed = define(resource("F", FUNCTION, Name="g"), resource("Q"))
    assert refused(stack.plan(renamed)[0]) == {"F": Action.REPLACE}


def test_destroying_it_is_refused(stack: Stack) -> None:
    assert refused(plan_destroy(stack.state, {}, World())[0]) == {"F": Action.DELETE}
    assert refused(stack.plan(None, "*")[0]) == {"F": Action.DELETE}


def test_a_replacement_that_was_allowed_is_protected_in_turn(stack: Stack) -> None:
    stack.deploy(define(resource("F", FUNCTION, Name="g"), resource("Q")), "F")
    assert stack.state.resources["F"].protected


def test_what_is_moved_stays_protected(stack: Stack) -> None:
    stack.deploy(define(resource("Renamed", FUNCTION, Name="f"), resource("Q")))
    assert stack.state.resources["Renamed"].protected


def test_what_somebody_deleted_is_made_again_and_protected_again(stack: Stack) -> None:
    del stack.world.held["f"]
    definition = define(resource("F", FUNCTION, Name="f"), resource("Q"))
    assert stack.deploy(definition).complete
    assert stack.state.resources["F"].protected


@pytest.mark.parametrize(
    ("policies", "action", "is_refused"),
    [({}, Action.DELETE, True), (RETAIN, Action.FORGET, False), (SNAPSHOT, Action.DELETE, True)],
)
def test_deletion_policies_of_what_holds_data(
    policies: Mapping[str, str], action: Action, is_refused: bool
) -> None:
    stack = Stack()
    stack.deploy(define(resource("T", TABLE, policies=policies)))
    plan, _, _ = stack.plan(define(), "nothing")
    assert actions(plan) == {"T": action}
    assert bool(plan.refusals) is is_refused


def test_a_snapshot_that_cannot_be_taken_is_refused_even_where_there_is_no_data() -> None:
    stack = Stack()
    stack.deploy(define(resource("Q", policies=SNAPSHOT)))
    plan, _, _ = stack.plan(define(), "nothing")
    assert "a snapshot, which Fairway cannot take" in plan.refusals[0].sentence


def test_the_plan_and_the_refusal_say_what_would_be_lost() -> None:
    stack = Stack()
    asked: list[str] = []
    stack.deploy(define(resource("T", TABLE), resource("Q"), resource("Kept", TABLE, policies=RETAIN)))

    def count(resources: Iterable[ResourceState]) -> Mapping[tuple[str, str], Contents]:
        found = list(resources)
        asked.extend(held.address for held in found)
        return {(held.type, held.identifier): Contents(1000, "item", True, 2_500_000) for held in found}

    plan, _ = plan_destroy(stack.state, {}, stack.world, count=count)
    assert asked == ["T"]
    lost = next(change for change in plan.changes if change.address == "T")
    assert lost.impact.contents == Contents(1000, "item", True, 2_500_000)
    assert lost.impact.notes == ("its data is lost: at least 1,000 items (2.5 MB)",)
    assert "would destroy the data in it: at least 1,000 items (2.5 MB)" in plan.refusals[0].sentence


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (Contents(1, "item"), "1 item"),
        (Contents(2, "object version", bytes=999), "2 object versions (999 bytes)"),
        (Contents(1000, "event", True), "at least 1,000 events"),
        (Contents(5, "item", bytes=3 * 10**12), "5 items (3.0 TB)"),
    ],
)
def test_contents_in_words(contents: Contents, words: str) -> None:
    assert str(contents) == words
