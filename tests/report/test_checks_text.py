"""A check is a line with its mark; of what is not well why and next stand below."""

from __future__ import annotations

import pytest

from fairway.model.checked import Checked, CheckResult
from fairway.report.checks_text import check_line, summary_line
from fairway.report.style import Style

PLAIN = Style()


@pytest.mark.parametrize(
    ("result", "mark"), [("passed", "✓"), ("failed", "✗"), ("warned", "!"), ("skipped", "–")]
)
def test_each_result_has_its_mark(result: CheckResult, mark: str) -> None:
    lines = check_line(Checked("node", "tool", result, "is 20", "a\nb", "do it", 0.04), PLAIN).splitlines()
    assert lines[0] == f"  {mark} node: is 20, 0.04 s"
    details = ["    why:  a", "          b", "    next: do it"]
    assert lines[1:] == ([] if result == "passed" else details)


def test_the_summary_counts_each_result() -> None:
    checked = [Checked("a", "x", result, "") for result in ("skipped", "passed", "failed", "passed")]
    assert summary_line(checked, PLAIN) == "2 passed, 1 failed, 1 skipped"
    assert summary_line([], PLAIN) == "nothing to check"
