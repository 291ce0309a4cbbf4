"""What exists is taken into state as it is, and a deploy that takes over may be killed like any other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.world import (
    FUNCTION,
    POLICY,
    QUEUE,
    TABLE,
    Existing,
    Stack,
    actions,
    define,
    failing,
    fresh,
    ref,
    resource,
    works,
)

from fairway.apply.folds import fold
from fairway.apply.takeover import TakeOver
from fairway.aws.provider import Owner
from fairway.model.errors import Failed, WrongInput
from fairway.model.graph import Definition
from fairway.model.journal import Done
from fairway.model.plan import Action, Plan, Reason
from fairway.model.sealing import UNPROVED
from fairway.model.values import Secret, Value
from fairway.plan.desired import Desired
from fairway.plan.planner import in_order, make_plan

SHOP = define(
    resource("Orders", TABLE, Keys="id"),
    resource("Jobs", QUEUE, Delay=5, Target=ref("Orders", "Arn")),
    resource("Access", POLICY, Target=ref("Jobs"), Document={"a": 1}),
)


def _claimed(stack: Stack, definition: Definition) -> tuple[Done, ...]:
    takeover = TakeOver(stack.known(), stack.world, stack.world.look_up)
    found = (takeover.claim(each) for each in in_order(definition))
    return tuple(Done(held) for held in found if held)


def _planned(stack: Stack, definition: Definition, first: tuple[Done, ...]) -> tuple[Plan, Desired]:
    standing = fold(stack.known(), first)
    live = stack.world.read_all(standing.resources.values())
    adopted = frozenset(each.resource.address for each in first)
    plan, desired = make_plan(definition, standing, live, stack.world, adopted=adopted)
    return plan, replace(desired, first=first)


def _lost(definition: Definition = SHOP) -> Stack:
    """A stack that was deployed, by a state that is no more."""
    stack = Stack()
    assert stack.deploy(definition).complete
    stack.state = fresh()
    return stack


def test_everything_that_an_earlier_life_made_is_taken_back() -> None:
    stack = _lost()
    there = dict(stack.world.held)
    plan, desired = _planned(stack, SHOP, _claimed(stack, SHOP))
    assert set(actions(plan).values()) == {Action.ADOPT}
    assert all(change.reason is Reason.IMPORTED for change in plan.effective)
    assert stack.apply(plan, desired, stack.state).complete
    assert stack.world.held == there
    assert actions(stack.plan(SHOP)[0]) == {}


def test_what_was_replaced_is_found_under_the_name_of_its_generation() -> None:
    changed = define(resource("Orders", TABLE, Keys="other"))
    stack = Stack()
    stack.deploy(define(resource("Orders", TABLE, Keys="id")))
    assert stack.deploy(changed).complete
    stack.state = fresh()
    [taken] = _claimed(stack, changed)
    assert (taken.resource.identifier, taken.resource.generation) == ("shop-Orders-1", 1)


def test_what_refers_to_what_is_not_there_is_created() -> None:
    stack = _lost()
    del stack.world.held["shop-Orders"]
    assert [each.resource.address for each in _claimed(stack, SHOP)] == []


def test_a_deploy_that_fails_while_taking_over_has_taken_over_all_the_same() -> None:
    stack = _lost()
    changed = define(
        SHOP.resources["Orders"],
        resource("Jobs", QUEUE, Delay=6, Target=ref("Orders", "Arn")),
        SHOP.resources["Access"],
        resource("News", QUEUE, Delay=1),
    )
    plan, desired = _planned(stack, changed, _claimed(stack, changed))
    assert actions(plan) == {
        "Orders": Action.ADOPT,
        "Jobs": Action.UPDATE,
        "Access": Action.ADOPT,
        "News": Action.CREATE,
    }
    stack.world.fault = failing("update", "Jobs")
    assert not stack.apply(plan, desired, stack.state).complete
    stack.world.fault = works
    assert actions(stack.plan(changed)[0]) == {"Jobs": Action.UPDATE}
    assert stack.deploy(changed).complete
    assert len(stack.world.held) == len(changed.resources)


def test_live_is_recorded_where_the_definition_speaks() -> None:
    stack = Stack()
    theirs: dict[str, Value] = {"Name": "jobs", "Delay": 9, "Fifo": False, "Redrive": "x", "Tags": []}
    stack.world.held["jobs"] = Existing(QUEUE, Owner("-", "-", "-"), theirs)
    wanted = resource("Jobs", QUEUE, Name="jobs", Delay=5, Redrive=Secret("x"))
    held = TakeOver(stack.state, stack.world, stack.world.look_up).take(wanted, "jobs")
    assert held.properties == {"Name": "jobs", "Delay": 9, "Redrive": UNPROVED}
    definition = define(wanted)
    plan, _ = _planned(stack, definition, (Done(held),))
    [change] = plan.changes
    assert change.action is Action.UPDATE
    assert {each.path.partition(".")[0] for each in change.properties} == {"Delay", "Redrive", "Tags"}
    assert plan.drift == ()


def test_what_would_be_replaced_is_not_taken_over() -> None:
    stack = Stack()
    theirs: dict[str, Value] = {"Name": "orders", "Keys": "other", "Tags": []}
    stack.world.held["orders"] = Existing(TABLE, Owner("-", "-", "-"), theirs)
    wanted = resource("Orders", TABLE, Name="orders", Keys="id")
    held = TakeOver(stack.state, stack.world, stack.world.look_up).take(wanted, "orders")
    with pytest.raises(WrongInput, match="cannot take over orders: Keys would have to change"):
        _planned(stack, define(wanted), (Done(held),))


def test_what_is_not_there_cannot_be_taken() -> None:
    stack = Stack()
    with pytest.raises(Failed, match=r"there is no Test::Message::Queue none"):
        TakeOver(stack.state, stack.world, stack.world.look_up).take(resource("Jobs"), "none")


def _trusted() -> tuple[Stack, Definition]:
    """A function that was taken over from a definition that is known to have been applied."""
    stack = Stack()
    theirs: dict[str, Value] = {"Name": "run", "Memory": 256}
    stack.world.held["run"] = Existing(FUNCTION, Owner("-", "-", "-"), theirs)
    definition = define(resource("Run", FUNCTION, Name="run", Memory=256))
    takeover = TakeOver(stack.state, stack.world, stack.world.look_up, trusted=True)
    held = takeover.take(definition.resources["Run"], "run")
    stack.state = fold(stack.state, [Done(held)])
    return stack, definition


def test_our_tags_are_not_missed_until_something_else_changes() -> None:
    stack, definition = _trusted()
    assert actions(stack.plan(definition)[0]) == {}
    assert stack.deploy(definition).complete
    assert stack.world.writes() == []
    assert stack.state.resources["Run"].untagged
    more = define(resource("Run", FUNCTION, Name="run", Memory=512))
    assert stack.deploy(more).complete
    assert not stack.state.resources["Run"].untagged
    assert {"Key": "fairway:address", "Value": "Run"} in stack.world.held["run"].properties["Tags"]
    assert actions(stack.plan(more)[0]) == {}
