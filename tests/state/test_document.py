"""A state document comes back as it was written, or is refused in words that help."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairway.model.errors import Failed
from fairway.model.state import OutputState, PendingCreate, ResourceState, StackState
from fairway.state.document import decode, encode, new_state
from fairway.state.folder import FolderStore

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


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("orders-queue", "orders-qu3ue"),
        lambda _: "",
        lambda _: "[]",
        lambda _: json.dumps({"schema": 1, "checksum": "", "state": None}),
    ],
    ids=["cut off", "edited", "empty", "another document", "no state"],
)
def test_a_damaged_document_is_refused_and_the_last_good_version_named(
    tmp_path: Path, damage: Callable[[str], str]
) -> None:
    store = FolderStore(tmp_path)
    queue = ResourceState("Orders", "AWS::SQS::Queue", "orders-queue")
    first = store.save(new_state("shop", "dev"))
    store.save(StackState(**{**vars(first), "resources": {"Orders": queue}}))
    path = tmp_path / "dev" / "shop" / "state.json"
    path.write_text(damage(path.read_text()))

    with pytest.raises(Failed) as caught:
        store.load("dev", "shop")

    assert caught.value.code == "state.damaged"
    assert caught.value.where == str(path)
    assert "state.previous.json (serial 1)" in caught.value.next
    (path.parent / "state.previous.json").replace(path)
    assert store.load("dev", "shop") == first


def test_without_a_good_version_it_says_so(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.save(new_state("shop", "dev"))
    (tmp_path / "dev" / "shop" / "state.json").write_bytes(b"\xff\xfe")
    with pytest.raises(Failed, match="damaged") as caught:
        store.load("dev", "shop")
    assert "backup" in caught.value.next


def test_a_newer_document_is_refused(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.save(new_state("shop", "dev"))
    path = tmp_path / "dev" / "shop" / "state.json"
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 2'))
    with pytest.raises(Failed) as caught:
        store.load("dev", "shop")
    assert caught.value.code == "state.newer"
