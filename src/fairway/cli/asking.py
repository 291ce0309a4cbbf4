"""The questions that commands ask before they change anything."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from fairway.cli.output import Output
from fairway.model.errors import WrongInput

if TYPE_CHECKING:
    from fairway.project.settings import SecretSettings
    from fairway.sources.load import Declaration


def agreed(
    question: str, arguments: argparse.Namespace, output: Output, *, first: str = "run this with --yes"
) -> bool:
    """Whether --yes is given, or somebody on the terminal says so.

    Raises WrongInput where nobody can answer; `first` is what to do then.
    """
    if getattr(arguments, "yes", False):
        return True
    if not can_ask(output):
        raise WrongInput(
            "arguments.yes", "nobody can confirm this: standard input is not a terminal", next=first
        )
    return ask(question, output)


def ask_value(output: Output) -> Callable[[Declaration, str], str | None]:
    """Asks for a parameter's value, unseen where it is secret; None when nobody answers any more."""

    def asked(declaration: Declaration, trouble: str) -> str | None:
        told = [f"{declaration.name} {trouble}"] if trouble else []
        told += [declaration.description] if declaration.description and not trouble else []
        if declaration.allowed_values and not trouble:
            told.append(f"one of {', '.join(declaration.allowed_values)}")
        output.stdout.write("".join(f"{line}\n" for line in told))
        return _answer(f"{declaration.name}: ", output, hidden=declaration.secret)

    return asked


def ask_secret(output: Output) -> Callable[[SecretSettings], str | None]:
    """Asks for a secret's value, unseen; None when nobody answers."""
    return lambda secret: _answer(f"Value of the secret {secret.key}: ", output, hidden=True)


def _answer(question: str, output: Output, *, hidden: bool) -> str | None:
    if hidden:
        import getpass

        try:
            return getpass.getpass(question)
        except EOFError:
            return None
    line = _typed(question, output)
    return line.rstrip("\n") if line else None


def _typed(question: str, output: Output) -> str:
    """The line that is typed after a question; empty where input has ended."""
    line = ""
    try:
        output.stdout.write(question)
        output.stdout.flush()
        line = sys.stdin.readline()
    finally:
        if not line.endswith("\n"):  # Ctrl-C and Ctrl-D leave the cursor beside the question
            output.stdout.write("\n")
            output.stdout.flush()
    return line


def can_ask(output: Output) -> bool:
    """Whether somebody sits there who reads a question and can answer it."""
    return sys.stdin.isatty() and not output.json


def ask(question: str, output: Output, *, usually: bool = False) -> bool:
    """Whether the answer is yes; `usually` is what an empty one means."""
    line = _typed(f"{question} [{'Y/n' if usually else 'y/N'}] ", output)
    answer = line.strip().lower()
    return answer in ("y", "yes") if answer else usually
