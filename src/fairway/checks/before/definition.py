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
        return failed(f"{file} has mistakes: {len(errors)}", why=told(errors), next=_NEXT)
    if findings:
        return warned(f"{file} can be deployed", why=told(findings))
    return passed(f"{file}: {numbered(len(intended.definition.resources), 'resource')}")


def check_ahead(stack: str, reading: Reading, waits: Outcome) -> Outcome:
    """As far as it can be known while the stack waits for others; `waits` where that is without mistakes."""
    outcome = check(stack, reading)
    return outcome if outcome.result == "failed" else waits


def unreadable(error: WrongInput) -> Outcome:
    """What is to be said of a definition, or of parameters, that cannot be used at all."""
    if isinstance(error, InvalidDefinition):
        only = error.findings[0].next if len(error.findings) == 1 else ""
        return failed(error.what, why=told(error.findings), next=only or _NEXT)
    return failed(str(error), why=error.why, next=error.next)


def told(findings: Iterable[Finding]) -> str:
    """A line for each: its place and code, and what to do where that is known."""
    return "\n".join(map(_line, findings))


def _line(finding: Finding) -> str:
    place = f"{finding.location}: " if finding.location else ""
    hint = f"; {finding.next}" if finding.next else ""
    return f"{place}[{finding.code}] {finding.message}{hint}"
