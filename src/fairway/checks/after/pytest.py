"""Tests in pytest that must pass against what is deployed."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Sequence

from fairway.checks import shell
from fairway.checks.command import environment
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.project.checks import Pytest


def check(declared: Pytest, subject: Subject) -> Outcome:
    """Run them with the project's own pytest, or that of Fairway's Python where the PATH has none."""
    program = _program(subject)
    if not program:
        return failed("pytest is not installed", next="pip install pytest")
    ended = shell.run(
        [*program, "-q", "--tb=short", declared.pytest],
        subject.folder,
        environment(subject),
        timeout=declared.timeout,
        stop=subject.caller.stop,
    )
    again = f"run it by hand: pytest {declared.pytest}"
    summary = (ended.output.strip().splitlines() or ["it said nothing"])[-1].strip("= ")
    if ended.code is None:
        return failed(f"not finished after {declared.timeout:g} s", said=ended.output, next=again)
    if ended.code:
        return failed(summary, said=ended.output, next=again)
    return passed(summary)


def _program(subject: Subject) -> Sequence[str]:
    if found := shutil.which("pytest", path=subject.environ.get("PATH")):
        return [found]
    return [sys.executable, "-m", "pytest"] if importlib.util.find_spec("pytest") else []
