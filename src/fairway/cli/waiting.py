"""How long a command waits for another run on the same stack, and whether it asks first."""

from __future__ import annotations

import argparse
import os

from fairway.cli.asking import ask, can_ask
from fairway.cli.output import Output

UNATTENDED_PATIENCE = 600.0
"""Seconds to wait where nobody can be asked."""


def patience(arguments: argparse.Namespace, output: Output) -> float | None:
    """Seconds to wait; None, as long as it takes, where somebody sits there who can end it."""
    given: float | None = getattr(arguments, "wait_for_lock", None)
    if given is not None:
        return given
    return None if is_attended(output) else UNATTENDED_PATIENCE


def agrees_to_wait(arguments: argparse.Namespace, output: Output) -> bool:
    """Whether to wait at all: asked on a terminal, where nothing has been said about it."""
    said = getattr(arguments, "yes", False) or getattr(arguments, "wait_for_lock", None) is not None
    return said or not is_attended(output) or ask("Wait for it?", output, usually=True)


def is_attended(output: Output) -> bool:
    """Whether somebody sits there who can be asked; CI systems may give a terminal, and nobody at it."""
    return can_ask(output) and not os.environ.get("CI")
