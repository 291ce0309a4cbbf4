"""The questions that commands ask before they change anything."""

from __future__ import annotations

import argparse
import sys

from fairway.cli.output import Output
from fairway.model.errors import WrongInput


def agreed(
    question: str, arguments: argparse.Namespace, output: Output, *, first: str = "run this with --yes"
) -> bool:
    """Whether --yes is given, or somebody on the terminal says so.

    Raises WrongInput where nobody can answer; `first` is what to do then.
    """
    if getattr(arguments, "yes", False):
        return True
    if output.json or not sys.stdin.isatty():
        raise WrongInput(
            "arguments.yes", "nobody can confirm this: standard input is not a terminal", next=first
        )
    output.stdout.write(f"{question} [y/N] ")
    output.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
