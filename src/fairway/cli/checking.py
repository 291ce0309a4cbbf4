"""`fairway check` and `fairway verify`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.local import public_address
from fairway.cli.output import Output, stop_on_signals
from fairway.cli.target import deployed_target, target
from fairway.model.checked import Checked, any_failed
from fairway.model.plain import plain
from fairway.project.find import find_project
from fairway.report.checks_text import summary_line
from fairway.stacks.interruption import Interruption

if TYPE_CHECKING:
    from fairway.checks.subject import Subject
    from fairway.cli.arguments import Commands
    from fairway.project.settings import Project
    from fairway.stacks.request import Target

_CHECK = """\
Checks everything that a deploy needs before it changes anything: what fairway.toml declares under
[[checks]], and what is built in. All findings come at once. Exits with 1 where something is missing.
"""
_VERIFY = """\
Verifies that what is deployed works: what fairway.toml declares under [[verify]], and what is built
in. Exits with 1 where something does not hold.
"""


def add(commands: Commands) -> None:
    """The commands' grammar."""
    from fairway.cli.arguments import add_command, target_options

    add_command(commands, "check", "check what a deploy needs", target_options(), about=_CHECK)
    words = "verify that what is deployed works"
    add_command(commands, "verify", words, target_options(), about=_VERIFY)


def check(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.checks import before

    project, subject = _subject(target(arguments))
    return _ended(before.run(project, subject, output.emit), output)


def verify(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.checks import after

    project, subject = _subject(deployed_target(arguments))
    return _ended(after.run(project, subject, output.emit), output)


def _subject(where: Target) -> tuple[Project, Subject]:
    from fairway.checks.opening import subject_of

    interruption = Interruption()
    stop_on_signals(interruption)
    project = find_project(Path())
    targets = {where.stack: where}
    return project, subject_of(project, targets, interruption=interruption, present=public_address(where))


def _ended(checked: Sequence[Checked], output: Output) -> int:
    exit_code = 1 if any_failed(checked) else 0
    return output.result(exit_code, {"checks": plain(checked)}, lambda style: summary_line(checked, style))
