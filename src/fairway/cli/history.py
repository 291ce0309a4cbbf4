"""The commands on a stack's deployments: the list, one of them, what differs between two."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fairway.cli.output import Output
from fairway.cli.reports import add_timeline_option, wanted_timelines, write_document
from fairway.cli.requests import request_without_definition
from fairway.cli.running import ended, pairs, ports
from fairway.cli.several import Shown, show_each
from fairway.cli.target import chosen, deployed_target, project_of
from fairway.stacks.request import Target

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands

_ROLLBACK = """\
Deploys the definition and the artifacts of an earlier deployment; no template is needed. It is planned,
shown, asked for and carried out like every deploy. Values that AWS holds are looked up again.
"""


def add(commands: Commands, target: argparse.ArgumentParser) -> None:
    """The grammar of these commands."""
    from fairway.cli.arguments import add_command, add_wait, confirm_options, positive

    listed = add_command(commands, "history", "list the stack's deployments, the newest first", target)
    listed.add_argument(
        "--limit", type=positive, default=20, metavar="N", help="so many (default %(default)s)"
    )
    shown = add_command(commands, "show", "show one deployment in full", target)
    shown.add_argument(
        "number", type=positive, nargs="?", metavar="N", help="its number in the history (default: the last)"
    )
    shown.add_argument("--times", action="store_true", help="show where its time went")
    add_timeline_option(shown)
    words = "show what differs between the definitions of two deployments"
    compared = add_command(commands, "diff", words, target)
    compared.add_argument("first", type=positive, metavar="N", help="a number in the history")
    compared.add_argument("second", type=positive, metavar="M", help="another one")
    words = "deploy an earlier deployment's definition and artifacts"
    back = add_command(commands, "rollback", words, target, confirm_options(), about=_ROLLBACK)
    back.add_argument("--to", type=positive, metavar="N", help="its number (default: the one before)")
    back.add_argument("--param", action="append", default=[], metavar="KEY=VALUE", help="a secret parameter")
    add_timeline_option(back)
    add_wait(back)


def history(arguments: argparse.Namespace, output: Output) -> int:
    from itertools import islice

    from fairway.report.history_json import summary_json
    from fairway.report.history_text import render_history
    from fairway.stacks.inspect import history as history_of

    def look(where: Target) -> Shown:
        found = list(islice(history_of(where).newest_first(), arguments.limit))
        return {"deployments": [summary_json(each) for each in found]}, partial(render_history, found)

    return show_each(arguments, output, look, gone=True)


def show(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.report.history_json import deployment_json
    from fairway.report.history_text import render_deployment
    from fairway.report.timeline import timeline
    from fairway.report.timeline_text import render_times, times_json
    from fairway.stacks.inspect import history as history_of
    from fairway.stacks.inspect import last_deployment

    drawings = wanted_timelines(arguments)
    where = deployed_target(arguments, connect=False)
    recorded = history_of(where)
    found = recorded.deployment(arguments.number) if arguments.number else last_deployment(where)
    undone_by = recorded.undone_by(found)
    times = timeline(found.events)
    for path, draw in drawings.items():
        write_document(path, draw(times))
    data = {**deployment_json(found), "undone_by": undone_by or None, "times": times_json(times)}
    render = partial(render_times, times) if arguments.times else partial(render_deployment, found, undone_by)
    return output.result(0, data, render)


def diff(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.model.differences import differences
    from fairway.model.plain import plain
    from fairway.report.history_text import render_differences
    from fairway.stacks.inspect import history as history_of

    where = history_of(deployed_target(arguments, connect=False))
    one, other = where.deployment(arguments.first), where.deployment(arguments.second)
    found = differences(one.definition, other.definition)
    data = {"differences": plain(found)}
    return output.result(0, data, lambda style: render_differences(one, other, found, style))


def rollback(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.requests import declared_values
    from fairway.stacks.undo import rollback as run

    request = replace(request_without_definition(arguments), parameters=pairs(arguments.param))
    where = request.target
    declared = declared_values(project_of(arguments), where, chosen(arguments))
    return ended(run(request, ports(where, arguments, output), arguments.to, declared), output)
