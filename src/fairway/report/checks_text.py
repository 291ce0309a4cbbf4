"""Checks as a checklist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from fairway.model.checked import Checked, CheckResult
from fairway.report.errors_text import details
from fairway.report.style import Style, seconds

MARKS: Mapping[CheckResult, str] = {"passed": "✓", "failed": "✗", "skipped": "–", "warned": "!"}


def check_line(checked: Checked, style: Style) -> str:
    """One check: its mark, name, what was found and how long that took; of what is not well, why and what
    next.
    """
    mark = _painted(checked.result, MARKS[checked.result], style)
    lines = [f"  {mark} {checked.name}: {checked.message}{style.dim(f', {seconds(checked.seconds)}')}"]
    if checked.result != "passed":
        lines += details(checked.why, checked.next)
    return "\n".join(lines)


def summary_line(checked: Sequence[Checked], style: Style) -> str:
    """How many of which result."""
    if not checked:
        return "nothing to check"
    counts = Counter(each.result for each in checked)
    return ", ".join(
        _painted(result, f"{counts[result]} {result}", style) for result in MARKS if counts[result]
    )


def _painted(result: CheckResult, text: str, style: Style) -> str:
    match result:
        case "passed":
            return style.good(text)
        case "failed":
            return style.bad(text)
        case "warned":
            return style.warning(text)
    return style.dim(text)
