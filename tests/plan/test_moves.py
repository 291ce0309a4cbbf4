"""A renamed logical id with the same resource is a move: nothing is created, nothing deleted."""

from __future__ import annotations

import pytest
from tests.world import (
    FUNCTION,
    POLICY,
    QUEUE,
    TABLE,
    TYPES,
    VERSION,
    Stack,
    World,
    actions,
    define,
    failing,
    ref,
    resource,
)

from fairway.apply.folds import gone_on
from fairway.model.plan import Action, Plan, Reason
from fairway.model.state import readdressed


@pytest.fixture
def stack() -> Stack:
    return Stack()


def moves(plan: Plan) -> dict[str, str]:
    return dict(plan.moves)


def test_a_generated_name_stays_and_only_the_tag_is_sent(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Delay=5)))
    stack.world.calls.clear()
    renamed = define(resource("New", Delay=5))
    plan, _, _ = stack.plan(renamed)
    assert moves(plan) == {"Old": "New"}
    assert [(c.address, c.action, c.reason, c.moved_from) for c in plan.effective] == [
        ("New", Action.UPDATE, Reason.MOVED, "Old")
    ]
    assert [each.path for each in plan.effective[0].properties] == ["Tags.fairway:address"]
    assert plan.drift == ()
    stack.deploy(renamed)
    assert stack.world.writes() == [("update", "Old")]
    assert stack.state.resources.keys() == {"New"}
    assert stack.state.resources["New"].identifier == "shop-Old"
    assert actions(stack.plan(renamed)[0]) == {}


def test_what_carries_no_tags_is_moved_without_any_call(stack: Stack) -> None:
    stack.deploy(define(resource("Q"), resource("Old", POLICY, Target=ref("Q"), Document={"A": 1})))
    stack.world.calls.clear()
    renamed = define(resource("Q"), resource("New", POLICY, Target=ref("Q"), Document={"A": 1}))
    plan, _, _ = stack.plan(renamed)
    assert actions(plan) == {"New": Action.ADOPT}
    stack.deploy(renamed)
    assert stack.world.writes() == []
    assert stack.state.resources.keys() == {"Q", "New"}


def test_those_that_refer_to_it_need_nothing(stack: Stack) -> None:
    stack.deploy(define(resource("Old", TABLE, Keys=["id"]), resource("F", FUNCTION, Role=ref("Old"))))
    renamed = define(resource("New", TABLE, Keys=["id"]), resource("F", FUNCTION, Role=ref("New")))
    plan, _, _ = stack.plan(renamed)
    assert moves(plan) == {"Old": "New"}
    assert actions(plan) == {"New": Action.UPDATE}
    assert plan.refusals == ()
    stack.deploy(renamed)
    assert stack.state.resources["F"].dependencies == ("New",)


def test_what_is_renamed_together_moves_together(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", FUNCTION, Role=ref("A", "Arn"))))
    renamed = define(resource("A2"), resource("B2", FUNCTION, Role=ref("A2", "Arn")))
    assert moves(stack.plan(renamed)[0]) == {"A": "A2", "B": "B2"}
    stack.deploy(renamed)
    assert actions(stack.plan(renamed)[0]) == {}


def test_a_name_that_the_definition_gives_tells_which_one_it_is_although_more_changes(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Name="orders", Delay=5), resource("Other", Name="mails", Delay=5)))
    renamed = define(resource("New", Name="orders", Delay=9), resource("Next", Name="mails", Delay=5))
    plan, _, _ = stack.plan(renamed)
    assert moves(plan) == {"Old": "New", "Other": "Next"}
    stack.deploy(renamed)
    assert stack.world.held["orders"].properties["Delay"] == 9


def test_a_resource_that_differs_is_another_one(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Delay=5)))
    plan, _, _ = stack.plan(define(resource("New", Delay=6)))
    assert actions(plan) == {"New": Action.CREATE, "Old": Action.DELETE}


def test_another_type_is_another_resource(stack: Stack) -> None:
    stack.deploy(define(resource("Old", QUEUE)))
    assert moves(stack.plan(define(resource("New", TABLE)))[0]) == {}


@pytest.mark.parametrize(
    ("before", "after"), [(["A", "B"], ["C"]), (["A"], ["B", "C"]), (["A", "B"], ["C", "D"])]
)
def test_nothing_is_guessed_where_more_than_one_fits(
    stack: Stack, before: list[str], after: list[str]
) -> None:
    stack.deploy(define(*(resource(address) for address in before)))
    plan, _, _ = stack.plan(define(*(resource(address) for address in after)))
    assert moves(plan) == {}
    for address in after:
        made = next(each for each in plan.changes if each.address == address)
        assert made.action is Action.CREATE
        assert "fairway state move" in made.impact.notes[0]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            ["A", "B"],
            ["C", "D"],
            [
                "may be A or B under another address, as may D: `fairway state move A C` says so",
                "may be A or B under another address, as may C: `fairway state move B D` says so",
            ],
        ),
        (
            ["A"],
            ["B", "C"],
            [
                "may be A under another address, as may C: `fairway state move A B` says so",
                "may be A under another address, as may B: `fairway state move A C` says so",
            ],
        ),
    ],
)
def test_the_commands_for_identical_ones_can_all_be_run_and_name_who_else_it_may_be(
    stack: Stack, before: list[str], after: list[str], told: list[str]
) -> None:
    stack.deploy(define(*(resource(address) for address in before)))
    plan, _, _ = stack.plan(define(*(resource(address) for address in after)))
    notes = {each.address: each.impact.notes[0] for each in plan.changes if each.impact.notes}
    assert [notes[address] for address in after] == told


def test_what_was_deleted_by_hand_does_not_move(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Delay=5)))
    del stack.world.held["shop-Old"]
    assert moves(stack.plan(define(resource("New", Delay=5)))[0]) == {}


def test_a_new_logical_id_can_be_how_a_new_one_is_asked_for(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setitem(TYPES, VERSION, replace(TYPES[VERSION], movable=False))
    stack.deploy(define(resource("V1", VERSION, Function="f")))
    assert actions(stack.plan(define(resource("V2", VERSION, Function="f")))[0]) == {
        "V1": Action.DELETE,
        "V2": Action.CREATE,
    }


def test_the_given_up_address_can_be_used_again_although_its_name_is_still_in_use(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Delay=5)))
    stack.deploy(define(resource("New", Delay=5)))
    both = define(resource("New", Delay=5), resource("Old", Delay=7))
    assert stack.deploy(both).complete
    assert {each.identifier for each in stack.state.resources.values()} == {"shop-Old", "shop-Old-1"}
    assert actions(stack.plan(both)[0]) == {}


def test_a_rename_back_is_a_move_too(stack: Stack) -> None:
    for address in ("Old", "New", "Old"):
        stack.deploy(define(resource(address, Delay=5)))
    assert stack.state.resources["Old"].origin == ""
    assert len(stack.world.held) == 1


def test_a_replacement_of_what_was_moved_gets_a_name_of_its_new_address(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Fifo=False)))
    stack.deploy(define(resource("New", Fifo=False)))
    stack.deploy(define(resource("New", Fifo=True)))
    assert list(stack.world.held) == ["shop-New-1"]


def test_a_move_whose_tag_could_not_be_sent_is_made_up_for_next_time(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Delay=5)))
    renamed = define(resource("New", Delay=5))
    stack.world.fault = failing("update", "Old")
    assert not stack.deploy(renamed).complete
    stack.world.fault = World().fault
    assert actions(stack.plan(renamed)[0]) == {"New": Action.UPDATE}
    assert stack.deploy(renamed).complete
    assert stack.state.resources.keys() == {"New"}


def test_every_prefix_of_the_journal_knows_the_resource_once(stack: Stack) -> None:
    stack.deploy(define(resource("Old", Delay=5)))
    base = stack.state
    plan, desired, state = stack.plan(define(resource("New", Delay=5)))
    stack.save = lambda state: state  # type: ignore[method-assign]
    stack.apply(plan, desired, state)
    entries = stack.journal.read()
    for length in range(1, len(entries) + 1):
        known = gone_on(base, entries[:length])
        assert known is not None
        assert [held.identifier for held in known.resources.values()] == ["shop-Old"]


def test_readdressed_leaves_everything_else_alone(stack: Stack) -> None:
    stack.deploy(define(resource("A"), resource("B", Target=ref("A"))))
    moved = readdressed(stack.state, {"A": "C"})
    assert moved.resources.keys() == {"B", "C"}
    assert moved.resources["B"].dependencies == ("C",)
    assert readdressed(moved, {"C": "A"}) == stack.state
    assert readdressed(stack.state, {}) is stack.state
