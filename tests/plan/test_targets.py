"""Some resources only: what they need comes along, everything else is neither read nor planned."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.world import FUNCTION, TABLE, Stack, actions, define, ref, resource

from fairway.model.errors import WrongInput
from fairway.model.graph import Definition
from fairway.model.plan import Action, Plan
from fairway.plan.desired import Desired
from fairway.plan.planner import make_plan
from fairway.plan.targets import targeted


@pytest.fixture
def stack() -> Stack:
    return Stack()


def plan(stack: Stack, definition: Definition, *targets: str) -> tuple[Plan, Desired]:
    """The plan for these targets; live holds what belongs to them alone, as the pipeline reads it."""
    only = targeted(frozenset(targets), definition, stack.state)
    live = stack.world.read_all(held for a, held in stack.state.resources.items() if a in only)
    return make_plan(definition, stack.state, live, stack.world, only=only, allow_data_loss=frozenset("*"))


def test_what_a_target_depends_on_comes_along(stack: Stack) -> None:
    definition = define(
        resource("A"), resource("B", Target=ref("A")), resource("C", Target=ref("B")), resource("Z", Delay=1)
    )
    made, _ = plan(stack, definition, "B")
    assert actions(made) == {"A": Action.CREATE, "B": Action.CREATE}
    assert made.untargeted == ("C", "Z")


def test_the_rest_stays_as_it_is_although_it_changed(stack: Stack) -> None:
    stack.deploy(
        define(resource("A", Delay=1), resource("B", Delay=1), resource("Gone"), Url=ref("B", "Arn"))
    )
    changed = define(resource("A", Delay=2), resource("B", Delay=2), Url=ref("B", "Arn"))
    made, desired = plan(stack, changed, "A")
    assert actions(made) == {"A": Action.UPDATE}
    assert made.untargeted == ("B", "Gone")
    assert made.outputs == {"Url": "ref:shop-B"}
    outcome = stack.apply(made, desired, stack.state)
    assert outcome.complete
    assert stack.state.resources.keys() == {"A", "B", "Gone"}
    assert stack.state.resources["B"].properties["Delay"] == 1
    assert actions(stack.plan(changed)[0]) == {"B": Action.UPDATE, "Gone": Action.DELETE}


def test_an_output_of_what_is_not_made_waits(stack: Stack) -> None:
    made, desired = plan(stack, define(resource("A"), resource("B"), Url=ref("B", "Arn")), "A")
    assert made.outputs == {}
    assert stack.apply(made, desired, stack.state).complete


def test_what_the_definition_has_no_more_can_be_a_target_with_its_users(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A")), resource("C")))
    made, desired = plan(stack, define(resource("B")), "A")
    assert actions(made) == {"A": Action.DELETE, "B": Action.UPDATE}
    assert made.untargeted == ("C",)
    assert stack.apply(made, desired, stack.state).complete


def test_a_replacement_is_refused_while_its_users_would_go_on_using_the_old_one(stack: Stack) -> None:
    stack.deploy(define(resource("T", TABLE, Keys=["a"]), resource("F", FUNCTION, Role=ref("T"))))
    changed = define(resource("T", TABLE, Keys=["b"]), resource("F", FUNCTION, Role=ref("T")))
    with pytest.raises(WrongInput, match="F would go on using the old one") as caught:
        plan(stack, changed, "T")
    assert caught.value.next == "add --target F"
    assert actions(plan(stack, changed, "F")[0]) == {"T": Action.REPLACE, "F": Action.UPDATE}


def test_an_unknown_target_is_wrong_input_with_the_nearest_name(stack: Stack) -> None:
    with pytest.raises(WrongInput) as caught:
        targeted(frozenset({"Quue"}), define(resource("Queue")), stack.state)
    assert (caught.value.code, caught.value.next) == ("arguments.target", "did you mean Queue?")


def test_a_renamed_target_is_moved(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Delay=3), resource("B", Target=ref("Old"))))
    made, _ = plan(stack, define(resource("New", Delay=3), resource("B", Target=ref("New"))), "New")
    assert made.moves == {"Old": "New"}
    assert made.untargeted == ("B",)


def test_drift_of_what_is_not_targeted_does_not_show(stack: Stack) -> None:
    definition = define(resource("A", Delay=1), resource("B", Delay=1))
    stack.deploy(definition)
    for name, held in stack.world.held.items():
        stack.world.held[name] = replace(held, properties={**held.properties, "Delay": 9})
    assert [each.address for each in plan(stack, definition, "A")[0].drift] == ["A"]
