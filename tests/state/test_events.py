"""The events of the last deployment can be read again, as far as it got."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairway.model.events import StageFinished, StageStarted
from fairway.state.folder import FolderObjects
from fairway.state.store import Store


@pytest.fixture
def in_folder(tmp_path: Path) -> Store:
    return Store(FolderObjects(tmp_path))


def test_events_are_those_of_the_last_deployment(store: Store) -> None:
    for stage in ("build", "apply"):
        with store.recording("dev", "shop") as emit:
            emit(StageStarted(1.5, stage))
            emit(StageFinished(2.5, stage, 1.0))
    assert [event["event"] for event in store.events("dev", "shop")] == ["StageStarted", "StageFinished"]
    assert {event["stage"] for event in store.events("dev", "shop")} == {"apply"}


def test_in_a_folder_an_event_is_there_at_once(in_folder: Store) -> None:
    with in_folder.recording("dev", "shop") as emit:
        emit(StageStarted(1.5, "apply"))
        assert in_folder.events("dev", "shop")[-1]["stage"] == "apply"


def test_a_last_event_that_was_cut_off_is_left_out(in_folder: Store, tmp_path: Path) -> None:
    with in_folder.recording("dev", "shop") as emit:
        emit(StageStarted(1, "apply"))
    with (tmp_path / "dev" / "shop" / "events.jsonl").open("a") as file:
        file.write('{"event": "Sta')
    assert len(in_folder.events("dev", "shop")) == 1
