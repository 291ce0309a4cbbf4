"""A run's timeline as a picture, and as a page with its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from fairway.report.graph_svg import shortened
from fairway.report.html import escaped, page, part
from fairway.report.style import seconds
from fairway.report.timeline import STAGE, Bar, Timeline, name_of, share
from fairway.report.timeline_text import slowest_first

_WIDTH, _NAMES, _ROW, _TOP, _MARGIN = 1000, 300, 20, 34, 12
_LETTERS = 40
_TICKS = 8
_STEPS = (1, 2, 5)
_NOTE = (
    "Outlined: the chain of operations that ended last, each waiting for the one before. "
    "A faster deploy has to shorten it."
)
_STYLE = """\
.timeline .grid { stroke: var(--line); stroke-width: 1; }
.timeline rect { fill: var(--mark); }
.timeline .stage rect { fill: var(--line); }
.timeline .stage text { font-weight: 600; }
.timeline .failed rect { fill: var(--delete); }
.timeline .critical rect { stroke: var(--critical); stroke-width: 2; }
.timeline .critical text.name { fill: var(--critical); }
.timeline text { font-size: 12px; }
"""


def timeline_svg(found: Timeline) -> str:
    """The picture alone, for a file: it brings its colours, light or dark as the reader has it."""
    return _picture(
        found, f"<style>{part('colours.css')}svg {{ background: var(--paper); }}\n{_STYLE}</style>"
    )


def timeline_page(found: Timeline) -> str:
    """The picture and the table as a page."""
    title = found.title or "Timeline"
    body = [
        f"<h1>{escaped(title)}</h1>",
        f'<p class="faint">{escaped(seconds(found.seconds))}</p>',
        f'<h2>Timeline</h2><div class="picture">{_picture(found, f"<style>{_STYLE}</style>")}</div>',
        f'<p class="faint">{escaped(_NOTE)}</p>',
        *_table(found),
    ]
    return page(title, body)


def _picture(found: Timeline, style: str) -> str:
    height = _TOP + _ROW * len(found.bars) + _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" role="img" width="{_WIDTH}" '
            f'height="{height}" viewBox="0 0 {_WIDTH} {height}" aria-label="{escaped(found.title)}">',
            style,
            *_grid(found.seconds, height),
            *(_bar(bar, row, found.seconds) for row, bar in enumerate(found.bars)),
            "</svg>",
        ]
    )


def _grid(total: float, height: float) -> Iterator[str]:
    step = tick_step(total)
    for number in range(int(total / step) + 1 if total else 0):
        x = _x(number * step, total)
        yield f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{height - _MARGIN}"/>'
        where = f'x="{x:.1f}" y="{_TOP - 14}" text-anchor="middle"'
        yield f'<text class="faint" {where}>{_tick(number * step)}</text>'


def tick_step(total: float) -> float:
    """Seconds between the lines of the grid: 1, 2 or 5 times a power of ten, for eight lines at most."""
    steps = (step * 10.0**power for power in count(-3) for step in _STEPS)
    return next(step for step in steps if total <= step * _TICKS)


def _tick(at: float) -> str:
    return f"{at:g} s" if at < 60 else f"{at / 60:g} min"


def _bar(bar: Bar, row: int, total: float) -> str:
    y = _TOP + row * _ROW
    start, end = _x(bar.start, total), _x(bar.end, total)
    indent = _MARGIN if bar.kind == STAGE else _MARGIN + 14
    marks = " ".join(filter(None, (bar.kind, bar.result, "critical" if bar.critical else "")))
    inside = end > _WIDTH - 90
    words = f'x="{start - 5:.1f}" text-anchor="end"' if inside else f'x="{end + 5:.1f}"'
    return (
        f'<g class="{escaped(marks)}"><title>{escaped(name_of(bar))}: {seconds(bar.seconds)}</title>'
        f'<text class="name" x="{indent}" y="{y + 14}">{escaped(shortened(name_of(bar), _LETTERS))}</text>'
        f'<rect x="{start:.1f}" y="{y + 4}" width="{max(end - start, 1.5):.1f}" height="{_ROW - 8}" rx="2"/>'
        f'<text class="faint" {words} y="{y + 14}">{seconds(bar.seconds)}</text></g>'
    )


def _x(at: float, total: float) -> float:
    return _NAMES + (_WIDTH - _NAMES - _MARGIN) * (at / total if total else 0.0)


def _table(found: Timeline) -> Iterator[str]:
    yield "<h2>Where the time went</h2><table><tr><th>what</th>"
    yield '<th class="number">time</th><th class="number">share</th></tr>'
    yield from _rows(slowest_first(found.bars), found.seconds)
    yield "</table>"


def _rows(bars: Sequence[Bar], total: float) -> Iterator[str]:
    for bar in bars:
        marks = ("" if bar.kind == STAGE else "part", "critical" if bar.critical else "")
        name = f"<b>{escaped(name_of(bar))}</b>" if bar.kind == STAGE else escaped(name_of(bar))
        yield (
            f'<tr class="{" ".join(filter(None, marks))}"><td>{name}</td>'
            f'<td class="number">{seconds(bar.seconds)}</td><td class="number">{share(bar, total)}</td></tr>'
        )
