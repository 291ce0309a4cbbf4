"""A verification of an item holds where the table has it, with what is expected of it."""

from __future__ import annotations

import pytest
from tests.checks.deployed import Place
from tests.local_cloud import Cloud

from fairway.aws.attributes import attribute
from fairway.model.checked import Checked
from fairway.model.values import Json
from fairway.project.checks import TableItem

ITEM: dict[str, Json] = {"n": 3, "price": 1.5, "tags": ["a", None, True], "by": {"name": "x"}}


@pytest.fixture
def filled(shop: Place, local_cloud: Cloud) -> Place:
    item = {"id": {"S": "one"}, **{name: attribute(value) for name, value in ITEM.items()}}
    item["set"] = {"SS": ["b", "a"]}
    table = shop.identifier("Orders")
    local_cloud.client("dynamodb").put_item(TableName=table, Item=item)
    return shop


def verified(shop: Place, id: str = "one", **settings: object) -> Checked:
    declared = TableItem(name="item", table="Orders", key={"id": id}, within=0.0, **settings)  # type: ignore[arg-type]
    (checked,) = shop.verify(declared)
    return checked


def test_it_is_there_with_what_is_expected(filled: Place) -> None:
    checked = verified(filled, expect={**ITEM, "set": ["a", "b"]})
    assert (checked.result, checked.kind) == ("passed", "table"), checked


def test_it_says_where_the_item_differs(filled: Place) -> None:
    assert '$.by.name is "x", expected "y"' in verified(filled, expect={"by": {"name": "y"}}).message


def test_it_is_missing(filled: Place) -> None:
    assert verified(filled, "two").message.startswith("Orders has no item id = two")


@pytest.mark.parametrize(("id", "result"), [("two", "passed"), ("one", "failed")])
def test_there_may_have_to_be_none(filled: Place, id: str, result: str) -> None:
    assert verified(filled, id, absent=True).result == result


def test_a_key_that_is_not_the_tables_is_not_tried_again(filled: Place) -> None:
    (checked,) = filled.verify(TableItem(name="item", table="Orders", key={"nid": "one"}, within=60.0))
    assert checked.result == "failed"
    assert checked.message.partition(": ")[2].startswith("Orders cannot have an item with this key")
    assert checked.seconds < 20
