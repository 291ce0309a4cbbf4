"""What does not belong into a repository is found in its files and in its commits."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.checks.test_leaks import AWS, GITHUB

from fairway.checks.before.blobs import Blob, tracked, unpushed
from fairway.checks.before.hygiene import LARGE, TOO_LARGE, look, of_commits
from fairway.checks.outcome import Outcome


@dataclass(frozen=True)
class Repository:
    folder: Path

    def git(self, *arguments: str) -> str:
        person = {f"GIT_{who}_{what}": "ann" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        ran = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **person, "GIT_CONFIG_GLOBAL": os.devnull},
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout.strip()

    def commit(self, path: str, text: str | bytes) -> str:
        """Returns the commit as it is shown."""
        (self.folder / path).write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "-m", path)
        return self.git("log", "-1", "--format=%h")

    def pushed(self) -> None:
        """As if a remote had all there is."""
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")

    def found(self) -> Outcome:
        return of_commits(self.folder, ("HEAD", "--not", "--remotes"), os.environ)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.git("init", "-q", "-b", "main")
    made.commit("app.py", "print()\n")
    return made


def blob(path: str, content: bytes = b"", size: int = 0) -> Blob:
    return Blob(path, size or len(content), lambda: content)


def test_nothing_of_it_passes(repository: Repository) -> None:
    found = repository.found()
    assert (found.result, found.message) == ("passed", "looked at 1 files")


def test_a_secret_is_told_by_its_place_and_commit_alone(repository: Repository) -> None:
    brought = repository.commit("config.py", f"\nkey = '{AWS}'\n")
    repository.commit("config.py", f"\nkey = '{AWS}'\n\n")
    found = repository.found()
    assert (found.result, found.why) == ("failed", f"config.py:2: AWS Access Key (in commit {brought})")
    assert AWS not in repr(found)


def test_one_that_a_later_commit_takes_out_is_still_in_the_history(repository: Repository) -> None:
    repository.commit("config.py", AWS)
    repository.commit("config.py", "")
    assert repository.found().result == "failed"
    assert look(tracked(repository.folder), "").result == "passed"


def test_what_a_remote_has_is_not_looked_at_again(repository: Repository) -> None:
    repository.commit("config.py", AWS)
    repository.pushed()
    repository.commit("app.py", "print(1)\n")
    assert repository.found().result == "passed"
    assert [each.path for each in unpushed(repository.folder)] == ["app.py"]


def test_without_a_remote_the_whole_history_is_not_looked_at(repository: Repository) -> None:
    assert list(unpushed(repository.folder)) == []


def test_what_is_staged_is_looked_at_and_what_git_ignores_is_not(repository: Repository) -> None:
    for path in (".env", "config.py"):
        (repository.folder / path).write_text(f"TOKEN={GITHUB}")
    (repository.folder / ".gitignore").write_text(".env")
    repository.git("add", "-A")
    found = look(tracked(repository.folder), "")
    assert found.why == "config.py:1: GitHub Token"


def test_names_that_git_would_quote(repository: Repository) -> None:
    brought = repository.commit("ein schlüssel\t.txt", AWS)
    assert repository.found().why == f"ein schlüssel\t.txt:1: AWS Access Key (in commit {brought})"


def test_binaries_are_not_searched(repository: Repository) -> None:
    repository.commit("image.png", b"\0" + AWS.encode())
    assert repository.found().result == "passed"


def test_the_baseline_is_that_of_the_newest_commit(repository: Repository) -> None:
    repository.commit("config.py", AWS)
    repository.commit(".secrets.baseline", "no json")
    assert "cannot be read" in repository.found().message


@pytest.mark.parametrize(("size", "result"), [
    (LARGE - 1, "passed"), (LARGE, "warned"), (TOO_LARGE - 1, "warned"), (TOO_LARGE, "failed"),
])  # fmt: skip
def test_large_files(size: int, result: str) -> None:
    found = look([blob("data.bin", size=size)], "")
    assert found.result == result
    assert "pragma" not in found.next, "that is for secrets"


@pytest.mark.parametrize("path", ["web/.env", ".env.local", "key.p12", "release.jks"])
def test_files_that_usually_hold_secrets_are_warned_of(path: str) -> None:
    assert look([blob(path, b"A=1\n")], "").result == "warned"


def test_of_many_the_first_are_told() -> None:
    found = look([blob(f"{number}.py", AWS.encode()) for number in range(7)], "")
    assert found.why.splitlines()[-1] == "and 2 more"
