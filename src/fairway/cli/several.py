"""Commands that show what is deployed: one stack, or all of a project that has several."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from fairway.cli.output import Output
from fairway.cli.target import deployed_target, deployed_targets, project_of, target
from fairway.report.style import Style
from fairway.stacks.request import Target

Shown: TypeAlias = tuple[Mapping[str, Any], Callable[[Style], str]]
"""A result: its data, and its text."""


def show_each(
    arguments: argparse.Namespace,
    output: Output,
    look: Callable[[Target], Shown],
    *,
    heads: bool = True,
    gone: bool = False,
) -> int:
    """The result of the stack that is meant, else of each: `stacks` has their data by name.

    With `heads` each text is below its stack's name; with `gone` stacks count that are not deployed now.
    """
    declared = project_of(arguments).stacks
    _tell_if_gone(arguments, output)
    if arguments.stack or len(declared) < 2:
        data, text = look(deployed_target(arguments, connect=False))
        return output.result(0, data, text)
    targets = deployed_targets(arguments, connect=False)
    if gone:
        targets = tuple(replace(targets[0], stack=stack) for stack in declared)
    shown = {where.stack: look(where) for where in targets}

    def texts(style: Style) -> str:
        named = ((f"{style.bold(stack)}\n" if heads else "", text) for stack, (_, text) in shown.items())
        return "\n\n".join(head + text(style) for head, text in named)

    return output.result(0, {"stacks": {stack: data for stack, (data, _) in shown.items()}}, texts)


def _tell_if_gone(arguments: argparse.Namespace, output: Output) -> None:
    """On stderr, for scripts take the result: what is recorded of a local cloud that has ended is history."""
    where = target(arguments, connect=False)
    if where.local and not where.endpoint_url:
        output.stderr.write("the local cloud does not run, and what was deployed there is gone with it\n")
