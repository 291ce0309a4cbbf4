"""An example in a git repository: somebody pushes, and what was pushed is delivered from a fresh clone."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.cli.program import Ended, Program
from tests.examples.app import edit

AUTHOR = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.com")


@dataclass(frozen=True)
class Repository:
    """`work` is the author's clone; `shared` is where it is pushed to, and deliveries are cloned from."""

    work: Program
    shared: Path
    environment: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def change(self, name: str, before: str, after: str) -> None:
        """Change one place of a file, and push that."""
        edit(self.work, name, before, after)
        self.push()

    def push(self) -> None:
        """Commit everything and push it."""
        git(self.work.folder, "add", "-A")
        git(self.work.folder, *AUTHOR, "commit", "-qm", "a change")
        git(self.work.folder, "push", "-q", str(self.shared), "main")

    def revert(self) -> None:
        """Take the last commit back, with another one, and push that."""
        git(self.work.folder, *AUTHOR, "revert", "--no-edit", "HEAD")
        git(self.work.folder, "push", "-q", str(self.shared), "main")

    def run(self, *arguments: str) -> Ended:
        """A run from a fresh clone, with the approval that it waits for."""
        clone = replace(self.work, folder=self.shared.with_name(f"clone-{next(self._numbers)}"))
        git(self.shared, "clone", "-q", str(self.shared), str(clone.folder))
        place = ("--env", self.environment, "--json")
        waiting = clone("run", *place, *arguments)
        if waiting.code != 3:
            return waiting
        approved = clone("approve", "--env", self.environment, "--yes")
        assert approved.code == 0, approved.out + approved.err
        return clone("run", *place, "--from", "apply", *arguments)

    def delivered(self, *arguments: str) -> Ended:
        """A run that succeeds."""
        run = self.run(*arguments)
        assert run.code == 0, run.out + run.err
        return run


def repository(work: Program, environment: str) -> Repository:
    """The program's folder as a repository, all of it pushed."""
    shared = work.folder.with_name("shared.git")
    git(work.folder, "init", "-q", "-b", "main")
    git(work.folder, "init", "-q", "--bare", "-b", "main", str(shared))
    made = Repository(work, shared, environment)
    made.push()
    return made


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)


def ending(run: Ended) -> dict[str, Any]:
    """How a run ended: the event of its pipeline."""
    [finished] = run.of("PipelineFinished")
    return finished


def failed_checks(run: Ended) -> list[str]:
    """The names of what did not hold."""
    checked = [event["checked"] for event in run.of("CheckFinished")]
    return [each["name"] for each in checked if each["result"] == "failed"]
