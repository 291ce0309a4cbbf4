"""The commands that take over what exists, and the one that gives it back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.target import target
from fairway.pipeline.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairway.pipeline.run import Ports
    from fairway.pipeline.statecommands import Confirm, Edited


def add_import(action: Callable[..., argparse.ArgumentParser], confirm: argparse.ArgumentParser) -> None:
    """The grammar of `fairway state import`."""
    grammar = action("import", "take a resource that exists into state", confirm)
    grammar.add_argument("address", metavar="ADDRESS", help="its address in the definition")
    words = "its identifier, or what CloudFormation calls its physical id"
    grammar.add_argument("identifier", metavar="IDENTIFIER", help=words)
    words = "what it is, where no definition says it: AWS::SQS::Queue, say"
    grammar.add_argument("--type", metavar="TYPE", default="", help=words)
    words = "the definition that has the address (default: the current folder's)"
    grammar.add_argument("--source", type=Path, default=Path(), metavar="SOURCE", help=words)
    words = "a parameter of the definition; repeatable"
    grammar.add_argument("--param", action="append", default=[], metavar="KEY=VALUE", help=words)
    words = "parameters as JSON (either AWS form) or YAML"
    grammar.add_argument("--params", type=Path, metavar="FILE", help=words)


def import_resource(arguments: argparse.Namespace, ports: Ports, confirm: Confirm) -> Edited:
    """`fairway state import`."""
    from fairway.pipeline.adopt import import_resource as run

    return run(_request(arguments), arguments.address, arguments.identifier, arguments.type, ports, confirm)


def _request(arguments: argparse.Namespace) -> Request:
    """What to import into; where the type is given there need be no definition."""
    from fairway.cli.commands import request_of

    return Request(arguments.source, target(arguments)) if arguments.type else request_of(arguments)
