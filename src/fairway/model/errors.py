"""Errors a user can see. Each says what, where, why and what next, under a stable code.

FairwayError
├── WrongInput          exit 2: the user's definition, flags or files are at fault
│   └── InvalidDefinition   carries every finding of a definition at once
├── Failed              exit 1: something that was tried did not work; what somebody catches has a class
│   └── CallFailed, LeaseLost, StaleCode, …                             of its own, where it is raised
└── Interrupted         exit 130: the user asked to stop
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fairway.model.location import Location


class FairwayError(Exception):
    """An error with its four parts; `where` is a location, an address, or empty when there is none.

    `code` is stable (`template.unknown-key`): scripts and the documentation refer to it.
    """

    exit_code = 1

    def __init__(
        self, code: str, what: str, *, where: Location | str = "", why: str = "", next: str = ""
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.why = why
        self.next = next

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class WrongInput(FairwayError):
    """The definition, a flag or a file given by the user cannot be used."""

    exit_code = 2


class Failed(FairwayError):
    """Something that was tried did not work."""


class Interrupted(FairwayError):
    """The user asked to stop; what was under way has been finished and recorded."""

    exit_code = 130


@dataclass(frozen=True)
class Cause:
    """An error as it is told where nobody catches it: its four parts, and the findings of a definition."""

    code: str
    message: str
    where: str = ""
    why: str = ""
    next: str = ""
    findings: tuple[Finding, ...] = ()


def cause_of(error: FairwayError) -> Cause:
    """What an error says."""
    findings = error.findings if isinstance(error, InvalidDefinition) else ()
    return Cause(error.code, error.what, str(error.where), error.why, error.next, findings)


def unusable_file(error: OSError) -> Failed:
    """The error for a file or folder of this machine that could not be read or written."""
    denied = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)
    elsewhere = "choose another place with --state, FAIRWAY_HOME or FAIRWAY_CACHE"
    return Failed(
        "files.unusable",
        "a file or folder could not be used",
        where=str(error.filename or ""),
        why=error.strerror or str(error),
        next=f"let it be used, or {elsewhere}" if denied else f"put that right, or {elsewhere}",
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth a warning, in a definition."""

    code: str
    message: str
    location: Location | None = None
    why: str = ""
    next: str = ""
    severity: Literal["error", "warning"] = "error"


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of them is more than a warning."""
    return any(finding.severity == "error" for finding in findings)


class InvalidDefinition(WrongInput):
    """A definition with at least one finding that is an error; carries all of them."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        errors = [finding for finding in findings if finding.severity == "error"]
        plural = "mistake" if len(errors) == 1 else "mistakes"
        super().__init__("definition.invalid", f"{len(errors)} {plural} in the definition")
        self.findings = findings
