"""The working tree must be what the environment is deployed from."""

from __future__ import annotations

from fairway.checks.outcome import Outcome, passed
from fairway.checks.subject import Subject
from fairway.project.settings import Project
from fairway.stacks.origin import origin
from fairway.stacks.tree import require_tree


def check(project: Project, subject: Subject) -> Outcome:
    """Raises WrongInput where it is not."""
    require_tree(project, subject.environment)
    return passed(origin(project.folder).short_commit)
