"""Plans as one page: what changes and why, the graph of resources, every property, what was done by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fairway.model.plan import Action, Change, Drift, Plan, PropertyChange
from fairway.model.values import Json
from fairway.report.graph_svg import graph_svg, named, undrawn
from fairway.report.html import escaped, page, part
from fairway.report.plan_text import full_text, left_out, reason_text, totals, weight
from fairway.report.style import SYMBOLS, plural

_OPEN = 12
"""So many changes are shown with their properties; of more, each opens at a click."""


def render_plan_html(plans: Sequence[Plan]) -> str:
    """The page, which asks for nothing else. Secrets are sealed in plans; not even their seals are in it."""
    title = f"Plan: {', '.join(f'{plan.stack} in {plan.environment}' for plan in plans)}"
    several = len(plans) > 1
    sections = (line for number, plan in enumerate(plans) for line in _plan(plan, number, inner=several))
    head = [f"<h1>{escaped(title)}</h1>"] if several else []
    return page(title, [*head, *sections], part("plan.js"))


def _plan(plan: Plan, number: int, *, inner: bool) -> Iterator[str]:
    level = "h2" if inner else "h1"
    yield f"<section><{level}>{escaped(plan.stack)} in {escaped(plan.environment)}</{level}>"
    yield from _head(plan)
    prefix = f"plan{number}-"
    yield from _picture(plan, prefix)
    changes = named(plan.changes)
    effective = {name: each for name, each in changes.items() if each.action is not Action.UNCHANGED}
    opened = len(effective) <= _OPEN
    if effective:
        yield f'<h2>Changes</h2>{_tools(number)}<div id="changes{number}">'
    for name in sorted(effective, key=lambda name: weight(effective[name])):
        yield from _change(effective[name], prefix + name, opened=opened)
    if effective:
        yield "</div>"
    yield from _drift(plan.drift)
    yield from _outputs(plan)
    yield "</section>"


def _tools(number: int) -> str:
    return (
        f'<div class="tools"><input type="search" data-filters="changes{number}" '
        'aria-label="Filter the changes" placeholder="Filter by name, type, property, value">'
        '<span class="faint"></span></div>'
    )


def _head(plan: Plan) -> Iterator[str]:
    made = f"made against state {plan.serial}" if plan.serial else "not deployed yet"
    yield f'<p class="faint">{made}</p>'
    yield from (f'<p class="faint">{escaped(line)}</p>' for line in left_out(plan))
    yield '<div class="counts">'
    for count, words in totals(plan):
        yield f'<span class="count {words.removeprefix("to ")}"><b>{count}</b> {words}</span>'
    yield "</div>"
    for refusal in plan.refusals:
        place = f"{refusal.location}: " if refusal.location else ""
        yield f'<p class="alarm"><b>Refused:</b> {escaped(place + refusal.sentence)}</p>'
    losing = [change.address for change in plan.effective if change.impact.data_loss]
    if losing:
        yield f'<p class="alarm"><b>Data is lost in</b> {escaped(", ".join(losing))}</p>'


def _picture(plan: Plan, prefix: str) -> Iterator[str]:
    if drawn := graph_svg(plan, prefix):
        yield f'<h2>Resources</h2>\n<div class="picture">{drawn}</div>'
        if hidden := undrawn(plan):
            yield f'<p class="faint">{plural(hidden, "resource")} far from any change not drawn</p>'


def _change(change: Change, link: str, *, opened: bool) -> Iterator[str]:
    action = change.action
    yield f'<details class="change {action.value}" id="{escaped(link)}"{" open" if opened else ""}><summary>'
    yield f'<span class="action">{SYMBOLS[action]} {action.value}</span> <b>{escaped(change.address)}</b>'
    yield f'<span class="type">{escaped(change.type)}</span>'
    yield f'<span class="why">{escaped(reason_text(change))}</span></summary><div>'
    where = [f"{change.location}" if change.location else "", change.identifier]
    yield f'<p class="faint">{escaped(" · ".join(filter(None, where)))}</p>'
    if change.impact.interrupts:
        yield '<p class="impact">interrupts its users while it changes</p>'
    kind = "loss" if change.impact.data_loss else "impact"
    yield from (f'<p class="{kind}">{escaped(note)}</p>' for note in change.impact.notes)
    yield from _properties(change.properties, created=action is Action.CREATE)
    yield "</div></details>"


def _properties(changes: Sequence[PropertyChange], *, created: bool) -> Iterator[str]:
    if not changes:
        return
    heads = ("property", "value") if created else ("property", "before", "after")
    yield '<table class="properties">' + _row("th", *((head, "") for head in heads))
    for change in changes:
        marks = [word for said, word in _marks(change) if said]
        name = f"{escaped(change.path)}<br><span class='impact'>{', '.join(marks)}</span>" if marks else ""
        before = [] if created else [(_value(change.before), "before")]
        yield _row("td", (name or escaped(change.path), ""), *before, (_value(change.after), "after"))
    yield "</table>"


def _marks(change: PropertyChange) -> tuple[tuple[bool, str], ...]:
    return (change.replaces, "forces a replacement"), (change.drift, "changed outside Fairway")


def _row(kind: str, *cells: tuple[str, str]) -> str:
    """A row of cells, each of HTML and its class."""
    inner = (
        f'<{kind} class="{css}">{cell}</{kind}>' if css else f"<{kind}>{cell}</{kind}>" for cell, css in cells
    )
    return f"<tr>{''.join(inner)}</tr>"


def _value(value: Json) -> str:
    return "" if value is None else f"<pre>{escaped(full_text(value))}</pre>"


def _drift(drift: Sequence[Drift]) -> Iterator[str]:
    if not drift:
        return
    yield "<h2>Changed outside Fairway</h2>"
    yield "<table>" + _row("th", *((head, "") for head in ("resource", "recorded", "live", "then")))
    for each in drift:
        address = f"<b>{escaped(each.address)}</b>"
        if each.deleted:
            yield _row("td", (address, ""), ("", ""), ("deleted", "loss"), (each.fate.value, "faint"))
        for found in each.properties:
            name = f"{address}<br>{escaped(found.path)}"
            recorded, live = _value(found.recorded), _value(found.live)
            yield _row("td", (name, ""), (recorded, "before"), (live, "after"), (found.fate.value, "faint"))
    yield "</table>"


def _outputs(plan: Plan) -> Iterator[str]:
    if plan.outputs:
        yield "<h2>Outputs</h2><table>"
        for name, value in sorted(plan.outputs.items()):
            yield _row("td", (escaped(name), ""), (_value(value), ""))
        yield "</table>"
