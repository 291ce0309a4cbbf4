"""The commands that take over what exists, and the one that gives it back."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.asking import agreed
from fairway.cli.requests import parameters, request_of, request_without_definition
from fairway.cli.target import project_of, target
from fairway.stacks.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairway.cli.arguments import Commands
    from fairway.cli.output import Output
    from fairway.stacks.cloudformation import Adopted
    from fairway.stacks.export import Exported
    from fairway.stacks.run import Ports
    from fairway.stacks.statecommands import Confirm, Edited


def add_import(action: Callable[..., argparse.ArgumentParser], confirm: argparse.ArgumentParser) -> None:
    """The grammar of `fairway state import`."""
    grammar = action("import", "take a resource that exists into state", confirm)
    grammar.add_argument("address", metavar="ADDRESS", help="its address in the definition")
    words = "its identifier, or what CloudFormation calls its physical id"
    grammar.add_argument("identifier", metavar="IDENTIFIER", help=words)
    words = "what it is, where no definition says it: AWS::SQS::Queue, say"
    grammar.add_argument("--type", metavar="TYPE", default="", help=words)
    words = "the definition that has the address (default: the current folder's)"
    grammar.add_argument("--source", type=Path, metavar="SOURCE", help=words)
    words = "a parameter of the definition; repeatable"
    grammar.add_argument("--param", action="append", default=[], metavar="KEY=VALUE", help=words)
    words = "parameters as JSON (either AWS form) or YAML"
    grammar.add_argument("--params", type=Path, metavar="FILE", help=words)


def import_resource(arguments: argparse.Namespace, output: Output, ports: Ports, confirm: Confirm) -> Edited:
    """`fairway state import`."""
    from fairway.stacks.adopt import import_resource as run

    return run(
        _request(arguments, output), arguments.address, arguments.identifier, arguments.type, ports, confirm
    )


_ABOUT = """\
Takes over every resource of a stack of CloudFormation's without touching one: reads them, writes
state, and shows the plan of the next deploy, which is empty where nothing differs. The definition is
SOURCE or, without it, the stack's own template. With --release the stack itself is deleted then, and
its resources stay.
"""


def add(commands: Commands) -> None:
    """The grammar of `fairway adopt`."""
    from fairway.cli.arguments import add_command, add_parameters, confirm_options, target_options

    words = "take over a CloudFormation stack with all its resources"
    grammar = add_command(commands, "adopt", words, target_options(), confirm_options(), about=_ABOUT)
    grammar.add_argument(
        "source", nargs="?", type=Path, metavar="SOURCE", help="the template it was made from, or its folder"
    )
    grammar.add_argument(
        "--cloudformation", required=True, metavar="STACK", help="name of the CloudFormation stack"
    )
    words = "delete the stack afterwards; its resources stay"
    grammar.add_argument("--release", action="store_true", help=words)
    add_parameters(grammar)


def adopt(arguments: argparse.Namespace, output: Output) -> int:
    """`fairway adopt`."""
    from fairway.cli.running import ports
    from fairway.stacks import cloudformation

    name = arguments.cloudformation
    arguments.stack = arguments.stack or name
    own = arguments.source is None and arguments.stack not in project_of(arguments).stacks
    request = _own_template(arguments) if own else request_of(arguments, output)
    where = request.target
    given = ports(where, arguments, output)
    done = cloudformation.adopt(request, name, given, _agrees(arguments, output, _ADOPTS), own_template=own)
    released = False
    if arguments.release and done.result != "declined":
        released = cloudformation.release(request, name, given, _agrees(arguments, output, _RELEASES))
    changes = bool(done.plan and done.plan.effective)
    data = {"result": done.result, "resources": done.resources, "changes": changes, "released": released}
    declined = done.result == "declined" or (arguments.release and not released)
    return output.result(1 if declined else 0, data, lambda _: _said(done, released))


_EXPORT = """\
Writes what a stack has as a CloudFormation template (physical names and DeletionPolicy Retain
throughout, secrets as parameters) with the file that CloudFormation's import takes, and prints the
commands. Nothing in AWS or in state is changed.
"""


def add_export(commands: Commands) -> None:
    """The grammar of `fairway export`."""
    from fairway.cli.arguments import add_command, target_options

    words = "write a stack as a CloudFormation template to import"
    grammar = add_command(commands, "export", words, target_options(), about=_EXPORT)
    words = "as a CloudFormation template, the one form there is"
    grammar.add_argument("--cloudformation", action="store_true", required=True, help=words)
    words = "folder to write to, made if need be (default: exported)"
    grammar.add_argument("--out", type=Path, default=Path("exported"), metavar="FOLDER", help=words)


def export(arguments: argparse.Namespace, output: Output) -> int:
    """`fairway export`."""
    from fairway.cli.target import deployed_target
    from fairway.stacks.export import export as run

    done = run(deployed_target(arguments, connect=False), arguments.out)
    data = {
        "files": [str(file) for file in done.files],
        "left": [{"address": address, "type": kind} for address, kind in done.left],
        "artifacts": list(done.artifacts),
        "commands": list(done.commands),
    }
    return output.result(0, data, lambda _: _exported(done))


def _exported(done: Exported) -> str:
    lines = [f"wrote {file}" for file in done.files]
    if done.left:
        lines.append("CloudFormation cannot import these; they stay as they are, beside the stack:")
        lines += [f"  {address}  {kind}" for address, kind in done.left]
    if done.artifacts:
        lines.append("code to upload to the bucket that you give as ArtifactBucket, as DIGEST.zip:")
        lines += [f"  {digest}" for digest in done.artifacts]
    return "\n".join([*lines, "then:", *(f"  {command}" for command in done.commands)])


_ADOPTS = "Take these {count} resources over? Nothing in AWS changes."
_RELEASES = "Delete the CloudFormation stack and keep its {count} resources?"


def _agrees(arguments: argparse.Namespace, output: Output, question: str) -> Callable[[int], bool]:
    return lambda count: agreed(question.format(count=count), arguments, output)


def _said(done: Adopted, released: bool) -> str:
    words = []
    if done.result == "adopted":
        words.append(f"{done.resources} resources taken over")
        if done.plan and done.plan.effective:
            words.append(f"the next deploy changes {len(done.plan.effective)} of them, as shown above")
    elif done.result == "unchanged":
        words.append("all its resources are in state already")
    if released:
        words.append("the CloudFormation stack is gone; its resources stay")
    return "; ".join(words)


def _request(arguments: argparse.Namespace, output: Output) -> Request:
    """What to import into; where the type is given there need be no definition."""
    if arguments.type:
        return Request(arguments.source or Path(), target(arguments))
    return request_of(arguments, output)


def _own_template(arguments: argparse.Namespace) -> Request:
    """What to adopt into by the stack's own template, of which nothing is known here yet."""
    return replace(request_without_definition(arguments), parameters=parameters(arguments))
