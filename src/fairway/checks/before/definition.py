"""A definition must have no mistakes, and its code must be there."""

from __future__ import annotations

from collections.abc import Iterable

from fairway.checks.before.intended import Reading
from fairway.checks.outcome import Outcome, failed, passed, warned
from fairway.model.errors import Finding, InvalidDefinition


def check(stack: str, reading: Reading) -> Outcome:
    """All its findings at once."""
    try:
        intended = reading.of(stack)
        findings, file = intended.findings, intended.definition.file
    except InvalidDefinition as error:
        findings, file = error.findings, "the definition"
    errors = [each for each in findings if each.severity == "error"]
    if errors:
        return failed(f"{file} has mistakes: {len(errors)}", why=_told(errors), next="see `fairway validate`")
    if findings:
        return warned(f"{file} can be deployed", why=_told(findings))
    return passed(f"{file}: {len(intended.definition.resources)} resources")


def _told(findings: Iterable[Finding]) -> str:
    places = ((f"{each.location}: " if each.location else "", each) for each in findings)
    return "\n".join(f"{place}[{each.code}] {each.message}" for place, each in places)
