"""How functions do, before and after, as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from fairway.model.metrics import FunctionMetrics, Measures, StackMetrics
from fairway.report.style import Style, columns, seconds

_HEAD = ("function", "invocations", "errors", "error rate", "throttles", "p50", "p95")


def render_metrics(stacks: Sequence[StackMetrics], style: Style) -> str:
    """A table for each stack: every value before and after."""
    return "\n\n".join(_table(each, style) for each in stacks)


def _table(found: StackMetrics, style: Style) -> str:
    when = datetime.fromtimestamp(found.since).strftime("%Y-%m-%d %H:%M:%S")
    of = f"deployment {found.deployment} ({when})" if found.deployment else when
    title = style.bold(f"{found.stack} since {of}, against the {seconds(found.seconds)} before")
    if not found.functions:
        return f"{title}\n  it has no functions"
    head, *lines = columns([_HEAD, *map(_row, found.functions)])
    painted = (
        style.bad(line) if each.is_worse else line for each, line in zip(found.functions, lines, strict=True)
    )
    return "\n".join([title, f"  {style.dim(head)}", *(f"  {line}" for line in painted)])


def _row(each: FunctionMetrics) -> tuple[str, ...]:
    def both(value: Callable[[Measures], str]) -> str:
        return f"{value(each.before)} → {value(each.after)}"

    return (
        each.address,
        both(lambda found: str(found.invocations)),
        both(lambda found: str(found.errors)),
        both(lambda found: "–" if found.error_rate is None else f"{100 * found.error_rate:.1f} %"),
        both(lambda found: str(found.throttles)),
        both(lambda found: _milliseconds(found.p50)),
        both(lambda found: _milliseconds(found.p95)),
    )


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
