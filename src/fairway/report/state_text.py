"""State as text: one resource, the kept versions, and what two states have not in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from fairway.model.plan import Action
from fairway.model.state import ResourceState
from fairway.model.state_difference import Fate, ResourceDifference, StateDifference
from fairway.model.values import Json
from fairway.report.plan_text import property_line, value_text
from fairway.report.style import SYMBOLS, Style, columns

_LIKE = {
    Fate.ADDED: Action.CREATE,
    Fate.REMOVED: Action.DELETE,
    Fate.CHANGED: Action.UPDATE,
    Fate.MOVED: Action.ADOPT,
}
"""The action whose symbol and colour a difference has."""


def render_resources(resources: Iterable[ResourceState], style: Style) -> str:
    """One line each."""
    rows = [(each.address, each.type, each.identifier) for each in resources]
    return "\n".join(f"  {line}" for line in columns(sorted(rows))) if rows else style.dim("no resources")


def render_resource(held: ResourceState, style: Style) -> str:
    """Everything that is recorded about one resource, secrets masked."""
    facts: dict[str, Json] = {
        "identifier": held.identifier,
        "depends on": ", ".join(held.dependencies),
        "deletion policy": held.deletion_policy,
        "protected": "yes" if held.protected else "",
        "generation": held.generation or "",
    }
    lines = [f"{style.bold(held.address)}  {held.type}"]
    lines += [f"  {name}: {value}" for name, value in facts.items() if value]
    return "\n".join(
        [*lines, *_values("properties", held.properties), *_values("attributes", held.attributes)]
    )


def _values(title: str, values: Mapping[str, Json]) -> Iterator[str]:
    if values:
        yield f"  {title}"
    for name, value in sorted(values.items()):
        yield f"    {name}: {value_text(value)}"


def render_versions(versions: Iterable[Mapping[str, Any]], style: Style) -> str:
    """One line each, newest first, as `versions_json` gives them."""
    return "\n".join(_version_line(version, style) for version in versions)


def _version_line(version: Mapping[str, Any], style: Style) -> str:
    when = datetime.fromtimestamp(version["at"]).strftime("%Y-%m-%d %H:%M:%S")
    if version["problem"]:
        return style.bad(f"      ?  {when}  {version['problem']}")
    count = version["resources"]
    return f"  {version['serial']:>5}  {style.dim(when)}  {count} resource{'' if count == 1 else 's'}"


def render_difference(found: StateDifference, style: Style) -> str:
    """Resource by resource, with the properties that differ, then the outputs."""
    lines = [line for each in found.resources for line in _resource_lines(each, style)]
    if found.outputs:
        lines += ["  outputs", *(f"      {property_line(change)}" for change in found.outputs)]
    return "\n".join(lines) if lines else style.dim("no difference")


def _resource_lines(each: ResourceDifference, style: Style) -> Iterator[str]:
    action = _LIKE[each.fate]
    moved = f"  (was {each.before})" if each.before else ""
    yield style.action(action, f"  {SYMBOLS[action]} {each.address}") + f"  {each.type}  {each.fate}{moved}"
    yield from (f"      {property_line(change)}" for change in each.properties)
