"""What Fairway keeps in a folder is kept out of commits: said once, and only where there is git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.cli.program import write

from fairway.model.errors import Failed
from fairway.project.init.writing import ignore, is_taken


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def test_outside_of_a_repository_there_is_nothing_to_ignore(tmp_path: Path) -> None:
    assert not is_taken(tmp_path)


def test_once_it_is_ignored_it_is_no_longer_taken(repository: Path) -> None:
    assert is_taken(repository)
    ignore(repository)
    assert (repository / ".gitignore").read_text() == ".fairway/\n"
    assert not is_taken(repository)


@pytest.mark.parametrize("before", ["node_modules\n", "node_modules", "", "a\r\nb"])
def test_what_is_ignored_already_stays_as_it_is(repository: Path, before: str) -> None:
    file = repository / ".gitignore"
    file.write_bytes(before.encode())
    ignore(repository)
    lines = file.read_bytes().decode().removesuffix(".fairway/\n")
    assert lines == before + ("\n" if before and not before.endswith("\n") else "")
    assert not is_taken(repository)


@pytest.mark.parametrize("line", [".fairway", ".fairway/", "/.fairway/", ".*"])
def test_it_may_be_said_in_other_words(repository: Path, line: str) -> None:
    write(repository, {".gitignore": f"{line}\n"})
    assert not is_taken(repository)


def test_it_may_be_said_further_up(repository: Path) -> None:
    write(repository, {".gitignore": ".fairway/\n", "backend/template.yaml": ""})
    assert not is_taken(repository / "backend")


def test_it_is_not_said_twice_where_it_was_committed_before(repository: Path) -> None:
    write(repository, {".gitignore": ".fairway/\n", ".fairway/state": "{}"})
    subprocess.run(["git", "add", "--force", "."], cwd=repository, check=True)
    assert not is_taken(repository)


def test_a_file_that_cannot_be_written_is_an_error(repository: Path) -> None:
    (repository / ".gitignore").mkdir()
    with pytest.raises(Failed) as raised:
        ignore(repository)
    assert raised.value.code == "files.unusable"
