"""Stacks are worked on at once, in the order of what they need, whatever fails."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pipeline.projects import Somebody

from fairway.model.errors import Failed
from fairway.model.events import Event, StackFailed, StackSkipped
from fairway.model.results import Ending
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.folder import RunFolder
from fairway.pipeline.order import Needs
from fairway.pipeline.parallel import each_stack, together
from fairway.project.settings import Project
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports

NAMES = "abcdefgh"


def delivery(needs: Needs, events: list[Event]) -> Delivery:
    """A run whose stages work on nothing but names."""

    def never(stack: str) -> Target:
        raise AssertionError(stack)

    def nothing(stack: str) -> Request:
        raise AssertionError(stack)

    ports = Ports(events.append, confirm=lambda _: True)
    folder = RunFolder(Path("nowhere"), "prod")
    return Delivery(
        Project(), "prod", tuple(needs), needs, (), folder, never, nothing, nothing, ports, Somebody()
    )


@st.composite
def runs(draw: st.DrawFn) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """What each stack needs, and those that fail."""
    count = draw(st.integers(2, len(NAMES)))
    needs = {
        name: frozenset(draw(st.sets(st.sampled_from(NAMES[:place])))) if place else frozenset[str]()
        for place, name in enumerate(NAMES[:count])
    }
    return needs, frozenset(draw(st.sets(st.sampled_from(NAMES[:count]))))


@given(runs())
@settings(max_examples=60, deadline=None)
def test_each_comes_after_what_it_needs_and_only_what_needs_a_failure_is_left(
    drawn: tuple[Mapping[str, frozenset[str]], frozenset[str]],
) -> None:
    needs, failing = drawn
    events: list[Event] = []
    began: list[str] = []
    ended: list[str] = []

    def work(stack: str) -> Ending:
        began.append(stack)
        assert needs[stack] <= set(ended)
        if stack in failing:
            raise Failed("it.broke", stack)
        ended.append(stack)
        return "done"

    ending = each_stack(delivery(needs, events), work)
    reached = _reached_by(needs, failing)
    assert set(ended) == needs.keys() - failing - reached
    assert {each.stack for each in events if isinstance(each, StackFailed)} == failing - reached
    assert {each.stack for each in events if isinstance(each, StackSkipped)} == reached
    assert ending == ("failed" if failing else "done")
    assert len(began) == len(set(began))


def _reached_by(needs: Needs, failing: frozenset[str]) -> set[str]:
    """The stacks that need one that failed, directly or not."""
    reached: set[str] = set()
    for stack in needs:  # drawn in order
        if needs[stack] & (failing | reached):
            reached.add(stack)
    return reached


def test_independent_ones_are_worked_on_at_once() -> None:
    meeting = threading.Barrier(3, timeout=10)

    def work(stack: str) -> Ending:
        meeting.wait()
        return "done"

    assert each_stack(delivery({name: frozenset() for name in "abc"}, []), work) == "done"


def test_a_single_one_raises_what_is_wrong() -> None:
    def work(stack: str) -> Ending:
        assert threading.current_thread() is threading.main_thread()
        raise Failed("it.broke", stack)

    with pytest.raises(Failed):
        each_stack(delivery({"a": frozenset()}, []), work)


def test_a_bug_is_not_taken_for_a_failure() -> None:
    def work(stack: str) -> Ending:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        each_stack(delivery({"a": frozenset(), "b": frozenset()}, []), work)


def test_one_that_waits_holds_up_those_that_need_it_and_no_other() -> None:
    events: list[Event] = []
    needs = {"a": frozenset[str](), "b": frozenset({"a"}), "c": frozenset[str]()}
    ending = each_stack(delivery(needs, events), lambda stack: "waiting" if stack == "a" else "done")
    assert (ending, [each.stack for each in events]) == ("waiting", ["b"])


def test_the_gravest_ending_is_that_of_all() -> None:
    assert together([]) == "nothing"
    assert together(["nothing", "done", "nothing"]) == "done"
    assert together(["done", "waiting", "failed"]) == "failed"
    assert together(["failed", "interrupted"]) == "interrupted"
