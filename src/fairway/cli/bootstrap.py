"""`fairway bootstrap`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.output import Output, stop_on_signals
from fairway.cli.target import target
from fairway.model.errors import WrongInput
from fairway.project.settings import BUCKET, TABLE_NAME
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target
from fairway.stacks.storage import is_bucket, require_place

if TYPE_CHECKING:
    from fairway.aws.bootstrap import Step
    from fairway.cli.arguments import Commands
    from fairway.stacks.bootstrap import Wanted

_ABOUT = """\
Makes the bucket that state is kept in (versioned, encrypted, private) and, with --lock-table, a
DynamoDB table for leases; adopts what exists, repairs what differs, and writes it into fairway.toml.
Running it again changes nothing.
"""


def bootstrap(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.bootstrap import bootstrap as run

    interruption = Interruption()
    stop_on_signals(interruption)
    wanted = _wanted(arguments)
    arguments.state = ""  # it says what to make, not where this command finds anything
    steps: list[Step] = []

    def done(step: Step) -> None:
        steps.append(step)
        words = output.style.dim(step.did) if step.did == "already so" else output.style.good(step.did)
        output.line({"what": step.what, "did": step.did}, f"{words} {step.what}")

    backend = run(target(arguments), wanted, Path(), done, interruption)
    arguments.state = backend
    left = _taken_along(arguments, output, target(arguments))
    data = {
        "state": backend,
        "steps": [{"what": step.what, "did": step.did} for step in steps],
        "left": left,
    }
    return output.result(0, data, lambda _: _words(backend, left))


def _taken_along(arguments: argparse.Namespace, output: Output, where: Target) -> Mapping[str, str]:
    """With --migrate, moves the state of earlier deploys; else the command that does it, by stack."""
    from fairway.stacks.elsewhere import migration, stacks_beside

    stacks = stacks_beside(where)
    if stacks and arguments.migrate:
        from fairway.cli.migrate import move_what_is_beside

        move_what_is_beside(arguments, output, where)
        return {}
    return {name: migration(replace(where, stack=name), where.beside) for name in stacks}


def _words(backend: str, left: Mapping[str, str]) -> str:
    commands = [f"the state of {stack} is not there yet: `{command}`" for stack, command in left.items()]
    return "\n".join([f"state is kept in {backend}", *commands])


def add(commands: Commands) -> None:
    """The command's grammar; `--state` is one of the target's options."""
    from fairway.cli.arguments import add_command, target_options

    words = "make the bucket that state is kept in"
    grammar = add_command(commands, "bootstrap", words, target_options(), about=_ABOUT)
    grammar.add_argument("--bucket", metavar="NAME", default="", help="default: fairway-state-ACCOUNT-REGION")
    grammar.add_argument("--lock-table", metavar="NAME", default="", help="also make a table for leases")
    words = "also move the state of this environment there that is in .fairway/state"
    grammar.add_argument("--migrate", action="store_true", help=words)


def _wanted(arguments: argparse.Namespace) -> Wanted:
    from fairway.stacks.bootstrap import Wanted

    if arguments.lock_table and not TABLE_NAME.fullmatch(arguments.lock_table):
        raise WrongInput(
            "arguments.lock-table",
            f"{arguments.lock_table!r} cannot be the name of a table",
            next="use 3 to 255 letters, digits, _, . or -",
        )
    if arguments.bucket:
        require_place(BUCKET + arguments.bucket)
    place = arguments.state or ""
    require_place(place)
    if not place:
        return Wanted(arguments.bucket, "", arguments.lock_table)
    bucket, _, prefix = place.removeprefix(BUCKET).partition("/")
    if not is_bucket(place) or arguments.bucket not in ("", bucket):
        raise WrongInput(
            "arguments.state",
            f"{place!r} is not what bootstrap can make",
            next="write --state s3://BUCKET/PREFIX, or --bucket NAME alone",
        )
    return Wanted(bucket, prefix.strip("/"), arguments.lock_table)
