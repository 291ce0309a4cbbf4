"""What is pushed and what is deployed by hand in the pusher's folder are one stack with one state."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.local_cloud import Cloud
from tests.pipeline.remote.pusher import pusher

from fairway.model.errors import WrongInput
from fairway.pipeline.remote.shared import share_state


def test_what_was_deployed_by_hand_goes_on_from_pushes_and_the_other_way_round(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    made = pusher(tmp_path, local_cloud)
    made.app("remote", "remove")
    shutil.rmtree(made.bare)
    (made.folder / ".fairway" / "state").unlink()
    by_hand = made.app("run", "--env", "prod", "--yes")
    assert by_hand.code == 0, by_hand.out + by_hand.err
    added = made.app("remote", "add")
    assert f"its state is in {made.bare / 'state'}" in added.out
    made.commit(delay=2)
    pushed = made.push()
    assert "~ Queue updated" in pushed.err
    assert made.live() == "2"
    numbers = [
        each["number"] for each in made.app("history", "--env", "prod", "--json").result["deployments"]
    ]
    assert numbers == [2, 1]
    removed = made.app("destroy", "--env", "prod", "--yes")
    assert removed.code == 0, removed.err
    made.commit(delay=3)
    assert "+ Queue created" in made.push().err


def kept(folder: Path) -> str:
    """What a project's folder has as its state."""
    return (folder / ".fairway" / "state" / "file").read_text()


def with_state(folder: Path, text: str) -> Path:
    (folder / ".fairway" / "state").mkdir(parents=True)
    (folder / ".fairway" / "state" / "file").write_text(text)
    return folder


def test_a_folder_without_state_takes_that_of_the_others(tmp_path: Path) -> None:
    first, shared = with_state(tmp_path / "first", "first"), tmp_path / "shared"
    assert share_state(first, shared)
    (tmp_path / "second").mkdir()
    assert not share_state(tmp_path / "second", shared)
    assert (kept(first), kept(tmp_path / "second")) == ("first", "first")
    assert not share_state(first, shared), "it does already"


def test_a_second_place_follows_to_the_first(tmp_path: Path) -> None:
    folder = with_state(tmp_path / "folder", "kept")
    assert share_state(folder, tmp_path / "one")
    assert not share_state(folder, tmp_path / "two")
    assert (tmp_path / "two" / "file").read_text() == kept(folder) == "kept"


def test_of_two_states_none_is_lost(tmp_path: Path) -> None:
    share_state(with_state(tmp_path / "one", "one"), tmp_path / "shared")
    two = with_state(tmp_path / "two", "two")
    with pytest.raises(WrongInput, match="other state"):
        share_state(two, tmp_path / "shared")
    assert (kept(two), (tmp_path / "shared" / "file").read_text()) == ("two", "one")


def test_a_link_to_what_is_gone_is_made_anew(tmp_path: Path) -> None:
    folder = with_state(tmp_path / "folder", "kept")
    share_state(folder, tmp_path / "one")
    shutil.rmtree(tmp_path / "one")
    share_state(folder, tmp_path / "two")
    assert (folder / ".fairway" / "state").resolve() == tmp_path / "two"
