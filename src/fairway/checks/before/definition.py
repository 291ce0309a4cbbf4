"""A definition must have no mistakes, and its code must be there."""

from __future__ import annotations

from collections.abc import Iterable

from fairway.checks.before.intended import Reading
from fairway.checks.outcome import Outcome, failed, numbered, passed, warned
from fairway.model.errors import Finding, InvalidDefinition, WrongInput

_NEXT = "see `fairway validate`"


def check(stack: str, reading: Reading) -> Outcome:
    """All its findings at once."""
    try:
        intended = reading.of(stack)
    except WrongInput as error:
        return unreadable(error)
    file, findings = intended.definition.file, intended.findings
    if errors := [each for each in findings if each.severity == "error"]:
        return failed(f"{file} has mistakes: {len(errors)}", why=_told(errors), next=_NEXT)
    if findings:
        return warned(f"{file} can be deployed", why=_told(findings))
    return passed(f"{file}: {numbered(len(intended.definition.resources), 'resource')}")


def unreadable(error: WrongInput) -> Outcome:
    """What is to be said of a definition, or of parameters, that cannot be used at all."""
    if isinstance(error, InvalidDefinition):
        return failed(error.what, why=_told(error.findings), next=_NEXT)
    return failed(str(error), why=error.why, next=error.next)


def _told(findings: Iterable[Finding]) -> str:
    places = ((f"{each.location}: " if each.location else "", each) for each in findings)
    return "\n".join(f"{place}[{each.code}] {each.message}" for place, each in places)
