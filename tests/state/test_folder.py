"""The folder keeps stacks apart, counts writes and keeps history."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fairway.model.errors import WrongInput
from fairway.model.events import StageFinished, StageStarted
from fairway.model.state import OutputState
from fairway.state.document import new_state
from fairway.state.folder import FolderStore


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / ".fairway")


def test_a_stack_that_was_never_deployed_has_no_state(store: FolderStore) -> None:
    assert store.load("dev", "shop") is None
    assert store.events("dev", "shop") == []
    assert store.stacks("dev") == ()


def test_every_save_grows_the_serial(store: FolderStore) -> None:
    first = store.save(new_state("shop", "dev"), sync=False)
    second = store.save(first)
    store.sync("dev", "shop")
    assert (first.serial, second.serial) == (1, 2)
    assert store.load("dev", "shop") == second


def without_hard_links(_: Path, __: Path) -> None:
    """As the kernel answers on a file system that has none."""
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("link", [os.link, without_hard_links])
@pytest.mark.parametrize("sync", [True, False])
def test_the_previous_document_stays_beside_the_new_one(
    tmp_path: Path, link: Callable[[Path, Path], None], sync: bool
) -> None:
    store = FolderStore(tmp_path, link=link)
    folder = tmp_path / "dev" / "shop"
    state = store.save(new_state("shop", "dev"), sync=sync)
    assert [path.name for path in folder.iterdir()] == ["state.json"]
    for _ in range(2):
        before = (folder / "state.json").read_bytes()
        state = store.save(state, sync=sync)
        kept = folder / "state.previous.json"
        assert kept.read_bytes() == before
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert store.load("dev", "shop") == state
    assert sorted(path.name for path in folder.iterdir()) == ["state.json", "state.previous.json"]


def test_others_cannot_read_state(store: FolderStore) -> None:
    store.save(new_state("shop", "dev"))
    document = store.root / "dev" / "shop" / "state.json"
    folders = [store.root, store.root / "dev", document.parent]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 3
    assert stat.S_IMODE(document.stat().st_mode) == 0o600


def test_stacks_and_exports_are_those_of_one_environment(store: FolderStore) -> None:
    for environment, stack, value in [("dev", "shop", "a"), ("dev", "base", "b"), ("prod", "shop", "c")]:
        outputs = {"Url": OutputState(value, export=f"{stack}-url"), "Hidden": OutputState("x")}
        store.save(replace(new_state(stack, environment), outputs=outputs))
    assert store.stacks("dev") == ("base", "shop")
    assert store.exports("dev", besides="") == {"base-url": "b", "shop-url": "a"}
    assert store.exports("prod", besides="") == {"shop-url": "c"}


def test_a_destroyed_stack_leaves_its_history(store: FolderStore) -> None:
    state = store.save(new_state("shop", "dev"))
    with store.recording("dev", "shop") as emit:
        emit(StageStarted(1, "apply"))
    store.archive("dev", "shop")
    assert store.load("dev", "shop") is None
    assert store.stacks("dev") == ()
    assert [path.name for path in store.root.glob("dev/shop/archive/*")] == [f"{state.lineage}-1.json"]
    assert len(store.events("dev", "shop")) == 1


def test_events_are_those_of_the_last_deployment(store: FolderStore) -> None:
    for stage in ("build", "apply"):
        with store.recording("dev", "shop") as emit:
            emit(StageStarted(1.5, stage))
            assert store.events("dev", "shop")[-1]["stage"] == stage, "flushed at once"
            emit(StageFinished(2.5, stage, 1.0))
    assert [event["event"] for event in store.events("dev", "shop")] == ["StageStarted", "StageFinished"]
    assert {event["stage"] for event in store.events("dev", "shop")} == {"apply"}


def test_a_last_event_that_was_cut_off_is_left_out(store: FolderStore) -> None:
    with store.recording("dev", "shop") as emit:
        emit(StageStarted(1, "apply"))
    with (store.root / "dev" / "shop" / "events.jsonl").open("a") as file:
        file.write('{"event": "Sta')
    assert len(store.events("dev", "shop")) == 1


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden"])
def test_a_name_cannot_lead_out_of_the_folder(store: FolderStore, name: str) -> None:
    with pytest.raises(WrongInput):
        store.load("dev", name)
