"""`fairway bootstrap`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.output import Output, stop_on_signals
from fairway.cli.target import target
from fairway.model.errors import WrongInput
from fairway.project.find import find_project
from fairway.project.settings import BUCKET, TABLE_NAME
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target
from fairway.stacks.storage import is_bucket, require_place

if TYPE_CHECKING:
    from fairway.aws.bootstrap import Step
    from fairway.cli.arguments import Commands
    from fairway.pipeline.ci.trust import Repository
    from fairway.stacks.bootstrap import Wanted

_ABOUT = """\
Makes the bucket that state is kept in (versioned, encrypted, private) and, with --lock-table, a
DynamoDB table for leases; adopts what exists, repairs what differs, and writes it into fairway.toml.
Running it again changes nothing. With --github or --gitlab it also makes the roles with which that
repository's CI deploys and plans, for the environment, or for each that has a branch.
"""


def bootstrap(arguments: argparse.Namespace, output: Output) -> int:
    repository = _repository(arguments)
    environments = [arguments.env] if arguments.env or not repository else _with_a_branch()
    results = [_made(arguments, environment, repository, output) for environment in environments]
    words = "\n".join(_words(each.backend, each.left) for each in results)
    left = {stack: command for each in results for stack, command in each.left.items()}
    steps = [{"what": step.what, "did": step.did} for each in results for step in each.steps]
    data = {"state": results[-1].backend, "steps": steps, "left": left}
    return output.result(0, data, lambda _: words)


@dataclass(frozen=True)
class _Made:
    """What was made for an environment. `left` is as from `_taken_along`."""

    backend: str
    steps: Sequence[Step]
    left: Mapping[str, str]


def _made(
    given: argparse.Namespace, environment: str | None, repository: Repository | None, output: Output
) -> _Made:
    from fairway.stacks.bootstrap import bootstrap as run

    arguments = argparse.Namespace(**{**vars(given), "env": environment})
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
    where = target(arguments)
    left = _taken_along(arguments, output, where)
    if repository:
        for step in _roles(where, repository, interruption):
            done(step)
    return _Made(backend, steps, left)


def _roles(where: Target, repository: Repository, interruption: Interruption) -> Iterator[Step]:
    """The roles of a CI system for the environment."""
    from fairway.pipeline.ci.roles import Federated, make_roles
    from fairway.stacks.connect import caller

    wanted = Federated(find_project(Path()), where.environment, repository, where.cache)
    return make_roles(caller(where, interruption), wanted)


def _repository(arguments: argparse.Namespace) -> Repository | None:
    """The repository that --github or --gitlab names. Raises WrongInput for one that cannot be."""
    from fairway.pipeline.ci.trust import repository

    if arguments.github:
        return repository("github", arguments.github)
    return repository("gitlab", arguments.gitlab) if arguments.gitlab else None


def _with_a_branch() -> Sequence[str]:
    """The environments that pushes deploy to. Raises WrongInput where there are none."""
    from fairway.pipeline.ci.lanes import with_a_branch

    return tuple(with_a_branch(find_project(Path())))


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
    among = grammar.add_mutually_exclusive_group()
    words = "also make the roles for its workflows"
    among.add_argument("--github", metavar="ORG/REPO", default="", help=words)
    words = "also make the roles for its pipelines"
    among.add_argument("--gitlab", metavar="GROUP/PROJECT", default="", help=words)


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
