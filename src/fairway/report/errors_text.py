"""Errors and findings as text: what, where, why, what next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fairway.model.errors import FairwayError, Finding, InvalidDefinition
from fairway.report.style import Style

_INDENT = " " * len("    why:  ")


def render_error(error: FairwayError, style: Style) -> str:
    """The error's text, all findings of an invalid definition included."""
    lines = list(_finding_lines(error.findings, style)) if isinstance(error, InvalidDefinition) else []
    place = f"{error.where}: " if error.where else ""
    lines.append(f"{style.bad('error')} {style.dim(f'[{error.code}]')} {place}{error.what}")
    lines += details(error.why, error.next)
    return "\n".join(lines)


def render_findings(findings: Iterable[Finding], style: Style) -> str:
    """One block per finding, in the order of the file."""
    return "\n".join(_finding_lines(findings, style))


def _finding_lines(findings: Iterable[Finding], style: Style) -> Iterator[str]:
    for finding in findings:
        mark = style.bad("error") if finding.severity == "error" else style.warning("warning")
        place = f"{finding.location}: " if finding.location else ""
        yield f"{style.bold(place)}{mark} {style.dim(f'[{finding.code}]')} {finding.message}"
        yield from details(finding.why, finding.next)


def details(why: str, next_step: str) -> Iterator[str]:
    """The lines below what is wrong."""
    if why:
        yield f"    why:  {_INDENT.join(why.splitlines(keepends=True))}"
    if next_step:
        yield f"    next: {_INDENT.join(next_step.splitlines(keepends=True))}"
