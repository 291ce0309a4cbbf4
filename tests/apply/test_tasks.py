"""A plan's operations come in an order that AWS accepts."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.world import Stack, define, ref, resource

from fairway.apply.tasks import tasks
from fairway.model.graph import Definition


def order(stack: Stack, definition: Definition | None) -> Mapping[str, set[str]]:
    """What each task comes after; `A (old)` deletes what A was."""
    plan, desired, state = stack.plan(definition, "*")

    def name(key: tuple[str, str]) -> str:
        return f"{key[0]} (old)" if key[1] else key[0]

    return {name(key): set(map(name, task.after)) for key, task in tasks(plan, desired, state).items()}


@pytest.fixture
def stack() -> Stack:
    return Stack()


def test_creates_come_after_what_they_use(stack: Stack) -> None:
    definition = define(resource("A"), resource("B", depends_on=("A",)), resource("C", Target=ref("B")))
    assert order(stack, definition) == {"A": set(), "B": {"A"}, "C": {"B"}}


def test_the_order_reaches_through_what_needs_nothing(stack: Stack) -> None:
    stack.deploy(define(resource("B")))
    definition = define(resource("A"), resource("B", depends_on=("A",)), resource("C", Target=ref("B")))
    assert order(stack, definition) == {"A": set(), "C": {"A"}}


def test_deletes_come_after_those_who_used_it(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A")), resource("C", Target=ref("A"))))
    assert order(stack, None) == {"A": {"B", "C"}, "B": set(), "C": set()}
    assert order(stack, define(resource("C"))) == {"A": {"B", "C"}, "B": set(), "C": set()}


def test_what_is_replaced_goes_when_its_users_have_moved(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A"))))
    definition = define(resource("A", Fifo=True), resource("B", Target=ref("A")))
    assert order(stack, definition) == {"A": set(), "B": {"A"}, "A (old)": {"A", "B"}}


def test_old_ones_go_against_their_dependencies(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A"))))
    definition = define(resource("A", Fifo=True), resource("B", Fifo=True, Target=ref("A")))
    assert order(stack, definition) == {
        "A": set(),
        "B": {"A"},
        "A (old)": {"A", "B", "B (old)"},
        "B (old)": {"B"},
    }


def test_what_is_kept_has_no_delete(stack: Stack) -> None:
    retain = {"update_replace_policy": "Retain"}
    stack.deploy(define(resource("A", policies=retain)))
    assert order(stack, define(resource("A", Fifo=True, policies=retain))) == {"A": set()}


def test_what_is_deleted_before_its_successor_comes_waits_for_users_that_go_too(stack: Stack) -> None:
    stack.deploy(define(resource("A", Name="mine"), resource("B", Target=ref("A"))))
    stack.world.calls.clear()
    changed = define(resource("A", Name="mine", Fifo=True))
    assert order(stack, changed)["A"] == {"B"}
    assert stack.deploy(changed).complete
    assert stack.world.writes() == [("delete", "B"), ("delete", "A"), ("create", "A")]
