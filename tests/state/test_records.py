"""Journals and deployments' records come back as they were written, on every backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairway.model.errors import Failed
from fairway.model.objects import Conflict, Objects
from fairway.state.folder import FolderObjects
from fairway.state.store import Store

JOURNAL = "dev/shop/journal.jsonl"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"place": "s3', "it is not JSON from line 1, column 11 on: it was cut off, or edited"),
        (b'{"place": "s3://b"}', "it is not an object with `place`, `lineage` and `serial`"),
        (b"[]", "it is not an object with `place`, `lineage` and `serial`"),
    ],
)
def test_a_damaged_pointer_is_told_in_words_of_the_document(
    store: Store, objects: Objects, content: bytes, why: str
) -> None:
    objects.put("dev/shop/moved.json", content)
    with pytest.raises(Failed) as caught:
        store.pointer("dev", "shop").read()
    assert (caught.value.code, caught.value.why) == ("state.damaged", why)


def test_a_journal_grows_until_it_is_cleared(store: Store) -> None:
    journal = store.journal("dev", "shop")
    assert journal.read() == []
    journal.append([{"n": 1}, {"n": 2}])
    journal.append([{"text": "two\nlines"}])
    assert store.journal("dev", "shop").read() == [{"n": 1}, {"n": 2}, {"text": "two\nlines"}]
    journal.clear()
    assert store.journal("dev", "shop").read() == []
    journal.append([{"n": 3}])
    assert store.journal("dev", "shop").read() == [{"n": 3}]


def test_the_next_run_goes_on_with_the_journal_it_has_read(store: Store) -> None:
    store.journal("dev", "shop").append([{"n": 1}])
    following = store.journal("dev", "shop")
    following.append([{"n": 2}])
    assert store.journal("dev", "shop").read() == [{"n": 1}, {"n": 2}]


def test_a_second_writer_of_a_journal_is_stopped(store: Store) -> None:
    one, other = store.journal("dev", "shop"), store.journal("dev", "shop")
    one.read()
    other.read()
    one.append([{"n": 1}])
    with pytest.raises(Failed, match="journal") as appended:
        other.append([{"n": 2}])
    with pytest.raises(Failed, match="journal") as cleared:
        other.clear()
    assert {appended.value.code, cleared.value.code} == {"state.conflict"}
    assert store.journal("dev", "shop").read() == [{"n": 1}]


def test_a_line_that_was_cut_off_is_left_out_and_written_over(tmp_path: Path) -> None:
    store = Store(FolderObjects(tmp_path))
    store.journal("dev", "shop").append([{"n": 1}])
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(b'{"n": 2')
    journal = store.journal("dev", "shop")
    assert journal.read() == [{"n": 1}]
    journal.append([{"n": 3}])
    assert store.journal("dev", "shop").read() == [{"n": 1}, {"n": 3}]


@pytest.mark.parametrize("line", [b"no json\n", b"[1]\n", b"\xff\xfe\n"])
def test_a_damaged_journal_is_refused(store: Store, objects: Objects, line: bytes) -> None:
    objects.put(JOURNAL, b'{"n": 1}\n' + line)
    with pytest.raises(Failed) as caught:
        store.journal("dev", "shop").read()
    assert caught.value.code == "state.damaged"
    assert caught.value.where == f"{objects.place}/{JOURNAL}"
    assert "fairway deploy --adopt '*'" in str(caught.value.next)


def test_deployments_are_numbered(store: Store) -> None:
    records = store.deployments("dev", "shop")
    assert records.numbers() == []
    for number in (1, 12, 2):
        records.write(number, {"number": number})
    assert records.numbers() == [1, 2, 12]
    assert records.read(12) == {"number": 12}
    assert records.read(3) is None
    records.remove(2)
    assert records.numbers() == [1, 12]
    assert store.deployments("dev", "other").numbers() == []


def test_a_number_is_taken_once(store: Store) -> None:
    records = store.deployments("dev", "shop")
    records.write(1, {"by": "one"}, new=True)
    with pytest.raises(Conflict):
        records.write(1, {"by": "other"}, new=True)
    records.write(1, {"by": "one", "result": "succeeded"})
    assert records.read(1) == {"by": "one", "result": "succeeded"}


def test_in_a_folder_a_journal_grows_without_being_written_again(tmp_path: Path) -> None:
    journal = Store(FolderObjects(tmp_path)).journal("dev", "shop")
    journal.append([{"n": 1}])
    before = (tmp_path / JOURNAL).stat().st_ino
    journal.append([{"n": 2}])
    assert (tmp_path / JOURNAL).stat().st_ino == before
    journal.clear()
    assert not (tmp_path / JOURNAL).exists()
