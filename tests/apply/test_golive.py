"""An update with a rollout is left to whoever brings it about; what that may leave half done is recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.world import QUEUE, Stack, define, ref, resource

from fairway.apply.golive import Send, Update
from fairway.aws.provider import Live, Progress
from fairway.model.errors import Failed, Interrupted
from fairway.model.graph import Definition
from fairway.model.rollout import Rollout, canary

ROLLOUT = Rollout(canary(10, 60), (ref("Watched"),), shifted="Delay", weights="Tags")


def defined(delay: int) -> Definition:
    queue = replace(resource("Q", QUEUE, Delay=delay), rollout=ROLLOUT)
    return define(queue, resource("Watched", QUEUE))


@pytest.fixture
def stack() -> Stack:
    found = Stack()
    found.deploy(defined(1))
    return found


def test_it_gets_the_update_and_the_names_that_the_rollout_uses(stack: Stack) -> None:
    asked: list[tuple[Rollout, Update]] = []

    def go_live(rollout: Rollout, update: Update, send: Send, progress: Progress, /) -> Live:
        asked.append((rollout, update))
        return send(update)

    assert stack.deploy(defined(2), go_live=go_live).complete
    [(rollout, update)] = asked
    assert rollout.alarms == ("ref:shop-Watched",)
    assert (update.address, set(update.changed)) == ("Q", {"Delay"})
    assert (update.before["Delay"], update.after["Delay"]) == (1, 2)
    assert stack.state.resources["Q"].properties["Delay"] == 2


def test_a_create_and_another_property_go_live_at_once(stack: Stack) -> None:
    def go_live(rollout: Rollout, update: Update, send: Send, progress: Progress, /) -> Live:
        raise AssertionError(update)

    changed = replace(resource("Q", QUEUE, Delay=1, Redrive="R"), rollout=ROLLOUT)
    new = replace(resource("N", QUEUE, Delay=1), rollout=ROLLOUT)
    assert stack.deploy(define(changed, new, resource("Watched", QUEUE)), go_live=go_live).complete


def test_what_it_fails_of_is_recorded_as_half_done_with_what_it_sets_on_the_way(stack: Stack) -> None:
    def go_live(rollout: Rollout, update: Update, send: Send, progress: Progress, /) -> Live:
        raise Failed("rollout.alarm", "Errors is firing")

    outcome = stack.deploy(defined(2), go_live=go_live)
    assert [failure.code for failure in outcome.failures] == ["rollout.alarm"]
    assert not outcome.interrupted
    assert stack.state.updating == {"Q": ("Delay", "Tags")}
    assert stack.state.resources["Q"].properties["Delay"] == 1


def test_one_that_the_user_stopped_has_not_failed_but_was_interrupted(stack: Stack) -> None:
    def go_live(rollout: Rollout, update: Update, send: Send, progress: Progress, /) -> Live:
        raise Interrupted("rollout.stopped", "stopped")

    assert stack.deploy(defined(2), go_live=go_live).interrupted


def test_the_plan_waits_for_what_the_rollout_uses(stack: Stack) -> None:
    plan, _, _ = stack.plan(defined(2))
    [change] = plan.effective
    assert change.dependencies == ("Watched",)
    assert change.rollout is not None
    assert change.rollout.alarms == ("ref:shop-Watched",)
