"""Prerequisites: what must hold before a deploy."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.checks import command
from fairway.checks.before import tool
from fairway.checks.kinds import Kind, declared
from fairway.checks.runner import run_all
from fairway.checks.subject import Subject
from fairway.model.checked import Checked
from fairway.model.events import Emit
from fairway.project.checks import Command, Prerequisite, Tool
from fairway.project.settings import Project

KINDS: Mapping[type[Prerequisite], Kind] = {
    Tool: Kind("tool", tool.check),
    Command: Kind("command", command.check),
}


def run(project: Project, subject: Subject, emit: Emit) -> list[Checked]:
    """Every check of the project that is for this environment, and those that are built in, all at once.

    Raises Interrupted.
    """
    return run_all([*declared(project.checks, KINDS, subject)], "checks", subject, emit)
