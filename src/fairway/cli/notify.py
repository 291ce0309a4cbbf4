"""Who is told of what a command does, and `fairway notify`."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.output import Output
from fairway.model.errors import FairwayError, WrongInput
from fairway.project.find import find_project
from fairway.project.settings import LOCAL
from fairway.report.errors_text import render_error
from fairway.report.jsonlines import error_json

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.project.settings import NotifySettings, Project
    from fairway.report.news import About

_TEST = """\
Sends a message to everybody whom [notify.NAME] in fairway.toml names for the environment, or to one of
them, and says who was reached. Exits with 1 when somebody was not.
"""


def add(commands: Commands) -> None:
    """The command's grammar."""
    from fairway.cli.arguments import add_command

    actions = add_command(commands, "notify", "try out the notifications").add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    test = actions.add_parser("test", help="send a message to try it out", description=_TEST)
    test.add_argument("name", nargs="?", metavar="NAME", help="of a section [notify.NAME] (default: all)")
    test.add_argument("--env", metavar="NAME", default=LOCAL, help="as in this environment (default: local)")
    test.add_argument("--json", action="store_true", help="print one JSON result line")


def notify(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.notify import known_names, send
    from fairway.report.news import trial_news

    project = find_project(Path())
    people = _named(project, arguments.name, arguments.env)
    news, known = trial_news(about(project, arguments.env)), known_names(project, arguments.env, os.environ)
    reached: list[str] = []
    failed: dict[str, FairwayError] = {}
    for each in people:
        try:
            send(each, news, known)
            reached.append(each.name)
        except FairwayError as error:
            failed[each.name] = error
            output.stderr.write(render_error(error, output.error_style) + "\n")
    data = {"told": reached, "not_told": {name: error_json(error) for name, error in failed.items()}}
    lines = [f"{name} was told" for name in reached]
    return output.result(1 if failed else 0, data, lambda _: "\n".join(lines))


def tell_people(project: Project, environment: str, output: Output) -> None:
    """Have the project's notifications sent for what this command does from now on."""
    if not project.notify:
        return
    from fairway.pipeline.notify import Notifier, known_names, told_in
    from fairway.report.news import news_of

    read = partial(news_of, about=about(project, environment))
    known = known_names(project, environment, os.environ)
    output.listeners.append(Notifier(told_in(project, environment), read, known, output.report))


def about(project: Project, environment: str) -> About:
    """Whose news this command makes."""
    from fairway.report.news import About
    from fairway.stacks.origin import origin

    return About(project.name or Path().resolve().name, environment, origin(project.folder))


def _named(project: Project, name: str | None, environment: str) -> tuple[NotifySettings, ...]:
    """Raises WrongInput for a name that is not in the file, and where nobody is to be told."""
    from fairway.pipeline.notify import told_in

    found = told_in(project, environment)
    if name:
        found = tuple(each for each in project.notify if each.name == name)
    if found:
        return found
    known = ", ".join(each.name for each in project.notify)
    raise WrongInput(
        "arguments.notify",
        f"there is no [notify.{name}]" if name else f"nobody is told of what happens in {environment}",
        next=f"there are: {known}" if known else "add a [notify.NAME] section to fairway.toml",
    )
