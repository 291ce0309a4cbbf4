"""`fairway site`: publish a site by itself, see its releases, go back to an earlier one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from fairway.cli.local import public_address
from fairway.cli.output import Output
from fairway.cli.running import ports
from fairway.cli.target import project_of, target

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.model.events import SitePublished
    from fairway.stacks.sites import SiteRequest

_ABOUT = """\
The sites of fairway.toml, each by its name there; the name may be left away where there is one.
"""
_ROLLBACK = """\
Publishes an earlier release again, as it was, without building it. It becomes the newest one.
"""


def site(arguments: argparse.Namespace, output: Output) -> int:
    return {"publish": _publish, "rollback": _rollback, "show": _show}[arguments.what](arguments, output)


def _publish(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.sites import publish_site

    request = _request(arguments)
    return _ended(publish_site(request, ports(request.target, arguments, output)), output)


def _rollback(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.sites import roll_back_site

    request = _request(arguments)
    return _ended(roll_back_site(request, ports(request.target, arguments, output), arguments.to), output)


def _show(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.report.site import render_site, site_json
    from fairway.stacks.sites import site_state

    request = _request(arguments)
    found = site_state(request)
    return output.result(0, site_json(found), lambda style: render_site(request.source.name, found, style))


def _request(arguments: argparse.Namespace) -> SiteRequest:
    from fairway.stacks.sites import declared_site_request

    where = target(arguments)
    return declared_site_request(project_of(arguments), arguments.name, where, public_address(where))


def _ended(done: SitePublished, output: Output) -> int:
    data = {"site": done.site, "release": done.release, "digest": done.digest}
    return output.result(0, data, lambda _: "")


def add(commands: Commands) -> None:
    """The command's grammar."""
    from fairway.cli.arguments import add_command, target_options, waiting_options

    words = "publish a site, see its releases, go back to one"
    grammar = add_command(commands, "site", words, about=_ABOUT)
    whats = grammar.add_subparsers(dest="what", metavar="WHAT", required=True)
    target = target_options()
    publish = add_command(whats, "publish", "build it and publish what differs", target, waiting_options())
    words = "publish an earlier release again"
    rollback = add_command(whats, "rollback", words, target, waiting_options(), about=_ROLLBACK)
    rollback.add_argument(
        "--to", type=int, default=0, metavar="RELEASE", help="its number (default: the one before)"
    )
    show = add_command(whats, "show", "show its releases", target)
    for each in (publish, rollback, show):
        each.add_argument("name", nargs="?", default="", metavar="NAME", help="as fairway.toml names it")
