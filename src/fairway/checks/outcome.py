"""What a check found. Checks answer with one of these; only what a user did wrong is raised."""

from __future__ import annotations

from dataclasses import dataclass

from fairway.model.checked import CheckResult


@dataclass(frozen=True)
class Outcome:
    """A result in words, uncut and with secrets as they came: the runner sees to both.

    `said` is what the thing itself said (a body, a command's output). What is `final` is not tried again.
    """

    result: CheckResult
    message: str
    why: str = ""
    next: str = ""
    said: str = ""
    final: bool = False


def passed(message: str) -> Outcome:
    """It holds."""
    return Outcome("passed", message)


def failed(message: str, *, why: str = "", next: str = "", said: str = "", final: bool = False) -> Outcome:
    """It does not hold."""
    return Outcome("failed", message, why, next, said, final)


def warned(message: str, *, why: str = "", next: str = "") -> Outcome:
    """It holds, and there is something to do about it all the same."""
    return Outcome("warned", message, why, next)


def skipped(message: str, *, why: str = "") -> Outcome:
    """Nobody could tell; the message says why."""
    return Outcome("skipped", message, why)


def numbered(count: int, noun: str) -> str:
    """`1 resource`, `2 resources`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
