"""`fairway state migrate`, and the same at the end of `fairway bootstrap --migrate`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fairway.cli.asking import agreed
from fairway.cli.output import Output
from fairway.cli.state import ports
from fairway.cli.target import at_place, named_target, one_deployed_stack, target
from fairway.model.results import DeploymentResult
from fairway.model.site import site_of
from fairway.report.style import plural
from fairway.stacks.migrate import Migrated, migrate, stacks_to_migrate
from fairway.stacks.migrate_sites import migrate_sites, sites_of_moved, sites_to_migrate
from fairway.stacks.request import Target
from fairway.stacks.storage import is_bucket, open_store

if TYPE_CHECKING:
    from fairway.stacks.migrate import Confirm, Move

_WORDS: Mapping[DeploymentResult, str] = {
    "migrated": "moved to",
    "unchanged": "had been moved before, to",
    "declined": "not moved to",
}


def move_state(arguments: argparse.Namespace, output: Output) -> int:
    """One stack after the other: where one cannot be moved, those before it have been."""
    settle = target if arguments.all else named_target
    where = settle(arguments, connect=is_bucket(arguments.place))
    done = list(_moved(arguments, output, where, at_place(where, arguments.place), _asks(arguments, output)))
    declined = any(each.result == "declined" for each in done)
    data = {"stacks": [vars(each) for each in done]}
    return output.result(1 if declined else 0, data, lambda _: "\n".join(map(_words, done)))


def move_what_is_beside(arguments: argparse.Namespace, output: Output, where: Target) -> None:
    """Move the state that is in the folder beside the source, with a line for each stack."""
    arguments.all = True
    for each in _moved(arguments, output, where, at_place(where, where.beside), lambda _: True):
        output.line({"what": f"state of {each.stack}", "did": each.result}, _words(each))


def _moved(
    arguments: argparse.Namespace, output: Output, where: Target, source: Target, confirm: Confirm
) -> Iterator[Migrated]:
    stacks = stacks_to_migrate(source) if arguments.all else (_stack(arguments, source),)
    through = ports(arguments, output)
    for stack in stacks:
        here, there = replace(source, stack=stack), replace(where, stack=stack)
        yield (ended := migrate(there, here, through, confirm))
        if ended.result != "declined":
            yield from migrate_sites(there, here, sites_of_moved(there, here), through, lambda _: True)
    if arguments.all:
        yield from migrate_sites(where, source, sites_to_migrate(source), through, confirm)


def _stack(arguments: argparse.Namespace, source: Target) -> str:
    """The one that is named, else the folder's where it is or was there, else the only one that is there."""
    was_here = open_store(source).pointer(source.environment, source.stack).read()
    return source.stack if arguments.stack or was_here else one_deployed_stack(source).stack


def _asks(arguments: argparse.Namespace, output: Output) -> Confirm:
    def confirm(move: Move) -> bool:
        question = f"Move {_what(move)} from {move.source} to {move.target}? Nothing in AWS changes."
        return agreed(question, arguments, output)

    return confirm


def _what(move: Move) -> str:
    if site := site_of(move.stack):
        return f"the state of the site {site} (release {move.serial}, {plural(move.resources, 'file')})"
    along = f", with the site {' and the site '.join(move.sites)}," if move.sites else ""
    return f"the state of {move.stack} (serial {move.serial}, {plural(move.resources, 'resource')}){along}"


def _words(ended: Migrated) -> str:
    return f"state of {ended.stack} {_WORDS[ended.result]} {ended.target}"
