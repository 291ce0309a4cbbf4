"""Where a run's time went, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fairway.report.style import Style, columns, seconds
from fairway.report.timeline import STAGE, Bar, Timeline, name_of, share

_NOTE = "* the chain of operations that ended last: a faster deploy has to shorten it"


def render_times(found: Timeline, style: Style) -> str:
    """The table: each stage, and below it its parts from the slowest, with seconds and share of the run."""
    bars = slowest_first(found.bars)
    head, *lines = columns([("", "what", "time", "share"), *(_row(bar, found.seconds) for bar in bars)])
    painted = (_painted(bar, line, style) for bar, line in zip(bars, lines, strict=True))
    note = [style.dim(_NOTE)] if any(bar.critical for bar in bars) else []
    return "\n".join([style.dim(head), *painted, *note])


def slowest_first(bars: Sequence[Bar]) -> list[Bar]:
    """Stages in their order, the parts of each from the slowest."""
    found: list[Bar] = []
    parts: list[Bar] = []
    for bar in bars:
        if bar.kind == STAGE:
            found += sorted(parts, key=lambda each: -each.seconds)
            parts = []
            found.append(bar)
        else:
            parts.append(bar)
    return found + sorted(parts, key=lambda each: -each.seconds)


def _painted(bar: Bar, line: str, style: Style) -> str:
    if bar.kind == STAGE:
        return style.bold(line)
    return style.warning(line) if bar.critical else line


def _row(bar: Bar, total: float) -> tuple[str, str, str, str]:
    indent = "" if bar.kind == STAGE else "  "
    return "*" if bar.critical else "", indent + name_of(bar), seconds(bar.seconds), share(bar, total)


def times_json(found: Timeline) -> list[dict[str, Any]]:
    """The bars for other programs."""
    return [
        {
            "name": bar.name,
            "kind": bar.kind,
            "stage": bar.stage or bar.name,
            "stack": bar.stack,
            "start": round(bar.start, 3),
            "seconds": round(bar.seconds, 3),
            "result": bar.result,
            "critical": bar.critical,
        }
        for bar in found.bars
    ]
