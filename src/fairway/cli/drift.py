"""`fairway drift`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.asking import agreed
from fairway.cli.output import Output
from fairway.cli.target import deployed_target, deployed_targets, project_of
from fairway.model.errors import WrongInput
from fairway.project.settings import FILE

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.model.plan import Drift
    from fairway.stacks.drift import Confirm

_ABOUT = """\
Compares what was recorded with what AWS answers now, and shows what was changed or deleted outside
Fairway; with --source also what a deploy of that definition does about it. Exits with 2 when there is
any drift, 0 when there is none. With --accept live is taken into state: where the definition says the
same, or, without --source, for the named addresses whatever it is. What would be taken is shown and
asked for first, unless --yes is given. Nothing in AWS is changed.
With --all every stack of the environment is compared. With --watch they are again and again until Ctrl-C;
what is not as it was at the last look is shown, and told to those whom [notify] in fairway.toml names.
"""
_READ_FIRST = "see what it is with `fairway drift`, then run this with --yes"


def add(commands: Commands) -> None:
    """The command's grammar."""
    from fairway.cli.arguments import (
        add_command,
        add_parameters,
        confirm_options,
        duration,
        target_options,
    )

    words = "show what was changed outside Fairway"
    grammar = add_command(commands, "drift", words, target_options(), confirm_options(), about=_ABOUT)
    grammar.add_argument("addresses", nargs="*", metavar="ADDRESS", help="these resources only")
    grammar.add_argument("--all", action="store_true", help="every stack of the environment")
    grammar.add_argument("--watch", action="store_true", help="look again and again, and tell what is new")
    grammar.add_argument(
        "--every", type=duration, default=600.0, metavar="DURATION", help="how often (default 10m)"
    )
    grammar.add_argument("--accept", action="store_true", help="take live into state")
    grammar.add_argument(
        "--source",
        type=Path,
        metavar="SOURCE",
        help="compare with this definition too (a template or folder)",
    )
    add_parameters(grammar)


def drift(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.cli.requests import request_of
    from fairway.cli.running import ports
    from fairway.report.drift import drift_json, render_drift
    from fairway.stacks.drift import accept_drift, find_drift

    if arguments.all or arguments.watch:
        return _of_several(arguments, output)
    request = request_of(arguments, output) if arguments.source is not None else None
    if not request:
        _require_one(arguments)
    where = request.target if request else deployed_target(arguments)
    through, addresses = ports(where, arguments, output), tuple(arguments.addresses)
    if arguments.accept:
        found = accept_drift(where, through, addresses, request, confirm=_asks(arguments, output))
    else:
        found = find_drift(where, through, addresses, request)
    if found.declined:
        return output.result(1, drift_json(found), lambda _: "")
    exit_code = 2 if found.left else 0
    return output.result(exit_code, drift_json(found), lambda style: render_drift(found, style))


def _require_one(arguments: argparse.Namespace) -> None:
    stacks = project_of(arguments).stacks
    if not arguments.stack and len(stacks) > 1:
        what = f"this compares one stack, and {FILE} declares {len(stacks)}"
        next = f"name one with --stack: {', '.join(stacks)}; or compare all of them with --all"
        raise WrongInput("arguments.stack", what, next=next)


def _of_several(arguments: argparse.Namespace, output: Output) -> int:
    """Several stacks at once, or one again and again: by state alone, and nothing is accepted."""
    from fairway.cli.drift_several import drift_of_all, watch_drift

    if arguments.source is not None or arguments.accept or arguments.addresses:
        raise WrongInput(
            "arguments.drift",
            "--all and --watch compare whole stacks with what is recorded",
            next="leave away ADDRESS, --source and --accept, or --all and --watch",
        )
    del arguments.source
    where = deployed_targets(arguments) if arguments.all else (deployed_target(arguments),)
    return (watch_drift if arguments.watch else drift_of_all)(where, arguments, output)


def _asks(arguments: argparse.Namespace, output: Output) -> Confirm:
    """Shows what would be taken and asks on a terminal; with --yes what was taken is shown in the end."""
    from fairway.report.plan_text import drift_lines

    def confirm(taken: Sequence[Drift]) -> bool:
        if not (output.json or arguments.yes):
            lines = drift_lines(taken, output.style, "To be taken into state")
            output.stdout.write("\n".join(lines) + "\n")
        return agreed("Take this into state? Nothing in AWS changes.", arguments, output, first=_READ_FIRST)

    return confirm
