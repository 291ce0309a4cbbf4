"""A state document comes back as it was written, or is refused in words that help."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.model.errors import Failed
from fairway.model.objects import Objects
from fairway.model.state import SCHEMA_VERSION, OutputState, PendingCreate, ResourceState, StackState
from fairway.state.document import decode, encode, new_state
from fairway.state.folder import FolderObjects
from fairway.state.migrations import MIGRATIONS
from fairway.state.store import Store

texts = st.text(max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
maps = st.dictionaries(texts, values, max_size=3)
pending = st.builds(PendingCreate, texts, texts, st.integers(0, 9), maps)
resources = st.builds(
    ResourceState,
    address=texts,
    type=texts,
    identifier=texts,
    ref=values,
    properties=maps,
    attributes=maps,
    dependencies=st.lists(texts, max_size=2).map(tuple),
    deletion_policy=st.sampled_from(["Delete", "Retain"]),
    generation=st.integers(0, 9),
)
states = st.builds(
    StackState,
    stack=texts,
    environment=texts,
    serial=st.integers(0, 99),
    secret_key=texts,
    resources=st.dictionaries(texts, resources, max_size=3),
    pending=st.dictionaries(
        texts, st.builds(PendingCreate, texts, texts, st.integers(0, 9), maps), max_size=2
    ),
    leftovers=st.lists(resources, max_size=2).map(tuple),
    outputs=st.dictionaries(texts, st.builds(OutputState, values, texts, texts), max_size=2),
)


@given(states)
def test_what_was_written_comes_back(state: StackState) -> None:
    assert decode(encode(state), "state.json") == state


def test_every_history_has_a_lineage_and_a_key_of_its_own() -> None:
    one, other = new_state("shop", "dev"), new_state("shop", "dev")
    assert one.lineage != other.lineage
    assert len(one.secret_key) == 64
    assert one.secret_key != other.secret_key


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda content: content[: len(content) // 2],
    "edited": lambda content: content.replace(b"orders-queue", b"orders-qu3ue"),
    "empty": lambda _: b"",
    "no text": lambda _: b"\xff\xfe",
    "another document": lambda _: b"[]",
    "no state": lambda _: json.dumps({"schema": 1, "checksum": "", "state": None}).encode(),
    "another stack's": lambda _: encode(new_state("other", "dev")),
    "newer": lambda content: content.replace(b'"schema": 2', b'"schema": 3'),
}
CODES = {"newer": "state.newer", "another stack's": "state.foreign"}
KEY = "dev/shop/state.json"


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_cannot_be_used_is_refused_and_the_last_good_version_named(
    objects: Objects, damage: str
) -> None:
    store = Store(objects)
    queue = ResourceState("Orders", "AWS::SQS::Queue", "orders-queue")
    first = store.save(new_state("shop", "dev"))
    store.save(replace(first, resources={"Orders": queue}))
    there = objects.get(KEY)
    assert there is not None
    objects.put(KEY, DAMAGES[damage](there.content))

    with pytest.raises(Failed) as caught:
        store.load("dev", "shop")

    assert caught.value.code == CODES.get(damage, "state.damaged")
    assert caught.value.where == f"{objects.place}/{KEY}"
    assert "`fairway state restore 2 --env dev --stack shop`" in caught.value.next


def sealed(body: object, schema: int = SCHEMA_VERSION) -> bytes:
    """A document whose checksum fits."""
    text = json.dumps(body, separators=(",", ":"))
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return f'{{"schema": {schema}, "checksum": "{checksum}", "state": {text}}}\n'.encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"\xff\xfe", "it is not text in UTF-8"),
        (b"[" * 9_999 + b"]" * 9_999, "it holds what no Fairway writes"),
        (b"9" * 9_999, "it holds what no Fairway writes"),
        (b'{"schema": 2, "check', "it is not JSON from line 1, column 15 on: it was cut off, or edited"),
        (b"[]", "it is not an object with `schema`, `checksum` and `state`"),
        (b'{"schema": 2}', "it is not an object with `schema`, `checksum` and `state`"),
        (sealed({"stack": "shop"}), "its state has not the form of schema version 2"),
        (sealed({"stack": "shop"}, 0), "its state has not the form of schema version 0"),
        (sealed({}).replace(b"{}", b'{"stack": "x"}'), "its checksum does not fit what it holds"),
    ],
)
def test_damage_is_told_in_words_of_the_document(content: bytes, why: str) -> None:
    with pytest.raises(Failed) as caught:
        decode(content, "state.json")
    assert (caught.value.code, caught.value.why) == ("state.damaged", why)


def test_a_folder_survives_an_edit_of_its_newest_document_in_place(tmp_path: Path) -> None:
    store = Store(FolderObjects(tmp_path))
    store.save(new_state("shop", "dev"))
    (tmp_path / KEY).write_text("edited")
    with pytest.raises(Failed) as caught:
        store.load("dev", "shop")
    assert "fairway state restore 1" in caught.value.next


def test_without_a_good_version_it_says_so(objects: Objects) -> None:
    objects.put(KEY, b"{}")
    with pytest.raises(Failed, match="damaged") as caught:
        Store(objects).load("dev", "shop")
    assert "backup" in caught.value.next


FIRST_SCHEMA = json.dumps(
    {
        "stack": "shop",
        "environment": "dev",
        "account": "123456789012",
        "region": "eu-west-1",
        "lineage": "0123456789abcdef",
        "serial": 7,
        "secret_key": "00ff",
        "resources": {
            "Orders": {
                "address": "Orders",
                "type": "AWS::SQS::Queue",
                "identifier": "orders-queue",
                "ref": "orders-queue",
                "properties": {"DelaySeconds": 3},
                "attributes": {},
                "dependencies": ["Key"],
                "deletion_policy": "Retain",
                "update_replace_policy": "Delete",
                "generation": 2,
            }
        },
        "pending": {},
        "leftovers": [],
        "outputs": {"Url": {"value": "x", "description": "", "export": "shop-url"}},
    },
    separators=(",", ":"),
)
"""A state as Fairway wrote it before documents had version 2."""


def test_a_document_of_the_first_schema_is_read_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "dev" / "shop").mkdir(parents=True)
    checksum = hashlib.sha256(FIRST_SCHEMA.encode()).hexdigest()
    document = f'{{"schema": 1, "checksum": "{checksum}", "state": {FIRST_SCHEMA}}}\n'
    (tmp_path / KEY).write_text(document)
    store = Store(FolderObjects(tmp_path))

    state = store.load("dev", "shop")

    assert state is not None
    orders = state.resources["Orders"]
    assert (orders.deletion_policy, orders.generation, orders.dependencies) == ("Retain", 2, ("Key",))
    assert not orders.protected
    assert store.save(state).serial == 8
    assert json.loads((tmp_path / KEY).read_bytes())["schema"] == 2
    assert store.versions("dev", "shop").of_serial(7) == state


def test_there_is_a_migration_from_every_earlier_schema() -> None:
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))
