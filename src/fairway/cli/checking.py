"""`fairway check` and `fairway verify`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fairway.cli.local import public_address
from fairway.cli.output import Output, stop_on_signals
from fairway.cli.requests import request_of
from fairway.cli.target import deployed_target, project_of, target
from fairway.model.checked import Checked, any_failed
from fairway.model.plain import plain
from fairway.report.checks_text import summary_line
from fairway.stacks.interruption import Interruption

if TYPE_CHECKING:
    from fairway.checks.subject import Subject
    from fairway.cli.arguments import Commands
    from fairway.stacks.request import Request, Target

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
    from fairway.cli.arguments import add_command, definition_options, target_options

    words = "check what a deploy needs"
    add_command(commands, "check", words, definition_options(), target_options(), about=_CHECK)
    words = "verify that what is deployed works"
    add_command(commands, "verify", words, target_options(), about=_VERIFY)


def check(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.checks import before
    from fairway.checks.opening import intending
    from fairway.stacks.choose import defined_stack

    project = project_of(arguments)
    stacks: Sequence[str] = tuple(project.stacks)
    if arguments.source or arguments.stack or not stacks:
        stacks = (defined_stack(project, arguments.stack or "", arguments.source)[0],)

    def request(stack: str) -> Request:
        return request_of(argparse.Namespace(**{**vars(arguments), "stack": stack}), output)

    where = target(arguments)
    there = _subject(arguments, [replace(where, stack=stack) for stack in (*stacks, *project.stacks)])
    return _ended(before.run(project, intending(there, project, stacks, request), output.emit), output)


def verify(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.checks import after
    from fairway.stacks.inspect import not_deployed
    from fairway.stacks.storage import open_store

    targets = _deployed(arguments)
    subject = _subject(arguments, targets)
    if not subject.states:
        raise not_deployed(targets[0], open_store(targets[0]))
    return _ended(after.run(project_of(arguments), subject, output.emit), output)


def _deployed(arguments: argparse.Namespace) -> Sequence[Target]:
    """The stack that is named, else all that the project declares, else the only one."""
    declared = project_of(arguments).stacks
    if arguments.stack or not declared:
        return [deployed_target(arguments)]
    where = target(arguments)
    return [replace(where, stack=stack) for stack in declared]


def _subject(arguments: argparse.Namespace, targets: Sequence[Target]) -> Subject:
    from fairway.checks.opening import subject_of

    interruption = Interruption()
    stop_on_signals(interruption)
    return subject_of(
        project_of(arguments),
        {where.stack: where for where in targets},
        interruption=interruption,
        present=public_address(targets[0]),
    )


def _ended(checked: Sequence[Checked], output: Output) -> int:
    exit_code = 1 if any_failed(checked) else 0
    return output.result(exit_code, {"checks": plain(checked)}, lambda style: summary_line(checked, style))
