"""The commands on state."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from fairway.cli import adopt
from fairway.cli.asking import agreed
from fairway.cli.output import Output, stop_on_signals
from fairway.cli.target import deployed_target
from fairway.cli.waiting import agrees_to_wait, patience
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target
from fairway.stacks.run import Ports

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.model.state_difference import StateDifference
    from fairway.stacks.statecommands import Edited

_ABOUT = """\
Shows what was recorded about a stack, and puts it right where that is needed. Nothing in AWS is
changed. Every change of state is a new version; earlier ones stay and can be restored.
"""
_VERSIONS = 20


def add(commands: Commands, where: argparse.ArgumentParser, confirm: argparse.ArgumentParser) -> None:
    """The grammar of `fairway state`."""
    state = commands.add_parser("state", help="show and repair what is recorded", description=_ABOUT)
    actions = state.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, help: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return actions.add_parser(
            name, help=help, description=help, parents=[*parents, where], allow_abbrev=False
        )

    action("list", "list the resources of a stack")
    show = action("show", "show everything that is recorded about a resource")
    show.add_argument("address", metavar="ADDRESS", help="the resource's address")
    versions = action("versions", "list the versions that are kept, newest first")
    versions.add_argument("--all", action="store_true", help=f"all of them, not only the newest {_VERSIONS}")
    diff = action("diff", "show what changed between two versions")
    diff.add_argument("before", type=int, metavar="A", help="serial of the earlier version")
    diff.add_argument("after", type=int, metavar="B", help="serial of the later version")
    restore = action("restore", "make an earlier version the present one", confirm)
    restore.add_argument("serial", type=int, metavar="N", help="serial of the version")
    move = action("move", "record a resource under another address", confirm)
    move.add_argument("address", metavar="A", help="the address it has")
    move.add_argument("to", metavar="B", help="the address it has in the definition by now")
    forget = action("forget", "drop resources from state and leave them in AWS", confirm)
    forget.add_argument("addresses", nargs="+", metavar="ADDRESS", help="the resource's address")
    adopt.add_import(action, confirm)
    migrate = action("migrate", "move a stack's state to the place where state is kept now", confirm)
    migrate.add_argument(
        "--from", dest="place", required=True, metavar="PLACE", help="where it is: a folder, or s3://…"
    )
    migrate.add_argument("--all", action="store_true", help="every stack and site of the environment")
    for name, words in (
        ("protect", "let resources be deleted or replaced only when they are named"),
        ("unprotect", "no longer protect resources"),
    ):
        action(name, words, confirm).add_argument("addresses", nargs="+", metavar="ADDRESS")


def state(arguments: argparse.Namespace, output: Output) -> int:
    return ACTIONS[arguments.action](arguments, output)


def _list(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.report.state_text import render_resources
    from fairway.stacks.inspect import deployed

    resources = deployed(_where(arguments)).resources.values()
    data = [{"address": each.address, "type": each.type, "identifier": each.identifier} for each in resources]
    return output.result(0, {"resources": data}, lambda style: render_resources(resources, style))


def _show(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.report.state_json import resource_json
    from fairway.report.state_text import render_resource
    from fairway.stacks.inspect import deployed, deployed_resource

    held = deployed_resource(deployed(_where(arguments)), arguments.address)
    return output.result(0, {"resource": resource_json(held)}, lambda style: render_resource(held, style))


def _versions(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.report.state_json import version_json
    from fairway.report.state_text import render_versions
    from fairway.stacks.statecommands import versions

    kept = versions(_where(arguments), None if arguments.all else _VERSIONS)
    data = [version_json(each.at, each.size, each.state, each.problem) for each in kept]
    return output.result(0, {"versions": data}, lambda style: render_versions(data, style))


def _diff(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.model.plain import plain
    from fairway.report.state_text import render_difference
    from fairway.stacks.statecommands import diff

    found = diff(_where(arguments), arguments.before, arguments.after)
    return output.result(0, {"difference": plain(found)}, lambda style: render_difference(found, style))


def _restore(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.statecommands import restore

    where = _where(arguments)
    return _ended(
        restore(where, arguments.serial, ports(arguments, output), _asks(arguments, output)), output
    )


def _move(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.statecommands import move

    where = _where(arguments)
    ended = move(where, arguments.address, arguments.to, ports(arguments, output), _asks(arguments, output))
    return _ended(ended, output)


def _forget(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.statecommands import forget

    where = _where(arguments)
    return _ended(
        forget(where, arguments.addresses, ports(arguments, output), _asks(arguments, output)), output
    )


def _protect(arguments: argparse.Namespace, output: Output, *, off: bool = False) -> int:
    from fairway.stacks.statecommands import protect

    asks = _asks(arguments, output)
    return _ended(
        protect(_where(arguments), arguments.addresses, ports(arguments, output), asks, off=off), output
    )


def _import(arguments: argparse.Namespace, output: Output) -> int:
    return _ended(
        adopt.import_resource(arguments, output, ports(arguments, output), _asks(arguments, output)), output
    )


def _migrate(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.cli.migrate import move_state

    return move_state(arguments, output)


ACTIONS: Mapping[str, Callable[[argparse.Namespace, Output], int]] = {
    "list": _list,
    "show": _show,
    "versions": _versions,
    "diff": _diff,
    "restore": _restore,
    "move": _move,
    "forget": _forget,
    "import": _import,
    "migrate": _migrate,
    "protect": _protect,
    "unprotect": partial(_protect, off=True),
}


def _where(arguments: argparse.Namespace) -> Target:
    return deployed_target(arguments, connect=False)


def ports(arguments: argparse.Namespace, output: Output) -> Ports:
    """How an edit of state reaches the outside; its question is asked apart."""
    interruption = Interruption()
    stop_on_signals(interruption)
    return Ports(
        emit=output.emit,
        confirm=lambda _: True,
        interruption=interruption,
        agrees_to_wait=lambda: agrees_to_wait(arguments, output),
        patience=patience(arguments, output),
    )


def _asks(arguments: argparse.Namespace, output: Output) -> Callable[[StateDifference], bool]:
    """Shows what would change and asks on a terminal; with --yes it only shows."""
    from fairway.report.state_text import render_difference

    def confirm(found: StateDifference) -> bool:
        if not output.json:
            output.stdout.write(render_difference(found, output.style) + "\n")
        return agreed("Write this to state? Nothing in AWS changes.", arguments, output)

    return confirm


def _ended(edited: Edited, output: Output) -> int:
    from fairway.model.plain import plain

    data = {"result": edited.result, "serial": edited.serial, "difference": plain(edited.difference)}
    words = f"state has serial {edited.serial}" if edited.result == "edited" else ""
    return output.result(1 if edited.result == "declined" else 0, data, lambda _: words)
