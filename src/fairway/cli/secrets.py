"""`fairway secrets`, and the secrets that a deploy makes first."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.asking import ask_secret
from fairway.cli.output import Output
from fairway.cli.running import ports
from fairway.cli.target import project_of, target
from fairway.cli.waiting import is_attended
from fairway.model.errors import WrongInput
from fairway.model.plain import plain
from fairway.project.find import find_project
from fairway.project.settings import Project, SecretSettings
from fairway.report.style import Style, columns

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.stacks.request import Target
    from fairway.stacks.run import Ports
    from fairway.stacks.secrets import NewSecret, SecretStatus

_ABOUT = """\
The secrets that fairway.toml declares as [secrets.NAME]: in Secrets Manager or SSM, never in a file, in
state or on a command line.
"""
_SET = """\
Puts a value into a declared secret, which is made where it does not exist. The value is asked for unseen,
or comes from standard input, from an environment variable, or is drawn at random.
"""
_LIST = """\
Shows each declared secret: where it is, whether it is there, whether it waits for its real value, and when
it was last changed. Never a value.
"""
_CREATE = """\
Makes the declared secrets that do not exist, as a deploy does before it changes anything else. Those that
exist stay as they are.
"""
_WAYS = "give it with --value-from-stdin, --from-env VARIABLE or --generate LENGTH"


def add(commands: Commands) -> None:
    """The commands' grammar."""
    from fairway.cli.arguments import add_command, target_options
    from fairway.project.sections.parameters import SECRET_LENGTHS

    words = "set, make and list the secrets that fairway.toml declares"
    actions = add_command(commands, "secrets", words, about=_ABOUT).add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    where = target_options()
    given = add_command(actions, "set", "put a value into one", where, about=_SET)
    given.add_argument("name", metavar="NAME", help="of a section [secrets.NAME]")
    given.add_argument("value", nargs="*", help=argparse.SUPPRESS)  # to be refused without being repeated
    among = given.add_mutually_exclusive_group()
    words = "read it from standard input, without the line break at its end"
    among.add_argument("--value-from-stdin", action="store_true", help=words)
    among.add_argument("--from-env", metavar="VARIABLE", help="take it from an environment variable")
    words = f"draw so many letters and digits at random ({SECRET_LENGTHS[0]} to {SECRET_LENGTHS[1]})"
    among.add_argument("--generate", type=int, metavar="LENGTH", help=words)
    add_command(actions, "list", "show where each is, and whether it is there", where, about=_LIST)
    add_command(actions, "create", "make those that do not exist", where, about=_CREATE)


def secrets(arguments: argparse.Namespace, output: Output) -> int:
    return {"set": _set, "list": _list, "create": _create}[arguments.action](arguments, output)


def new_secrets(arguments: argparse.Namespace, where: Target, output: Output) -> Sequence[NewSecret]:
    """What a deploy has to make first. Raises InvalidDefinition for values that nobody has."""
    project = project_of(arguments)
    if not project.secrets:
        return ()
    from fairway.stacks.secrets import secrets_at

    return secrets_at(project, where).new(ask_secret(output) if is_attended(output) else None)


def make_secrets(new: Sequence[NewSecret], arguments: argparse.Namespace, where: Target, to: Ports) -> None:
    """Make them, and tell of each."""
    if new:
        from fairway.stacks.secrets import secrets_at

        secrets_at(project_of(arguments), where, to.interruption).create(new, to)


def _set(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.secrets import secrets_at

    project = find_project(Path())
    secret = _declared(project, arguments.name)
    value = _value(arguments, secret, output)
    where = target(arguments)
    is_new = secrets_at(project, where).put(secret, value)
    did = "created" if is_new else "changed"
    data = {"secret": secret.key, "environment": where.environment, "did": did}
    return output.result(0, data, lambda style: f"{style.good(did)} {secret.key} in {where.environment}")


def _list(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.secrets import secrets_at

    found = secrets_at(find_project(Path()), target(arguments)).statuses()
    return output.result(0, {"secrets": plain(found)}, lambda style: _table(found, style))


def _create(arguments: argparse.Namespace, output: Output) -> int:
    where = target(arguments)
    new = new_secrets(arguments, where, output)
    make_secrets(new, arguments, where, ports(where, arguments, output))
    data = {"created": [each.settings.key for each in new]}
    return output.result(0, data, lambda _: "" if new else "nothing to make")


def _declared(project: Project, name: str) -> SecretSettings:
    """Raises WrongInput for a name that is not in the file."""
    if name in project.secrets:
        return project.secrets[name]
    from fairway.sources.findings import suggest

    known = ", ".join(project.secrets)
    raise WrongInput(
        "arguments.secret",
        f"{project.file_name} declares no [secrets.{name}]",
        next=suggest(name, project.secrets) or (f"there are: {known}" if known else "add that section to it"),
    )


def _value(arguments: argparse.Namespace, secret: SecretSettings, output: Output) -> str:
    """The value that is given. Raises WrongInput where none is, and for one that stands in the open."""
    if arguments.value:
        raise WrongInput(
            "arguments.secret-shown",
            f"the value of {secret.key} does not belong on the command line",
            why="every process here can read it there, and the shell keeps it",
            next=f"choose another value now, and {_WAYS}",
        )
    if arguments.generate is not None:
        return _generated(arguments.generate)
    if arguments.from_env:
        value, source = os.environ.get(arguments.from_env, ""), f"{arguments.from_env} is not set"
    elif arguments.value_from_stdin:
        value, source = sys.stdin.read().removesuffix("\n"), "standard input is empty"
    elif is_attended(output):
        value, source = ask_secret(output)(secret) or "", "nothing was typed"
    else:
        value, source = "", "nobody can be asked: standard input is not a terminal"
    if value:
        return value
    raise WrongInput("arguments.value", f"there is no value for {secret.key}: {source}", next=_WAYS)


def _generated(length: int) -> str:
    from fairway.project.sections.parameters import SECRET_LENGTHS
    from fairway.stacks.secrets import generated

    least, most = SECRET_LENGTHS
    if least <= length <= most:
        return generated(length)
    raise WrongInput("arguments.value", f"--generate {length}: a length is from {least} to {most}")


def _table(found: Sequence[SecretStatus], style: Style) -> str:
    if not found:
        return "fairway.toml declares no secrets"
    rows = [(each.key, each.name, each.store, each.condition, _when(each.changed)) for each in found]
    first, *rest = columns([("SECRET", "NAME", "STORE", "IS", "CHANGED"), *rows])
    return "\n".join([style.dim(first), *rest])


def _when(changed: float | None) -> str:
    return datetime.fromtimestamp(changed).strftime("%Y-%m-%d %H:%M:%S") if changed else ""
