"""What a killed deploy had sent is picked up: nothing twice, nothing lost."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.world import POLICY, QUEUE, VERSION, Notebook, Stack, World, actions, define, ref, resource, works

from fairway.apply.recover import recover
from fairway.aws.provider import Owner
from fairway.model.graph import Definition
from fairway.model.plan import Action, Reason
from fairway.model.values import Properties
from fairway.plan.drift import drift_alone


class Killed(BaseException):
    """The process dies here."""


class Behind(Notebook):
    """A journal that is slow: when the process dies only the intents have been written."""

    def append(self, lines: Sequence[Mapping[str, Any]]) -> None:
        if not self.lines:
            super().append(lines)


class Prompt(Notebook):
    """A journal that is quick: when the process dies everything has been written."""


@pytest.fixture(params=[Behind, Prompt])
def stack(request: pytest.FixtureRequest) -> Stack:
    return Stack(journal=request.param())


def killed(stack: Stack, definition: Definition | None, at: str, address: str) -> None:
    """Deploy until a moment, at which everything ends: no call is made and nothing written any more."""
    dead = False

    def fault(moment: str, where: str) -> None:
        nonlocal dead
        time.sleep(0.005)  # for a prompt journal to be written
        dead = dead or (moment, where) == (at, address)
        if dead:
            raise Killed

    append = stack.journal.append

    def append_while_alive(lines: Sequence[Mapping[str, Any]]) -> None:
        if not dead:
            append(lines)

    stack.world.fault, stack.journal.append = fault, append_while_alive  # type: ignore[method-assign]
    with pytest.raises(Killed):
        stack.deploy(definition, concurrency=1, gather=0)
    stack.world.fault, stack.journal.append = works, append  # type: ignore[method-assign]


@pytest.mark.parametrize("type_name", [QUEUE, VERSION])
def test_a_create_that_was_sent_is_adopted(stack: Stack, type_name: str) -> None:
    definition = define(resource("A", type_name), resource("B", Target=ref("A")))
    killed(stack, definition, "created", "A")
    assert set(stack.known().pending) == {"A", "B"}
    assert stack.known().resources == {}

    plan, _, _ = stack.plan(definition)
    assert actions(plan) == {"A": Action.ADOPT, "B": Action.CREATE}
    assert plan.changes[0].reason is Reason.UNFINISHED
    assert stack.deploy(definition).complete
    assert len(stack.world.held) == 2
    assert stack.state.pending == {}
    assert stack.world.writes() == [("create", "A"), ("create", "B")]


def test_what_may_not_have_been_set_any_more_is_set(stack: Stack) -> None:
    definition = define(resource("A", QUEUE, Delay=5, Redrive="B"))
    killed(stack, definition, "created", "A")
    plan, _, _ = stack.plan(definition)
    assert actions(plan) == {"A": Action.UPDATE}
    assert plan.changes[0].reason is Reason.UNFINISHED
    assert [change.path for change in plan.changes[0].properties] == ["Redrive"]
    assert stack.deploy(definition).complete
    assert stack.world.writes() == [("create", "A"), ("update", "A")]
    assert not stack.plan(definition)[0].effective


def test_a_create_that_was_not_sent_is_made(stack: Stack) -> None:
    definition = define(resource("A"))
    killed(stack, definition, "create", "A")
    assert set(stack.known().pending) == {"A"}
    assert actions(stack.plan(definition)[0]) == {"A": Action.CREATE}
    assert stack.deploy(definition).complete
    assert stack.state.pending == {}


def test_when_the_definition_has_changed_since_it_is_updated(stack: Stack) -> None:
    killed(stack, define(resource("A", Delay=1)), "created", "A")
    definition = define(resource("A", Delay=2))
    assert actions(stack.plan(definition)[0]) == {"A": Action.UPDATE}
    assert stack.deploy(definition).complete
    assert (stack.world.held["shop-A"].properties["Delay"], stack.state.pending) == (2, {})


def test_when_the_definition_has_dropped_it_since_it_is_deleted(stack: Stack) -> None:
    killed(stack, define(resource("A")), "created", "A")
    assert stack.deploy(define()).complete
    assert (stack.world.held, stack.state.resources, stack.state.pending) == ({}, {}, {})


def test_destroy_finds_it_and_its_place_in_the_order(stack: Stack) -> None:
    definition = define(resource("A"), resource("B", Target=ref("A")))
    killed(stack, definition, "created", "B")
    stack.world.calls.clear()
    assert stack.deploy(None).complete
    assert stack.world.writes() == [("delete", "B"), ("delete", "A")]
    assert (stack.world.held, stack.state.resources, stack.state.pending) == ({}, {}, {})


@pytest.mark.parametrize("moment", ["create", "created", "delete", "deleted"])
def test_a_replacement_goes_on_wherever_it_was_cut(stack: Stack, moment: str) -> None:
    def definition(fifo: bool) -> Definition:
        return define(resource("A", Fifo=fifo), resource("B", Target=ref("A")))

    stack.deploy(definition(False))
    killed(stack, definition(True), moment, "A")
    assert stack.deploy(definition(True)).complete
    assert set(stack.world.held) == {"shop-A-1", "shop-B"}
    assert stack.world.writes().count(("create", "A")) <= 3
    assert (stack.state.leftovers, stack.state.pending) == ((), {})
    assert actions(stack.plan(definition(True))[0]) == {}


@pytest.mark.parametrize("moment", ["create", "created", "delete", "deleted"])
def test_a_replacement_that_is_taken_back_leaves_nothing(stack: Stack, moment: str) -> None:
    def definition(fifo: bool) -> Definition:
        return define(resource("A", Fifo=fifo), resource("B", Target=ref("A")))

    stack.deploy(definition(False))
    killed(stack, definition(True), moment, "A")
    assert stack.deploy(definition(False)).complete
    assert len(stack.world.held) == 2
    assert (stack.state.leftovers, stack.state.pending) == ((), {})
    assert actions(stack.plan(definition(False))[0]) == {}


def test_a_replacement_that_is_taken_back_creates_nothing(stack: Stack) -> None:
    def definition(fifo: bool) -> Definition:
        return define(resource("A", Fifo=fifo), resource("B", Target=ref("A")))

    stack.deploy(definition(False))
    killed(stack, definition(True), "delete", "A")
    stack.world.calls.clear()
    assert stack.deploy(definition(False)).complete
    assert stack.world.writes() == [("update", "B"), ("delete", "A")]
    assert set(stack.world.held) == {"shop-A", "shop-B"}
    assert stack.state.resources["A"].generation == 0


@pytest.mark.parametrize("moment", ["update", "updated", "delete", "deleted"])
def test_taking_a_replacement_back_can_be_cut_too(stack: Stack, moment: str) -> None:
    def definition(fifo: bool) -> Definition:
        return define(resource("A", Fifo=fifo), resource("B", Target=ref("A")))

    stack.deploy(definition(False))
    killed(stack, definition(True), "delete", "A")
    killed(stack, definition(False), moment, "B" if moment.startswith("u") else "A")
    assert stack.deploy(definition(False)).complete
    assert set(stack.world.held) == {"shop-A", "shop-B"}
    assert (stack.state.leftovers, stack.state.pending) == ((), {})


@pytest.mark.parametrize("moment", ["update", "updated"])
@pytest.mark.parametrize("reverts", [True, False])
def test_what_an_update_may_have_set_unseen_is_set_again(stack: Stack, moment: str, reverts: bool) -> None:
    def definition(redrive: str) -> Definition:
        return define(resource("A", Redrive=redrive, Delay=1))

    stack.deploy(definition("old"))
    killed(stack, definition("new"), moment, "A")
    wanted = "old" if reverts else "new"
    plan, _, _ = stack.plan(definition(wanted))
    assert [change.path for change in plan.changes[0].properties] == ["Redrive"]
    assert stack.deploy(definition(wanted)).complete
    assert stack.world.held["shop-A"].properties["Redrive"] == wanted
    assert actions(stack.plan(definition(wanted))[0]) == {}


@pytest.mark.parametrize("moment", ["update", "updated"])
@pytest.mark.parametrize("reverts", [True, False])
def test_what_a_killed_update_has_set_is_no_drift(stack: Stack, moment: str, reverts: bool) -> None:
    def definition(delay: int) -> Definition:
        return define(resource("A", Delay=delay, Tags=[{"Key": "k", "Value": "v"}]))

    stack.deploy(definition(1))
    killed(stack, definition(2), moment, "A")
    found = stack.world.held["shop-A"]
    tags: Any = found.properties["Tags"]
    others = [tag for tag in tags if tag["Key"] != "k"]
    stack.world.held["shop-A"] = replace(found, properties={**found.properties, "Tags": others})
    wanted = definition(1 if reverts else 2)
    plan, _, state = stack.plan(wanted)
    alone = drift_alone(state, stack.world.read_all(state.resources.values()), stack.world.traits)
    for drift in (plan.drift, alone):
        assert [each.path for held in drift for each in held.properties] == ["Tags.k"], "which others did"
    sent = {each.path: each.drift for each in plan.effective[0].properties}
    assert sent.items() <= {"Delay": False, "Tags.k": True}.items()
    assert stack.deploy(wanted).complete
    assert stack.state.updating == {}
    assert actions(stack.plan(wanted)[0]) == {}


def test_an_update_that_had_landed_needs_no_call_and_is_finished_then(stack: Stack) -> None:
    stack.deploy(define(resource("A", Delay=1)))
    killed(stack, define(resource("A", Delay=2)), "updated", "A")
    assert actions(stack.plan(define(resource("A", Delay=2)))[0]) == {}
    assert stack.deploy(define(resource("A", Delay=2))).complete
    assert (stack.state.updating, stack.state.resources["A"].properties["Delay"]) == ({}, 2)


def test_what_moves_meanwhile_takes_its_unfinished_update_along(stack: Stack) -> None:
    stack.deploy(define(resource("A", Name="mine", Delay=1)))
    killed(stack, define(resource("A", Name="mine", Delay=2)), "updated", "A")
    moved = define(resource("B", Name="mine", Delay=2))
    plan, _, _ = stack.plan(moved)
    assert (plan.moves, plan.drift) == ({"A": "B"}, ())
    assert stack.deploy(moved).complete
    assert (set(stack.state.resources), stack.state.updating) == ({"B"}, {})


def test_the_old_one_is_remembered_over_any_number_of_crashes(stack: Stack) -> None:
    def definition(fifo: bool) -> Definition:
        return define(resource("A", Fifo=fifo), resource("B", Target=ref("A")))

    stack.deploy(definition(False))
    killed(stack, definition(True), "created", "A")
    for moment in ("update", "updated"):
        killed(stack, definition(True), moment, "B")
    for moment in ("delete", "delete", "deleted"):
        killed(stack, definition(True), moment, "A")
    assert stack.deploy(definition(True)).complete
    assert set(stack.world.held) == {"shop-A-1", "shop-B"}
    assert stack.state.leftovers == ()


def test_recovering_twice_is_the_same_as_once(stack: Stack) -> None:
    stack.deploy(define(resource("A")))
    definition = define(resource("A", Fifo=True), resource("B", VERSION, Function=ref("A"), Code="x"))
    killed(stack, definition, "created", "B")
    once = recover(stack.known(), stack.world)
    assert recover(once, stack.world) == once


@pytest.mark.parametrize("moment", ["delete", "deleted", "create", "created"])
def test_deleting_first_goes_on_wherever_it_was_cut(stack: Stack, moment: str) -> None:
    stack.deploy(define(resource("A", Name="mine")))
    definition = define(resource("A", Name="mine", Fifo=True))
    killed(stack, definition, moment, "A")
    assert stack.deploy(definition).complete
    assert stack.world.held["mine"].properties["Fifo"] is True
    assert (stack.state.leftovers, stack.state.pending) == ((), {})


@pytest.mark.parametrize("moment", ["delete", "deleted"])
def test_destroy_goes_on_wherever_it_was_cut(stack: Stack, moment: str) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A")), resource("C", Target=ref("B"))))
    killed(stack, None, moment, "B")
    assert stack.deploy(None).complete
    assert (stack.world.held, stack.state.resources) == ({}, {})


def test_a_given_name_that_a_leftover_holds_is_freed_first(stack: Stack) -> None:
    given, generated = define(resource("A", Name="mine")), define(resource("A", Fifo=True))
    stack.deploy(given)
    killed(stack, generated, "delete", "A")
    assert [held.identifier for held in recover(stack.known(), stack.world).leftovers] == ["mine"]
    assert stack.deploy(given).complete
    assert set(stack.world.held) == {"mine"}
    assert (stack.state.leftovers, stack.state.pending) == ((), {})


def test_a_one_and_only_that_comes_back_is_not_deleted_as_a_leftover(stack: Stack) -> None:
    policy = define(resource("A"), resource("P", POLICY, Target=ref("A")))
    stack.deploy(policy)
    killed(stack, define(resource("A"), resource("P")), "delete", "P")
    assert [held.type for held in recover(stack.known(), stack.world).leftovers] == [POLICY]
    assert stack.deploy(policy).complete
    assert set(stack.world.held) == {"shop-A", "policy P of ref:shop-A"}
    assert (stack.state.leftovers, stack.state.pending) == ((), {})


@pytest.mark.parametrize("type_name", [QUEUE, VERSION])
def test_a_create_that_cannot_be_seen_yet_is_adopted_when_it_is_sent_again(
    stack: Stack, type_name: str
) -> None:
    class Lagging(World):
        def find(self, type_name: str, properties: Properties, owner: Owner) -> None:
            return None

    definition = define(resource("A", type_name))
    killed(stack, definition, "created", "A")
    stack.world = Lagging(held=stack.world.held, counter=stack.world.counter)
    assert stack.deploy(definition).complete
    assert len(stack.world.held) == 1
    assert stack.state.pending == {}


def test_destroy_knows_what_a_killed_update_may_have_used(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B")))
    killed(stack, define(resource("A"), resource("B", Target=ref("A"))), "updated", "B")
    assert stack.deploy(None).complete
    assert stack.world.held == {}
