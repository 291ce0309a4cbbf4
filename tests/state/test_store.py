"""A store keeps stacks apart, counts writes and keeps history; nobody overwrites what he has not seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fairway.model.errors import Failed, WrongInput
from fairway.model.objects import Objects
from fairway.model.state import OutputState
from fairway.state.document import new_state
from fairway.state.store import Life, Store


def test_a_stack_that_was_never_deployed_has_no_state(store: Store) -> None:
    assert store.load("dev", "shop") is None
    assert store.deployments("dev", "shop").numbers() == []
    assert store.stacks("dev") == ()


def test_every_save_grows_the_serial(store: Store) -> None:
    first = store.save(new_state("shop", "dev"))
    second = store.save(first)
    assert (first.serial, second.serial) == (1, 2)
    assert store.load("dev", "shop") == second


def test_the_second_of_two_writers_is_told(objects: Objects) -> None:
    Store(objects).save(new_state("shop", "dev"))
    one, other = Store(objects), Store(objects)
    mine, theirs = one.load("dev", "shop"), other.load("dev", "shop")
    assert mine is not None
    assert theirs is not None
    saved = one.save(mine)
    with pytest.raises(Failed, match="somebody else") as caught:
        other.save(theirs)
    assert caught.value.code == "state.conflict"
    assert caught.value.where == f"{objects.place}/dev/shop/state.json"
    assert "run the command again" in caught.value.next
    assert Store(objects).load("dev", "shop") == saved


def test_two_first_deploys_at_once_do_not_overwrite_each_other(objects: Objects) -> None:
    one, other = Store(objects), Store(objects)
    assert one.load("dev", "shop") is other.load("dev", "shop") is None
    one.save(new_state("shop", "dev"))
    with pytest.raises(Failed) as caught:
        other.save(new_state("shop", "dev"))
    assert caught.value.code == "state.conflict"


def test_a_store_that_has_not_looked_overwrites_nothing_it_does_not_know(objects: Objects) -> None:
    saved = Store(objects).save(new_state("shop", "dev"))
    with pytest.raises(Failed) as caught:
        Store(objects).save(replace(saved, serial=7))
    assert caught.value.code == "state.conflict"
    assert Store(objects).save(saved).serial == 2


def test_stacks_and_exports_are_those_of_one_environment(store: Store) -> None:
    for environment, stack, value in [("dev", "shop", "a"), ("dev", "base", "b"), ("prod", "shop", "c")]:
        outputs = {"Url": OutputState(value, export=f"{stack}-url"), "Hidden": OutputState("x")}
        store.save(replace(new_state(stack, environment), outputs=outputs))
    assert store.stacks("dev") == ("base", "shop")
    assert store.exports("dev", besides="") == {"base-url": "b", "shop-url": "a"}
    assert store.exports("prod", besides="") == {"shop-url": "c"}


def test_a_damaged_document_is_blamed_on_the_stack_whose_it_is(objects: Objects) -> None:
    store = Store(objects)
    store.save(new_state("shop", "dev"))
    seen = objects.get("dev/shop/state.json")
    assert seen
    objects.put("dev/shop/state.json", b"", replacing=seen.tag)
    with pytest.raises(Failed, match="it is that of shop, at which base looks too") as caught:
        dict(store.exports("dev", besides="base"))
    assert caught.value.code == "state.damaged"


def test_a_destroyed_stack_leaves_its_history(store: Store) -> None:
    state = store.save(new_state("shop", "dev"))
    store.deployments("dev", "shop").write(1, {"command": "deploy"})
    store.archive("dev", "shop")
    assert store.load("dev", "shop") is None
    assert store.stacks("dev") == ()
    assert store.last_life("dev", "shop") == Life(state.lineage, 1, state.secret_key)
    assert store.deployments("dev", "shop").read(1) == {"command": "deploy"}


def test_the_last_life_is_the_latest_one(store: Store) -> None:
    state = store.save(new_state("shop", "dev"))
    store.archive("dev", "shop")
    for _ in range(11):
        past = store.last_life("dev", "shop")
        again = new_state("shop", "dev", lineage=past.lineage, serial=past.serial, secret_key=past.secret_key)
        state = store.save(again)
        store.archive("dev", "shop")
    assert store.last_life("dev", "shop") == Life(state.lineage, 12, state.secret_key)


def test_nothing_is_known_of_a_life_that_never_was(store: Store) -> None:
    assert store.last_life("dev", "shop") == Life()


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden"])
def test_a_name_cannot_lead_out_of_the_folder(store: Store, name: str) -> None:
    with pytest.raises(WrongInput):
        store.load("dev", name)
