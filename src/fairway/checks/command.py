"""A command that must end with 0; the same before a deploy and after it."""

from __future__ import annotations

from fairway.checks import shell
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.project.checks import Command
from fairway.project.names import filled


def check(declared: Command, subject: Subject) -> Outcome:
    """Run it in the project's folder."""
    command = filled(declared.command, subject.names)
    ended = shell.run(
        command, subject.folder, subject.environ, timeout=declared.timeout, stop=subject.caller.stop
    )
    if ended.code is None:
        return failed(f"not finished after {declared.timeout:g} s", said=ended.output, next=_again(command))
    if ended.code:
        return failed(f"ended with {ended.code}", said=ended.output, next=_again(command))
    return passed("ended with 0")


def _again(command: str) -> str:
    return f"run it by hand: {command}"
