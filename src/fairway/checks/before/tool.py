"""A program must be there, in a version that fits."""

from __future__ import annotations

import re
import shutil

from fairway.checks import shell
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.project.checks import Tool

_ASKED = {"go": ("version",), "java": ("-version",), "helm": ("version",), "kubectl": ("version", "--client")}
"""What asks a program for its version, where that is not `--version`: by their manuals."""
_VERSION = re.compile(r"\d+(?:\.\d+)*")
_PATIENCE = 30.0
"""Seconds; programs in Python take some."""


def check(declared: Tool, subject: Subject) -> Outcome:
    """Look for it on the path and, where a version is wanted, ask it for its own."""
    program = shutil.which(declared.tool, path=subject.environ.get("PATH"))
    if program is None:
        wanted = f" {declared.version}" if declared.version else ""
        return failed(
            f"{declared.tool} is not installed",
            why="it is not on the PATH",
            next=f"install {declared.tool}{wanted}",
        )
    if not declared.version:
        return passed(program)
    return _fitting(declared, *_version(declared, program, subject))


def _version(declared: Tool, program: str, subject: Subject) -> tuple[str, str]:
    """The version, empty where none can be found, and all that the program said."""
    asked = [program, *_ASKED.get(declared.tool, ("--version",))]
    ended = shell.run(asked, subject.folder, subject.environ, timeout=_PATIENCE, stop=subject.caller.stop)
    found = _VERSION.search(ended.output)
    return found[0] if found else "", ended.output


def _fitting(declared: Tool, version: str, said: str) -> Outcome:
    from packaging.specifiers import SpecifierSet

    if not version:
        way = f'leave `version` away, or check it with a command: command = "{declared.tool} …"'
        return failed(f"{declared.tool} does not tell its version", said=said, next=way)
    if SpecifierSet(declared.version).contains(version, prereleases=True):
        return passed(version)
    return failed(
        f"{declared.tool} is {version}, wanted is {declared.version}",
        next=f"install {declared.tool} {declared.version}",
    )
