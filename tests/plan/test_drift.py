"""What was changed outside Fairway stands apart from what is intended, with what a deploy does about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.world import FUNCTION, QUEUE, TABLE, Stack, actions, define, resource

from fairway.model.plan import Action, Drift, DriftedProperty, Fate
from fairway.model.values import Secret
from fairway.plan.accept import accept, placed
from fairway.plan.drift import drift_alone


@pytest.fixture
def stack() -> Stack:
    return Stack()


def edit(stack: Stack, identifier: str, **properties: Any) -> None:
    """Change it by hand; None takes a property away."""
    held = stack.world.held[identifier]
    kept = {name: value for name, value in {**held.properties, **properties}.items() if value is not None}
    stack.world.held[identifier] = replace(held, properties=kept)


def alone(stack: Stack) -> tuple[Drift, ...]:
    """The drift that state and live alone tell."""
    live = stack.world.read_all(stack.state.resources.values())
    return drift_alone(stack.state, live, stack.world.traits)


def test_there_is_none_right_after_a_deploy(stack: Stack) -> None:
    definition = define(
        resource("F", FUNCTION, Memory=256, Environment={"A": Secret("hidden")}), resource("T", TABLE)
    )
    stack.deploy(definition)
    assert stack.plan(definition)[0].drift == ()
    assert alone(stack) == ()


def test_what_the_definition_does_not_want_is_set_back(stack: Stack) -> None:
    definition = define(resource("F", FUNCTION, Memory=256))
    stack.deploy(definition)
    edit(stack, "shop-F", Memory=999)
    plan, _, _ = stack.plan(definition)
    assert plan.drift == (
        Drift("F", FUNCTION, "shop-F", (DriftedProperty("Memory", 256, 999, Fate.OVERWRITE),)),
    )
    assert actions(plan) == {"F": Action.UPDATE}


def test_what_the_definition_says_too_by_now_is_kept_and_needs_no_call(stack: Stack) -> None:
    stack.deploy(define(resource("F", FUNCTION, Memory=256)))
    edit(stack, "shop-F", Memory=512)
    plan, _, _ = stack.plan(define(resource("F", FUNCTION, Memory=512)))
    assert plan.drift[0].properties == (DriftedProperty("Memory", 256, 512, Fate.KEEP),)
    assert actions(plan) == {}


def test_intent_alone_is_no_drift(stack: Stack) -> None:
    stack.deploy(define(resource("F", FUNCTION, Memory=256)))
    plan, _, _ = stack.plan(define(resource("F", FUNCTION, Memory=512)))
    assert plan.drift == ()
    assert plan.effective[0].properties[0].recorded is None


def test_each_property_has_its_own_fate(stack: Stack) -> None:
    stack.deploy(define(resource("F", FUNCTION, Memory=256, Environment={"A": "1", "B": "1"})))
    edit(stack, "shop-F", Memory=512, Environment={"A": "2", "B": "1", "C": "3"})
    plan, _, _ = stack.plan(define(resource("F", FUNCTION, Memory=512, Environment={"A": "1", "B": "1"})))
    assert {each.path: each.fate for each in plan.drift[0].properties} == {
        "Environment.A": Fate.OVERWRITE,
        "Environment.C": Fate.OVERWRITE,
        "Memory": Fate.KEEP,
    }


def test_what_was_deleted_by_hand_says_so(stack: Stack) -> None:
    definition = define(resource("A"), resource("B"))
    stack.deploy(definition)
    del stack.world.held["shop-A"], stack.world.held["shop-B"]
    plan, _, _ = stack.plan(define(resource("A")))
    assert [(each.address, each.deleted, each.fate) for each in plan.drift] == [
        ("A", True, Fate.RECREATE),
        ("B", True, Fate.FORGET),
    ]


def test_what_goes_anyway_shows_what_was_changed_on_it(stack: Stack) -> None:
    stack.deploy(define(resource("A", Delay=1), resource("B", Delay=1, Fifo=False)))
    edit(stack, "shop-A", Delay=2)
    edit(stack, "shop-B", Delay=2)
    plan, _, _ = stack.plan(define(resource("B", Delay=1, Fifo=True)))
    fates = {each.address: each.properties[0].fate for each in plan.drift}
    assert fates == {"A": Fate.DELETE, "B": Fate.REPLACE}


def test_a_secret_that_was_changed_shows_neither_value(stack: Stack) -> None:
    definition = define(resource("F", FUNCTION, Environment={"TOKEN": Secret("first-secret")}))
    stack.deploy(definition)
    edit(stack, "shop-F", Environment={"TOKEN": "second-secret"})
    plan, _, _ = stack.plan(definition)
    assert [each.path for each in plan.drift[0].properties] == ["Environment.TOKEN"]
    assert "secret'" not in repr(plan.drift).replace("$secret'", "")


def test_what_was_not_read_has_no_drift(stack: Stack) -> None:
    stack.deploy(define(resource("A", Delay=1)))
    edit(stack, "shop-A", Delay=2)
    assert drift_alone(stack.state, {}, stack.world.traits) == ()


def test_accepting_takes_what_the_definition_agrees_with_and_leaves_the_rest(stack: Stack) -> None:
    stack.deploy(define(resource("F", FUNCTION, Memory=256, Environment={"A": "1"}), resource("Q")))
    edit(stack, "shop-F", Memory=512, Environment={"A": "2"})
    del stack.world.held["shop-Q"]
    wanted = define(resource("F", FUNCTION, Memory=512, Environment={"A": "1"}), resource("Q"))
    plan, _, state = stack.plan(wanted)
    live = stack.world.read_all(state.resources.values())
    accepted = accept(state, live, plan.drift, stack.world.traits)
    assert accepted.state.resources["F"].properties["Memory"] == 512
    assert accepted.state.resources["F"].properties["Environment"] == {"A": "1"}
    assert [(each.address, [p.path for p in each.properties]) for each in accepted.taken] == [
        ("F", ["Memory"])
    ]
    assert {each.address for each in accepted.left} == {"F", "Q"}
    assert "Q" in accepted.state.resources


def test_without_a_definition_whatever_is_live_is_taken_and_nothing_drifts_any_more(stack: Stack) -> None:
    stack.deploy(
        define(
            resource("F", FUNCTION, Memory=256, Environment={"A": "1", "S": Secret("s")}),
            resource("Q", QUEUE, Tags=[{"Key": "team", "Value": "rays"}]),
            resource("Gone"),
        )
    )
    edit(stack, "shop-F", Memory=None, Environment={"A": "2", "S": "new", "B": "3"})
    tags: Any = stack.world.held["shop-Q"].properties["Tags"]
    edit(stack, "shop-Q", Delay=9, Tags=tags[1:])
    del stack.world.held["shop-Gone"]
    live = stack.world.read_all(stack.state.resources.values())
    accepted = accept(stack.state, live, alone(stack), stack.world.traits)
    assert accepted.left == ()
    assert accepted.state.resources.keys() == {"F", "Q"}
    assert "new" not in repr(accepted.state)
    stack.state = accepted.state
    assert alone(stack) == ()


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        (("A",), 2, {"A": 2, "L": [{"X": 1}], "Tags": [{"Key": "k", "Value": "v"}]}),
        (("A",), None, {"L": [{"X": 1}], "Tags": [{"Key": "k", "Value": "v"}]}),
        (("L", 0, "X"), 5, {"A": 1, "L": [{"X": 5}], "Tags": [{"Key": "k", "Value": "v"}]}),
        (("Tags", "k"), None, {"A": 1, "L": [{"X": 1}], "Tags": []}),
        (("M", "N"), 3, {"A": 1, "L": [{"X": 1}], "Tags": [{"Key": "k", "Value": "v"}], "M": {"N": 3}}),
    ],
)
def test_a_value_is_placed_without_changing_the_old_tree(path: Any, new: Any, expected: Any) -> None:
    before: Any = {"A": 1, "L": [{"X": 1}], "Tags": [{"Key": "k", "Value": "v"}]}
    assert placed(before, path, new) == expected
    assert before == {"A": 1, "L": [{"X": 1}], "Tags": [{"Key": "k", "Value": "v"}]}
