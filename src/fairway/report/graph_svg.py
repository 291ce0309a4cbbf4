"""A plan's resources and what they wait for, as an SVG picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fairway.model.plan import Action, Change, Plan
from fairway.report.html import escaped
from fairway.report.layers import Graph, layers
from fairway.report.style import SYMBOLS

_WIDTH, _HEIGHT, _GAP, _BETWEEN, _MARGIN = 200, 34, 10, 44, 16
_ROWS = 24
"""So many nodes stand above each other at most: a layer with more takes several columns."""
_LETTERS, _TYPE_LETTERS = 24, 30
DRAWN_WHOLE = 60
"""Up to so many resources all are drawn; of more, only what changes and its nearest neighbours."""
_STYLE = """\
.graph rect { fill: var(--raised); stroke: var(--mark); stroke-width: 1.5; }
.graph .unchanged rect { stroke: var(--line); } .graph .unchanged text { fill: var(--faint); }
.graph a:hover rect { stroke-width: 3; }
.graph .edge { fill: none; stroke: var(--line); stroke-width: 1.2; }
.graph .edge.lit { stroke: var(--ink); stroke-width: 2; }
.graph text { font-size: 11px; }
.graph .type { font-size: 10px; fill: var(--faint); }
.graph .symbol { fill: var(--mark); font-weight: 700; }
"""


@dataclass(frozen=True)
class _Place:
    x: float
    y: float


def graph_svg(plan: Plan, prefix: str) -> str:
    """The picture; empty where nothing changes. A node that changes leads to the id `prefix` + its name."""
    if not plan.effective:
        return ""
    drawn = _drawn(plan)
    graph = {name: change.dependencies for name, change in drawn.items()}
    places = _places(layers(graph))
    width = max(place.x for place in places.values()) + _WIDTH + _MARGIN
    height = max(place.y for place in places.values()) + _HEIGHT + _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" '
            f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
            'aria-label="The resources by dependency">',
            f"<style>{_STYLE}</style>",
            *_edges(graph, places),
            *(_node(name, change, places[name], prefix) for name, change in drawn.items()),
            "</svg>",
        ]
    )


def undrawn(plan: Plan) -> int:
    """How many resources of the plan the picture leaves out."""
    return len(plan.changes) - len(_drawn(plan))


def named(changes: Iterable[Change]) -> dict[str, Change]:
    """The changes by a name that is their own: an address may have a leftover beside its resource."""
    found: dict[str, Change] = {}
    for change in changes:
        name = change.address
        while name in found:
            name += "′"
        found[name] = change
    return found


def _drawn(plan: Plan) -> dict[str, Change]:
    found = named(plan.changes)
    if len(found) <= DRAWN_WHOLE:
        return found
    changing = {name for name, change in found.items() if change.action is not Action.UNCHANGED}
    near = {each for name in changing for each in found[name].dependencies}
    near |= {name for name, change in found.items() if changing & set(change.dependencies)}
    return {name: change for name, change in found.items() if name in changing | near}


def _places(columns: Sequence[Sequence[str]]) -> dict[str, _Place]:
    """Each layer in the middle of the picture's height, in as many columns as it needs."""
    split = [column[at : at + _ROWS] for column in columns for at in range(0, len(column), _ROWS)]
    tallest = max(map(len, split))
    step, places = _HEIGHT + _GAP, {}
    for number, column in enumerate(split):
        top = _MARGIN + (tallest - len(column)) * step / 2
        for row, name in enumerate(column):
            places[name] = _Place(_MARGIN + number * (_WIDTH + _BETWEEN), top + row * step)
    return places


def _edges(graph: Graph, places: Mapping[str, _Place]) -> Iterator[str]:
    for name, before in graph.items():
        for other in sorted(set(before) & places.keys() - {name}):
            yield _edge(other, name, places[other], places[name])


def _edge(start: str, end: str, one: _Place, other: _Place) -> str:
    x1, y1, x2, y2 = one.x + _WIDTH, one.y + _HEIGHT / 2, other.x, other.y + _HEIGHT / 2
    bend = max(_BETWEEN * 0.6, (x2 - x1) / 3)
    path = f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    return f'<path class="edge" data-from="{escaped(start)}" data-to="{escaped(end)}" d="{path}"/>'


def _node(name: str, change: Change, at: _Place, prefix: str) -> str:
    label, kind = (
        shortened(change.address, _LETTERS),
        shortened(change.type.removeprefix("AWS::"), _TYPE_LETTERS),
    )
    what = "unchanged" if change.action is Action.UNCHANGED else f"to {change.action.value}"
    box = (
        f"<title>{escaped(change.address)}: {escaped(change.type)}, {what}</title>"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="5"/>'
        f'<text class="symbol" x="8" y="15">{SYMBOLS[change.action].strip()}</text>'
        f'<text x="20" y="15">{escaped(label)}</text><text class="type" x="20" y="27">{escaped(kind)}</text>'
    )
    changes = change.action is not Action.UNCHANGED
    inner = f'<a href="#{escaped(prefix + name)}">{box}</a>' if changes else box
    place = f'transform="translate({at.x:.0f} {at.y:.1f})"'
    return f'<g class="node {change.action.value}" data-address="{escaped(name)}" {place}>{inner}</g>'


def shortened(text: str, letters: int) -> str:
    """Text that takes so many letters at most; its middle goes, for names differ at their ends."""
    if len(text) <= letters:
        return text
    end = letters // 2
    return f"{text[: letters - end - 1]}…{text[-end:]}"
