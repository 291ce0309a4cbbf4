"""The working tree must hold no more than its commit, where the environment demands that."""

from __future__ import annotations

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.stacks.origin import is_dirty, origin


def check(subject: Subject) -> Outcome:
    """Ask git."""
    dirty = is_dirty(subject.folder)
    if dirty is None:
        return failed(
            "nobody can tell what is committed",
            why="there is no git repository, or no git",
            next="deploy from a clone of the repository, where git is installed",
        )
    if dirty:
        return failed(
            "the working tree holds changes that are not committed",
            why=f"{subject.environment} is deployed from committed code alone",
            next="commit or stash them; `git status` shows them",
        )
    return passed(origin(subject.folder).short_commit)
