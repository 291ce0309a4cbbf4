"""`fairway unlock`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from fairway.cli.asking import ask, can_ask
from fairway.cli.output import Output, stop_on_signals
from fairway.cli.target import named_target, target
from fairway.model.errors import WrongInput
from fairway.stacks.interruption import Interruption

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.stacks.request import Target
    from fairway.state.waiting import Seen

_ABOUT = """\
Breaks the lease on a stack or site whose holder certainly does nothing any more. A dead holder's lease
falls by itself within 75 seconds: this is for when that is too long. The id is in what a waiting
run shows.
"""


def unlock(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.unlock import unlock as run

    interruption = Interruption()
    stop_on_signals(interruption)
    where = _where(arguments, interruption)
    broken = run(where, arguments.holder, lambda seen: arguments.yes or _asked(seen, output), interruption)
    if broken is None:
        return output.result(1, {"result": "declined"}, lambda _: "kept")
    data = {"result": "unlocked", "holder": broken.holder.id, "unrenewed": round(broken.unrenewed, 1)}
    return output.result(0, data, lambda _: f"broke the lease of {broken.holder}")


def _where(arguments: argparse.Namespace, interruption: Interruption) -> Target:
    """The stack that is named, else whatever that holder has, a site too, else the only stack."""
    from fairway.stacks.unlock import held_by

    held = None if arguments.stack else held_by(target(arguments), arguments.holder, interruption)
    return held or named_target(arguments)


def add(commands: Commands) -> None:
    """The command's grammar."""
    from fairway.cli.arguments import add_command, target_options

    words = "break the lease of a run that is dead"
    grammar = add_command(commands, "unlock", words, target_options(), about=_ABOUT)
    grammar.add_argument("holder", metavar="HOLDER-ID", help="id of the holder, as a waiting run shows it")
    grammar.add_argument("--yes", action="store_true", help="even where the holder still renews its lease")


def _asked(seen: Seen, output: Output) -> bool:
    """Ask on a terminal. Raises WrongInput where nobody can answer."""
    if not can_ask(output):
        raise WrongInput(
            "unlock.renews",
            f"{seen.holder} still renews its lease",
            why="it is running: once its lease is broken it stops in the middle of what it does",
            next="let it finish or stop it; to break its lease all the same add --yes",
        )
    return ask(f"{seen.holder} still renews its lease. Break it in the middle of its work?", output)
