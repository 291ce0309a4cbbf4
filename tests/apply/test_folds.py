"""Each step leaves a state that says what is there."""

from __future__ import annotations

from dataclasses import replace

from fairway.apply import folds
from fairway.model.state import PendingCreate, ResourceState, StackState

OLD = ResourceState("A", "Test::Any::Thing", "old")
NEW = ResourceState("A", "Test::Any::Thing", "new", generation=1)
PENDING = PendingCreate("A", "Test::Any::Thing", 1, {})
STATE = StackState("shop", "dev", resources={"A": OLD})


def test_a_replacement_begins_beside_the_old_one() -> None:
    assert folds.creating(STATE, PENDING, beside=True) == replace(STATE, pending={"A": PENDING})


def test_where_nothing_is_left_the_old_entry_goes_as_the_create_begins() -> None:
    begun = folds.creating(STATE, PENDING, beside=False)
    assert (begun.resources, begun.pending) == ({}, {"A": PENDING})


def test_a_finished_replacement_leaves_the_old_one_to_delete() -> None:
    begun = folds.creating(STATE, PENDING, beside=True)
    done = folds.replaced(begun, NEW, keep_old=False)
    assert done == replace(STATE, resources={"A": NEW}, leftovers=(OLD,))
    assert folds.leftover_gone(done, OLD) == replace(STATE, resources={"A": NEW})


def test_what_is_kept_is_no_leftover() -> None:
    assert folds.replaced(STATE, NEW, keep_old=True).leftovers == ()


def test_what_was_written_over_itself_is_no_leftover() -> None:
    again = replace(OLD, generation=1)
    assert folds.replaced(STATE, again, keep_old=False) == replace(STATE, resources={"A": again})
    left = replace(STATE, resources={}, leftovers=(OLD,))
    assert folds.settled(left, again) == replace(STATE, resources={"A": again})


def test_what_is_gone_is_not_pending_either() -> None:
    begun = folds.creating(STATE, PENDING, beside=True)
    assert folds.gone(begun, "A") == replace(STATE, resources={})
    assert folds.not_created(begun, "A") == STATE


def test_before_an_update_everything_it_may_use_is_known() -> None:
    used = replace(OLD, dependencies=("B",))
    begun = folds.depending(replace(STATE, resources={"A": used}), "A", frozenset({"C"}))
    assert begun.resources["A"].dependencies == ("B", "C")
