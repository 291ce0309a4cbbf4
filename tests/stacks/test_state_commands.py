"""Commands on state put the record right, under the lock, as the next version, and touch nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fairway.model.errors import Failed, WrongInput
from fairway.model.journal import Begun, to_json
from fairway.model.state import OutputState, ResourceState, StackState
from fairway.model.state_difference import Fate, StateDifference, difference
from fairway.stacks.history import history_of
from fairway.stacks.request import Target
from fairway.stacks.run import Ports
from fairway.stacks.statecommands import diff, forget, forgotten, move, moved, restore, versions
from fairway.stacks.storage import open_store
from fairway.state.document import new_state
from fairway.state.store import Store

QUEUE = ResourceState("Orders", "AWS::SQS::Queue", "orders", properties={"DelaySeconds": 1}, generation=2)
TOPIC = ResourceState("News", "AWS::SNS::Topic", "arn:news", dependencies=("Orders",))
PORTS = Ports(emit=lambda _: None, confirm=lambda _: True)


def yes(_: StateDifference) -> bool:
    return True


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target("shop", "dev", "eu-west-1", str(tmp_path / "state"), tmp_path / "cache")


@pytest.fixture
def store(target: Target) -> Store:
    return open_store(target)


@pytest.fixture
def deployed(store: Store) -> StackState:
    """A stack of two resources, whose queue was changed once."""
    outputs = {"Url": OutputState("https://one")}
    first = replace(new_state("shop", "dev"), resources={"Orders": QUEUE, "News": TOPIC}, outputs=outputs)
    changed = replace(QUEUE, properties={"DelaySeconds": 5, "Key": {"$secret": "00ff"}})
    saved = store.save(first)
    return store.save(replace(saved, resources={"Orders": changed, "News": TOPIC}))


def present(target: Target) -> StackState:
    state = open_store(target).load("dev", "shop")
    assert state is not None
    return state


def test_a_moved_resource_keeps_all_but_its_address_and_where_it_was_made(deployed: StackState) -> None:
    state = moved(deployed, "Orders", "Purchases")
    assert state.resources["Purchases"] == replace(
        deployed.resources["Orders"], address="Purchases", origin="Orders"
    )
    assert "Orders" not in state.resources
    assert state.resources["News"].dependencies == ("Purchases",)


def test_what_is_left_to_delete_depends_on_the_new_address(deployed: StackState) -> None:
    state = moved(replace(deployed, leftovers=(TOPIC,)), "Orders", "Purchases")
    assert state.leftovers[0].dependencies == ("Purchases",)


def test_a_resource_does_not_move_onto_another(deployed: StackState) -> None:
    with pytest.raises(WrongInput, match="has a resource News already"):
        moved(deployed, "Orders", "News")


@pytest.mark.parametrize(
    "edit", [lambda state: moved(state, "Order", "X"), lambda s: forgotten(s, ["Order"])]
)
def test_a_mistyped_address_is_told_with_the_nearest(
    deployed: StackState, edit: Callable[[StackState], StackState]
) -> None:
    with pytest.raises(WrongInput) as caught:
        edit(deployed)
    assert caught.value.next == "did you mean Orders?"


def test_an_edit_is_the_next_version_and_is_recorded(target: Target, deployed: StackState) -> None:
    ended = move(target, "Orders", "Purchases", PORTS, yes)
    assert (ended.result, ended.serial) == ("edited", 3)
    assert present(target).serial == 3
    recorded = history_of(open_store(target), target).deployment(1).events
    assert [event["event"] for event in recorded] == [
        "DeploymentStarted",
        "StateEdited",
        "DeploymentFinished",
    ]
    assert recorded[0]["command"] == "state move"
    assert recorded[1]["difference"]["resources"][0]["fate"] == "moved"


def test_what_is_declined_is_not_written(target: Target, deployed: StackState) -> None:
    asked: list[StateDifference] = []

    def no(found: StateDifference) -> bool:
        asked.append(found)
        return False

    ended = forget(target, ["News", "Orders"], PORTS, no)
    assert (ended.result, ended.serial) == ("declined", 2)
    assert [(each.address, each.fate) for each in asked[0].resources] == [
        ("News", Fate.REMOVED),
        ("Orders", Fate.REMOVED),
    ]
    assert present(target) == deployed


def test_forgotten_resources_are_no_longer_recorded(target: Target, deployed: StackState) -> None:
    forget(target, ["News"], PORTS, yes)
    assert list(present(target).resources) == ["Orders"]


def test_versions_are_listed_newest_first(target: Target, deployed: StackState) -> None:
    assert [each.state.serial for each in versions(target, None) if each.state] == [2, 1]
    assert len(versions(target, 1)) == 1


def test_versions_of_nothing_are_refused(target: Target) -> None:
    with pytest.raises(WrongInput) as caught:
        versions(target, None)
    assert caught.value.code == "state.not-deployed"


def test_two_versions_are_compared_property_by_property(target: Target, deployed: StackState) -> None:
    found = diff(target, 1, 2)
    [queue] = found.resources
    assert (queue.address, queue.fate) == ("Orders", Fate.CHANGED)
    assert {change.path: (change.before, change.after) for change in queue.properties} == {
        "DelaySeconds": (1, 5),
        "Key": (None, {"$secret": "00ff"}),
    }
    assert not diff(target, 2, 2)


def test_outputs_that_differ_are_told(deployed: StackState) -> None:
    other = replace(deployed, outputs={"Url": OutputState("https://two")})
    [change] = difference(deployed, other).outputs
    assert (change.path, change.before, change.after) == ("Url", "https://one", "https://two")


def test_a_restored_version_becomes_the_next_one(target: Target, deployed: StackState) -> None:
    ended = restore(target, 1, PORTS, yes)
    assert (ended.result, ended.serial) == ("edited", 3)
    state = present(target)
    assert (state.lineage, state.serial) == (deployed.lineage, 3)
    assert state.resources["Orders"].properties == {"DelaySeconds": 1}


def test_a_version_that_was_never_kept_is_refused_with_those_there_are(
    target: Target, deployed: StackState
) -> None:
    with pytest.raises(WrongInput) as caught:
        restore(target, 9, PORTS, yes)
    assert "versions 1 to 2" in caught.value.next


def test_a_damaged_state_is_restored_as_its_own_message_says(
    target: Target, store: Store, deployed: StackState
) -> None:
    (Path(target.state) / "dev" / "shop" / "state.json").write_text("{")
    with pytest.raises(Failed) as caught:
        present(target)
    assert "fairway state restore 2" in caught.value.next
    ended = restore(target, 2, PORTS, yes)
    state = present(target)
    assert state.serial == ended.serial > 2
    assert replace(state, serial=2, fence=0) == deployed


def test_a_restored_state_is_still_the_one_an_unfinished_journal_goes_on_from(
    target: Target, store: Store, deployed: StackState
) -> None:
    _begin(store, deployed)
    (Path(target.state) / "dev" / "shop" / "state.json").write_text("{")
    restore(target, 2, PORTS, yes)
    assert replace(present(target), fence=0) == deployed


@pytest.mark.parametrize(
    "edit",
    [
        lambda target: move(target, "Orders", "X", PORTS, yes),
        lambda target: forget(target, ["Orders"], PORTS, yes),
        lambda target: restore(target, 1, PORTS, yes),
    ],
    ids=["move", "forget", "restore"],
)
def test_what_a_cut_off_deploy_began_is_finished_first(
    target: Target, store: Store, deployed: StackState, edit: Callable[[Target], object]
) -> None:
    _begin(store, deployed)
    with pytest.raises(Failed) as caught:
        edit(target)
    assert caught.value.code == "state.unfinished"
    assert "fairway deploy" in caught.value.next
    assert present(target) == deployed


def test_a_journal_whose_end_was_saved_is_in_nobodys_way(
    target: Target, store: Store, deployed: StackState
) -> None:
    """The run was killed between saving and clearing, or the clearing failed."""
    _begin(store, deployed)
    store.save(deployed)
    assert move(target, "Orders", "X", PORTS, yes).result == "edited"


def test_a_first_deploy_that_was_cut_off_is_finished_first(target: Target, store: Store) -> None:
    _begin(store, new_state("shop", "dev"))
    with pytest.raises(Failed) as caught:
        forget(target, ["Orders"], PORTS, yes)
    assert caught.value.code == "state.unfinished"


def test_a_version_of_another_history_is_refused(target: Target, store: Store, deployed: StackState) -> None:
    store.archive("dev", "shop")
    store.save(new_state("shop", "dev"))
    with pytest.raises(Failed) as caught:
        restore(target, 2, PORTS, yes)
    assert caught.value.code == "state.other-lineage"


def test_a_stack_that_was_destroyed_can_be_taken_back(
    target: Target, store: Store, deployed: StackState
) -> None:
    store.archive("dev", "shop")
    restore(target, 2, PORTS, yes)
    assert present(target).resources == deployed.resources


def _begin(store: Store, state: StackState) -> None:
    """As a deploy does that is then killed."""
    begun = Begun(1.0, "ann", "deploy", "shop", "dev", "1", "here", state.lineage, state.serial)
    store.journal("dev", "shop").append([to_json(begun)])
