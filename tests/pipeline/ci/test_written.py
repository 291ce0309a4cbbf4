"""Files are written over only as long as nobody else has changed them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairway.model.errors import InvalidDefinition
from fairway.pipeline.ci.written import look, with_head, write

PATH = ".github/workflows/one.yml"


def made(text: str) -> dict[str, str]:
    return {PATH: with_head(text, "github")}


def did(folder: Path, text: str, *, force: bool = False) -> list[str]:
    return [each.did for each in write(folder, made(text), force=force)]


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    assert did(tmp_path, "a: 1\n") == ["created"]
    before = (tmp_path / PATH).stat()
    assert did(tmp_path, "a: 1\n") == ["already so"]
    assert (tmp_path / PATH).stat() == before


def test_what_it_made_itself_is_brought_up_to_date(tmp_path: Path) -> None:
    did(tmp_path, "a: 1\n")
    assert [each.did for each in look(tmp_path, made("a: 2\n"))] == ["set"]
    assert did(tmp_path, "a: 2\n") == ["set"]
    assert (tmp_path / PATH).read_text().endswith("\na: 2\n")


@pytest.mark.parametrize(
    ("theirs", "words"),
    [("on: push\n", "not made by Fairway"), (with_head("a: 1\n", "github") + "b: 2\n", "was edited")],
)
def test_what_others_wrote_or_edited_stays_unless_forced(tmp_path: Path, theirs: str, words: str) -> None:
    file = tmp_path / PATH
    file.parent.mkdir(parents=True)
    file.write_text(theirs)
    with pytest.raises(InvalidDefinition) as caught:
        did(tmp_path, "a: 2\n")
    assert words in caught.value.findings[0].message
    assert file.read_text() == theirs
    assert did(tmp_path, "a: 2\n", force=True) == ["set"]


def test_when_one_is_refused_none_is_written(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text("theirs: 1\n")
    with pytest.raises(InvalidDefinition):
        write(
            tmp_path,
            {"a.yml": with_head("a: 1\n", "github"), "b.yml": with_head("b: 1\n", "github")},
            force=False,
        )
    assert not (tmp_path / "a.yml").exists()
