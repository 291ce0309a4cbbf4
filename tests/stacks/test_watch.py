"""Drift looked for again and again: what is new is told, and nothing ends it but being asked to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from fairway.model.errors import Failed, FairwayError, Interrupted, WrongInput
from fairway.model.plan import Drift
from fairway.stacks.request import Target
from fairway.stacks.run import Ports
from fairway.stacks.watch import ByStack, Look, watch

TARGET = Target("shop", "prod", "eu-central-1", "state", Path("cache"))
QUEUE = (Drift("Queue", "AWS::SQS::Queue", "q", deleted=True),)
PORTS = Ports(emit=lambda _: None, confirm=lambda _: False)


def looking(*answers: tuple[Drift, ...] | FairwayError) -> Callable[[Sequence[Target], Ports], ByStack]:
    left = iter(answers)

    def look(targets: Sequence[Target], ports: Ports) -> ByStack:
        answer = next(left)
        if isinstance(answer, FairwayError):
            raise answer
        return {each.stack: answer for each in targets}

    return look


def watched(*answers: tuple[Drift, ...] | FairwayError) -> tuple[list[Look], Look]:
    """What is told of as many looks as there are answers, and the end."""
    told: list[Look] = []
    waits: Iterator[bool] = iter([False] * (len(answers) - 1) + [True])
    last = watch([TARGET], PORTS, told.append, lambda: next(waits), looking(*answers))
    return told, last


def test_each_change_is_told_once_and_its_end_too() -> None:
    told, last = watched((), QUEUE, QUEUE, ())
    assert [look.changed for look in told] == [False, True, False, True]
    assert not last.any


def test_drift_that_is_there_from_the_beginning_is_new() -> None:
    told, last = watched(QUEUE)
    assert told[0].changed
    assert last.any


def test_a_look_that_fails_changes_nothing_and_the_next_one_is_made() -> None:
    told, _ = watched(QUEUE, Failed("aws.unreachable", "no answer"), QUEUE)
    assert [look.changed for look in told] == [True, False, False]
    assert [list(look.missed) for look in told] == [[], ["shop"], []]


def test_an_interruption_ends_it_with_what_was_last_seen() -> None:
    told, last = watched(QUEUE, Interrupted("run.interrupted", "interrupted"))
    assert len(told) == 1
    assert last.drift == {"shop": QUEUE}


def test_a_stack_that_is_not_there_ends_it() -> None:
    with pytest.raises(WrongInput):
        watched(WrongInput("state.not-deployed", "no stack"))
