"""`fairway remote`: a git repository whose pushes run the pipeline."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairway.cli.output import Output
from fairway.cli.target import home
from fairway.model.errors import FairwayError, WrongInput
from fairway.project.find import find_project, repository_of
from fairway.report.errors_text import render_error

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.pipeline.remote.receive import Hook
    from fairway.pipeline.remote.repository import Repository
    from fairway.project.settings import Project

DEFAULT = "fairway"
_ADD = """\
Makes a bare git repository that runs the pipeline of what is pushed to it, and adds it as a git remote:
after it `git push fairway main` deploys to the environments whose branch is main. A push whose run does
not succeed is refused.
"""
_APPROVE = """\
Shows the plans of the last push that wait for an approval, writes down who approved them, and carries
them out.
"""


def add(commands: Commands) -> None:
    """The grammar of its actions."""
    from fairway.cli.arguments import add_command

    words = "make a git remote that deploys what is pushed to it"
    actions = add_command(commands, "remote", words).add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    added = add_command(actions, "add", "make the repository, and the git remote", _named(), about=_ADD)
    added.add_argument(
        "--path", type=Path, metavar="FOLDER", help="where (default: $FAIRWAY_HOME/remotes/PROJECT.git)"
    )
    add_command(actions, "show", "show where it is, and what is deployed from it", _named())
    add_command(actions, "remove", "remove the git remote; the repository stays", _named())
    approve = add_command(
        actions, "approve", "approve what was pushed, and deploy it", _named(), about=_APPROVE
    )
    approve.add_argument("--env", metavar="NAME", required=True, help="the environment")
    approve.add_argument("--path", type=Path, metavar="FOLDER", help="the repository, where it is no remote")
    approve.add_argument("--yes", action="store_true", help="do not ask")
    hook = add_command(actions, "hook", "what the repository's hooks run")
    hook.add_argument("hook", metavar="HOOK", choices=("pre-receive", "proc-receive"), help="which of git's")


def remote(arguments: argparse.Namespace, output: Output) -> int:
    return _ACTIONS[arguments.action](arguments, output)


def _add(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.remote.repository import add_remote, make_repository
    from fairway.pipeline.remote.shared import share_state
    from fairway.stacks.origin import branch

    project, working = _working()
    inside = os.path.relpath(project.folder.resolve(), working)
    name = project.name or working.name
    folder = arguments.path or home() / "remotes" / f"{name}.git"
    repository = make_repository(folder, inside, home(), branch(working) or "main")
    did = "added" if add_remote(working, arguments.name, repository) else "already so"
    lines = [f"{did}: {arguments.name} → {repository.folder}", _ways(project)]
    if share_state(project.folder.resolve(), repository.state):
        lines.append(f"what is deployed from here goes on from pushes: its state is in {repository.state}")
    data = {"did": did, "name": arguments.name, "path": str(repository.folder)}
    return output.result(0, data, lambda _: "\n".join(lines))


def _show(arguments: argparse.Namespace, output: Output) -> int:
    repository, (project, _) = _repository(arguments), _working()
    places = {name: _deployed(repository, name, project) for name in repository.environments}
    data = {"name": arguments.name, "path": str(repository.folder), "environments": places}
    lines = [f"{arguments.name} → {repository.folder}", _ways(project)]
    for name, place in places.items():
        lines += [f"{name}: {place['path']}", *(f"  {each}" for each in place["live"])]
    return output.result(0, data, lambda _: "\n".join(lines))


def _deployed(repository: Repository, environment: str, project: Project) -> Mapping[str, Any]:
    from fairway.pipeline.remote.live import live

    folder = repository.project(repository.checkout(environment))
    return {"path": str(folder), "live": live(project.stacks, environment, folder, os.environ)}


def _remove(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.stacks.git import git

    repository, (_, working) = _repository(arguments), _working()
    git(working, "remote", "remove", arguments.name)
    words = f"removed {arguments.name}; what was pushed, and state that is kept in a folder, stay in"
    return output.result(0, {"path": str(repository.folder)}, lambda _: f"{words} {repository.folder}")


def _approve(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.cli.main import run
    from fairway.pipeline.remote.approving import approving
    from fairway.pipeline.remote.repository import open_repository

    repository = open_repository(arguments.path) if arguments.path else _repository(arguments)

    def told(words: str) -> None:
        output.stdout.write(f"{words}\n")
        output.stdout.flush()

    with approving(repository, arguments.env, told, time.sleep) as folder:
        os.chdir(folder)
        where = ["--env", arguments.env]
        if code := run(["approve", *where, *(["--yes"] if arguments.yes else [])]):
            return code
        return run(["run", *where, "--from", "apply", "--yes"])


def _hook(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.remote.pushed import updates
    from fairway.pipeline.remote.receive import Hook, refuse
    from fairway.pipeline.remote.relay import Relay
    from fairway.pipeline.remote.repository import open_repository

    hook, repository = Hook(os.environ, Relay(output.stderr.fileno()), time.sleep), open_repository(Path())
    if arguments.hook == "proc-receive":
        return _run_pushed(repository, hook, output)
    refuse(repository, updates(sys.stdin), hook)
    return 0


def _run_pushed(repository: Repository, hook: Hook, output: Output) -> int:
    """That git is answered is success, whatever the answer."""
    from fairway.pipeline.remote.packets import answer, asked
    from fairway.pipeline.remote.pushed import updates
    from fairway.pipeline.remote.receive import receive

    refusals: dict[str, str] = {}
    for update in updates(asked(sys.stdin.buffer, output.stdout.buffer)):
        try:
            receive(repository, update, hook)
            refusals[update.name] = ""
        except FairwayError as error:
            hook.relay.say(render_error(error, output.error_style))
            refusals[update.name] = error.what
    answer(output.stdout.buffer, refusals)
    return 0


_ACTIONS: Mapping[str, Callable[[argparse.Namespace, Output], int]] = {
    "add": _add,
    "show": _show,
    "remove": _remove,
    "approve": _approve,
    "hook": _hook,
}


def _named() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "name", nargs="?", default=DEFAULT, metavar="NAME", help="of the git remote (default: fairway)"
    )
    options.add_argument("--json", action="store_true", help="print one JSON result line")
    return options


def _working() -> tuple[Project, Path]:
    """The project of the current folder, and its repository's folder. Raises WrongInput outside of git."""
    project = find_project(Path())
    working = repository_of(project.folder)
    if (working / ".git").exists():
        return project, working
    raise WrongInput("remote.no-git", "this is no git repository", where=str(working), next="git init")


def _repository(arguments: argparse.Namespace) -> Repository:
    """That of a git remote."""
    from fairway.pipeline.remote.repository import open_repository, url_of

    _, working = _working()
    if url := url_of(working, arguments.name):
        return open_repository(Path(url))
    raise WrongInput(
        "remote.unknown", f"there is no git remote {arguments.name}", next="make one: fairway remote add"
    )


def _ways(project: Project) -> str:
    """Which branch goes where."""
    ways = [f"{each.branch} → {name}" for name, each in project.environments.items() if each.branch]
    return "\n".join(ways or ['no environment has a branch: write branch = "main" into one'])
