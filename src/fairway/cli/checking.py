"""`fairway validate`, `fairway check` and `fairway verify`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fairway.cli.local import public_address
from fairway.cli.output import Output, stop_on_signals
from fairway.cli.requests import request_of
from fairway.cli.target import deployed_target, environment_of, project_of, target
from fairway.model.checked import Checked, any_failed
from fairway.model.errors import InvalidDefinition, has_errors
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

    request = partial(_request, arguments, output)
    where = target(arguments)
    there = _subject(arguments, [replace(where, stack=stack) for stack in (*stacks, *project.stacks)])
    there = intending(there, project, stacks, request, partial(request, offline=True))
    return _ended(before.run(project, there, output.emit), output)


def validate(arguments: argparse.Namespace, output: Output) -> int:
    """Of the stack that is named, else of all, and then of what the project's file names of them."""
    from fairway.checks.validate import mistakes
    from fairway.report.errors_text import render_findings
    from fairway.stacks.choose import defined_stack

    project = project_of(arguments)
    stacks: Sequence[str] = tuple(project.stacks)
    is_all = not (arguments.source or arguments.stack)
    if not is_all or not stacks:
        stacks = (defined_stack(project, arguments.stack or "", arguments.source)[0],)
    request = partial(_request, arguments, output, offline=True)
    findings = mistakes(project, environment_of(arguments), stacks, request, is_all=is_all)
    if has_errors(findings):
        raise InvalidDefinition(findings)
    return output.result(
        0,
        {"findings": len(findings)},
        lambda style: "\n".join(filter(None, [render_findings(findings, style), style.good("valid")])),
    )


def verify(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.checks import after
    from fairway.stacks.inspect import not_deployed
    from fairway.stacks.storage import open_store

    targets = _deployed(arguments)
    subject = _subject(arguments, targets)
    if not subject.states:
        raise not_deployed(targets[0], open_store(targets[0]))
    return _ended(after.run(project_of(arguments), subject, output.emit), output)


def _request(arguments: argparse.Namespace, output: Output, stack: str, *, offline: bool = False) -> Request:
    own = argparse.Namespace(**{**vars(arguments), "stack": stack})
    return request_of(own, output, offline=offline)


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
