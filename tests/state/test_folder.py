"""What is particular to a folder: private files, few versions, nothing half written, earlier layouts."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from fairway.model.errors import Failed
from fairway.state.document import new_state
from fairway.state.folder import ABANDONED, FolderObjects
from fairway.state.store import Store

KEY = "dev/shop/state.json"


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path / ".fairway", kept=3)


def test_others_cannot_read_anything(objects: FolderObjects) -> None:
    for content in (b"one", b"two"):
        objects.put(KEY, content)
    every = [objects.root, *objects.root.rglob("*")]
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in every}
    assert modes == {True: 0o700, False: 0o600}


def test_only_the_newest_versions_stay(objects: FolderObjects) -> None:
    for number in range(8):
        objects.put(KEY, b"%d" % number)
    found = [objects.get(KEY, version=each.id) for each in objects.versions(KEY)]
    assert [blob.content for blob in found if blob] == [b"7", b"6", b"5"]


def test_the_same_content_again_is_no_new_version(objects: FolderObjects) -> None:
    objects.put(KEY, b"one")
    objects.put(KEY, b"one")
    assert len(objects.versions(KEY)) == 1


def test_what_an_earlier_fairway_wrote_is_a_version_too(objects: FolderObjects) -> None:
    path = objects.path(KEY)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"earlier")
    [only] = objects.versions(KEY)
    found = objects.get(KEY, version=only.id)
    assert found is not None
    assert found.content == b"earlier"
    objects.put(KEY, b"later", replacing=found.tag)
    assert [each.size for each in objects.versions(KEY)] == [5, 7]


def test_what_a_killed_process_left_goes_with_the_next_write_and_what_another_writes_stays(
    objects: FolderObjects,
) -> None:
    objects.put(KEY, b"one")
    folder = objects.path(KEY).parent
    places = (folder, folder / ".state.json.versions")
    abandoned = [place / f".{name}.7-7.new" for place in places for name in ("state.json", "000000002-00")]
    under_way = [place / f".{name}.8-8.new" for place in places for name in ("state.json", "000000002-00")]
    for file in (*abandoned, *under_way):
        file.write_bytes(b"ha")
    written = time.time() - ABANDONED - 5
    for file in abandoned:
        os.utime(file, (written, written))
    objects.put(KEY, b"two")
    assert sorted(folder.rglob("*.new")) == sorted(under_way)


def test_a_half_written_file_of_a_killed_process_is_nothing(objects: FolderObjects) -> None:
    objects.put(KEY, b"one")
    path = objects.path(KEY)
    (path.parent / ".state.json.new").write_bytes(b"ha")
    (path.parent / ".state.json.versions" / ".000000002-0000.new").write_bytes(b"ha")
    assert objects.keys("") == [KEY]
    assert len(objects.versions(KEY)) == 1
    objects.put(KEY, b"two")
    assert [each.size for each in objects.versions(KEY)] == [3, 3]


def test_the_archive_of_an_earlier_fairway_still_tells_the_lineage(objects: FolderObjects) -> None:
    archived = objects.root / "dev" / "shop" / "archive"
    archived.mkdir(parents=True)
    (archived / "0123456789abcdef-41.json").write_text("{}")
    store = Store(objects)
    assert store.last_life("dev", "shop").lineage == "0123456789abcdef"
    assert store.save(new_state("shop", "dev")).serial == 1


def test_what_cannot_be_written_is_told(objects: FolderObjects) -> None:
    objects.put(KEY, b"one")
    below = f"{KEY}/journal.jsonl"
    with pytest.raises(Failed) as caught:
        objects.put(below, b"two")
    assert caught.value.code == "state.not-written"
    assert caught.value.where == str(objects.path(below))
    found = objects.get(KEY)
    assert found is not None
    assert found.content == b"one"
