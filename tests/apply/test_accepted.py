"""`configured`: nobody waits for what nothing in the run uses, and the next run catches up with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.world import BUSY, FUNCTION, QUEUE, TABLE, VERSION, Stack, actions, define, ref, resource

from fairway.apply.accepted import caught_up
from fairway.apply.patience import relied_on
from fairway.apply.tasks import tasks
from fairway.model.events import OperationFinished
from fairway.model.graph import Definition
from fairway.model.plan import Action, Reason
from fairway.model.rollout import Rollout, Step

ALONE = define(resource("Orders", TABLE, Keys=["id"]))
NAMED = define(
    resource("Orders", TABLE, Keys=["id"]), resource("Serve", FUNCTION, Environment={"TABLE": ref("Orders")})
)
PUBLISHED = define(resource("Serve", FUNCTION, Code="1"), resource("Live", VERSION, Function=ref("Serve")))


@pytest.fixture
def stack() -> Stack:
    return Stack()


def configured(stack: Stack, definition: Definition) -> set[str]:
    """Deploy, and what was left to AWS."""
    outcome = stack.deploy(definition, until="configured")
    assert outcome.complete, outcome
    return accepted(stack)


def accepted(stack: Stack) -> set[str]:
    return {held.address for held in stack.state.resources.values() if held.accepted}


def relied(stack: Stack, definition: Definition | None) -> set[str]:
    plan, desired, state = stack.plan(definition, "*")
    return {address for address, _ in relied_on(tasks(plan, desired, state), stack.world.traits)}


def test_what_nothing_uses_is_left_to_aws_and_said_to_be(stack: Stack) -> None:
    assert configured(stack, ALONE) == {"Orders"}
    [told] = [event for event in stack.events if isinstance(event, OperationFinished)]
    assert (told.address, told.accepted) == ("Orders", True)


@pytest.mark.parametrize("until", ["ready", "settled"])
def test_else_everything_is_waited_for(stack: Stack, until: str) -> None:
    stack.deploy(PUBLISHED, until=until)
    assert (accepted(stack), stack.world.under_way) == (set(), {})


def test_what_is_only_named_need_not_be_usable(stack: Stack) -> None:
    assert relied(stack, NAMED) == set()
    assert configured(stack, NAMED) == {"Orders", "Serve"}


def test_what_is_used_in_this_run_is_waited_for(stack: Stack) -> None:
    assert relied(stack, PUBLISHED) == {"Serve"}
    assert configured(stack, PUBLISHED) == set()


def test_nothing_goes_before_what_replaces_it_can_be_used(stack: Stack) -> None:
    stack.deploy(ALONE)
    assert relied(stack, define(resource("Orders", TABLE, Keys=["other"]))) == {"Orders"}


def test_nothing_goes_before_its_last_user_runs_without_it(stack: Stack) -> None:
    stack.deploy(NAMED)
    assert relied(stack, define(resource("Serve", FUNCTION, Environment={}))) == {"Serve"}


def test_everything_is_waited_for_where_something_is_shifted_in_steps(stack: Stack) -> None:
    """Its new version gets traffic during the run, uses what it only names, and is verified."""
    stack.deploy(define(resource("Serve", FUNCTION, Environment={})))
    shifted = replace(
        NAMED.resources["Serve"],
        rollout=Rollout((Step(10, 60),), shifted="Environment.TABLE", weights="Memory"),
    )
    definition = replace(NAMED, resources={**NAMED.resources, "Serve": shifted})
    assert relied(stack, definition) == {"Orders", "Serve"}


def test_the_next_run_waits_before_it_changes_anything(stack: Stack) -> None:
    configured(stack, ALONE)
    bigger = define(resource("Orders", TABLE, Keys=["id"], Size=2))
    assert stack.deploy(bigger).complete
    assert (accepted(stack), stack.world.under_way) == (set(), {})


def test_the_next_run_that_does_nothing_records_that_it_is_usable(stack: Stack) -> None:
    configured(stack, ALONE)
    assert actions(stack.plan(ALONE)[0]) == {}
    assert accepted(stack) == set()
    looks = stack.world.calls.count(("look", "Orders"))
    stack.plan(ALONE)
    assert stack.world.calls.count(("look", "Orders")) == looks, "nobody looks twice"


def test_who_only_plans_looks_once_and_does_not_wait(stack: Stack) -> None:
    configured(stack, ALONE)
    told: list[tuple[str, str]] = []
    state, findings = caught_up(stack.state, stack.world, lambda *each: told.append(each), patient=False)
    assert (state, findings, told) == (stack.state, (), [("Orders", BUSY)])


def test_what_failed_later_is_told_and_sent_again(stack: Stack) -> None:
    definition = define(resource("Serve", FUNCTION, Code="1"))
    configured(stack, definition)
    stack.world.fail_functions("the key is disabled")
    _, [finding] = caught_up(stack.state, stack.world, lambda *_: None, patient=False)
    assert (finding.code, finding.why, finding.severity) == ("aws.failed", "the key is disabled", "warning")
    assert "Serve" in finding.message
    assert finding.next.endswith("sends Code again")
    [change] = stack.plan(definition)[0].effective
    assert (change.action, change.reason) == (Action.UPDATE, Reason.UNFINISHED)
    assert [each.path for each in change.properties] == ["Code"]
    assert stack.deploy(definition).complete
    assert (accepted(stack), stack.state.updating) == (set(), {})
    assert actions(stack.plan(definition)[0]) == {}


def test_what_failed_and_cannot_be_sent_again_is_told_each_time(stack: Stack) -> None:
    configured(stack, ALONE)
    stack.world.under_way["shop-Orders"] = "no room"
    for _ in range(2):
        assert stack.deploy(ALONE).complete
        assert accepted(stack) == {"Orders"}
        _, [finding] = caught_up(stack.state, stack.world, lambda *_: None, patient=True)
        assert finding.why == "no room"
        assert "makes it anew" in finding.next


def test_what_was_never_slow_is_never_looked_at(stack: Stack) -> None:
    configured(stack, define(resource("Mail", QUEUE)))
    stack.plan(define(resource("Mail", QUEUE)))
    assert ("look", "Mail") not in stack.world.calls
