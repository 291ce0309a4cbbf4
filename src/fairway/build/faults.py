"""How the parts of a build report what is wrong: findings, raised together."""

from __future__ import annotations

import os
import re
from pathlib import Path

from fairway.model.errors import Finding
from fairway.model.location import Location

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")


class Rejected(Exception):
    """An asset that cannot be built, with every finding. One without a location gets its asset's."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


def rejected(
    code: str, what: str, where: Location | None = None, *, why: str = "", next: str = ""
) -> Rejected:
    """The rejection with one finding."""
    return Rejected(Finding(code, what, where, why, next))


def shown(path: Path) -> str:
    """The path as the user would type it: relative where it is below the working directory."""
    try:
        return str(path.relative_to(os.getcwd()))
    except ValueError:
        return str(path)


def line_of(path: Path, line: int = 1) -> Location:
    """A line of one of the user's files."""
    return Location(shown(path), line)


def without_credentials(text: str) -> str:
    """A text whose URLs have lost user and password."""
    return _CREDENTIALS.sub("", text)
