"""A plan as text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from fairway.model.plan import Action, Change, Drift, DriftedProperty, Fate, Plan, PropertyChange, Reason
from fairway.model.rollout import words
from fairway.model.sealing import ARTIFACT, SECRET, UNKNOWN
from fairway.model.values import Json
from fairway.report.style import SYMBOLS, Style, plural

_ORDER = [Action.CREATE, Action.ADOPT, Action.UPDATE, Action.REPLACE, Action.DELETE, Action.FORGET]
_VALUE_WIDTH = 72
# A reason on each line of a first deploy or a destroy would hide the few that matter.
_OBVIOUS = {Reason.NEW, Reason.DESTROY, Reason.NONE}


def render_plan(plan: Plan, style: Style, *, detailed: bool, width: int = 0) -> str:
    """The plan's text. `detailed` also shows the properties of what is created.

    Where it would be wider than `width` columns, it does not say where resources are defined.
    """
    lines = [style.bold(f"{plan.stack} in {plan.environment}"), ""]
    effective = sorted(plan.effective, key=weight)
    addresses = max((len(change.address) for change in effective), default=0)
    types = max((len(change.type) for change in effective), default=0)
    heads = [
        f"  {SYMBOLS[each.action]} {each.address:<{addresses}}  {each.type:<{types}}" for each in effective
    ]
    widest = max((len(head + _aside(each)) for head, each in zip(heads, effective, strict=True)), default=0)
    placed = not width or widest <= width
    for head, change in zip(heads, effective, strict=True):
        lines.append((style.action(change.action, head) + style.dim(_aside(change, placed))).rstrip())
        lines += _change_lines(change, style, detailed or change.action is not Action.CREATE)
    if effective:
        lines.append("")
    if plan.drift:
        lines += [*drift_lines(plan.drift, style), ""]
    lines.append(f"Plan: {summary(plan)}")
    lines += [style.dim(line) for line in left_out(plan)]
    for refusal in plan.refusals:
        place = f"{refusal.location}: " if refusal.location else ""
        lines.append(style.bad(f"Refused: {place}{refusal.sentence}"))
    if plan.refusals:
        lines.append(style.dim("What would be lost goes only when it is named: --allow-data-loss ADDRESS"))
    return "\n".join(lines)


def weight(change: Change) -> tuple[int, str]:
    """The order in which changes are listed everywhere: by action, then by address."""
    return _ORDER.index(change.action), change.address


def totals(plan: Plan) -> Iterator[tuple[int, str]]:
    """What happens to how many resources: `3, "to create"`, `1, "to move"`, `12, "unchanged"`."""
    moved = Counter(change.action for change in plan.changes if change.moved_from)
    counts = [(plan.count(action) - moved[action], f"to {action.value}") for action in _ORDER]
    counts += [(moved.total(), "to move"), (plan.count(Action.UNCHANGED), "unchanged")]
    yield from ((count, words) for count, words in counts if count)


def summary(plan: Plan) -> str:
    """`3 to create, 1 to update, 12 unchanged`."""
    return ", ".join(f"{count} {words}" for count, words in totals(plan)) or "nothing to do"


def left_out(plan: Plan) -> Iterator[str]:
    """What the plan does not know, and why."""
    if plan.untargeted:
        count = plural(len(plan.untargeted), "resource")
        yield f"Only the targets and what they need: {count} neither read nor planned"
    if plan.unread and plan.refreshed:
        count = plural(len(plan.unread), "resource")
        yield f"Only code changed: {count} without code not read; `fairway plan` reads all"
    elif plan.unread:
        count = plural(len(plan.unread), "resource")
        yield f"--no-refresh: {count} not read, taken to be as recorded; drift does not show"


def drift_lines(
    drift: Sequence[Drift], style: Style, title: str = "Changed outside Fairway"
) -> Iterator[str]:
    """What was changed outside Fairway, and what becomes of it."""
    yield style.bold(title)
    addresses = max(len(each.address) for each in drift)
    types = max(len(each.type) for each in drift)
    for each in drift:
        deleted = f"  deleted{_fate(each.fate, ', ')}" if each.deleted else ""
        yield style.warning(f"  ! {each.address:<{addresses}}  {each.type:<{types}}{deleted}".rstrip())
        yield from (f"      {drifted_line(found)}" for found in each.properties)


def drifted_line(found: DriftedProperty) -> str:
    """`Timeout: recorded 3, live 10 (set back by a deploy)`."""
    recorded, live = (
        "nothing" if value is None else value_text(value) for value in (found.recorded, found.live)
    )
    return f"{found.path}: recorded {recorded}, live {live}{_fate(found.fate, ' (', ')')}"


def _fate(fate: Fate, before: str, after: str = "") -> str:
    return f"{before}{fate.value}{after}" if fate.value else ""


def _aside(change: Change, placed: bool = True) -> str:
    """Why it is planned, and where it is defined."""
    parts = (reason_text(change), str(change.location) if placed and change.location else "")
    return "".join(f"  {part}" for part in parts if part)


def _change_lines(change: Change, style: Style, detailed: bool) -> Iterator[str]:
    """What stands below a change."""
    if detailed:
        for change_line in map(property_line, change.properties):
            yield f"      {change_line}"
    if change.rollout:
        yield f"      goes live: {words(change.rollout)}"
    if change.impact.interrupts:
        yield style.warning("      interrupts its users while it changes")
    paint = style.bad if change.impact.data_loss else style.warning
    yield from (paint(f"      {note}") for note in change.impact.notes)


def reason_text(change: Change) -> str:
    """Why it is planned, where that does not go without saying."""
    if change.moved_from:
        return f"moved from {change.moved_from}"
    return "" if change.reason in _OBVIOUS else change.reason.value


def property_line(change: PropertyChange) -> str:
    """`Timeout: 3 → 10`, with what it forces and where the difference comes from."""
    if change.before is None:
        line = f"{change.path}: {value_text(change.after)}"
    elif change.after is None:
        line = f"{change.path}: {value_text(change.before)} → (removed)"
    else:
        line = f"{change.path}: {value_text(change.before)} → {value_text(change.after)}"
    if change.drift:
        line += "  (changed outside Fairway)"
    if change.replaces:
        line += "  (forces a replacement)"
    return line


def value_text(value: Json) -> str:
    """A sealed value as people read it, cut to one line."""
    match value:
        case {"$unknown": "unproved"}:
            return "(perhaps not sent when a deploy stopped)"
        case {"$unknown": str(waits_for)}:
            return f"(known after {waits_for})"
        case {"$secret": str()}:
            return "(secret)"
        case {"$artifact": str(digest)}:
            return f"(artifact {digest[:12]})"
    text = json.dumps(_readable(value), ensure_ascii=False)
    return text if len(text) <= _VALUE_WIDTH else text[: _VALUE_WIDTH - 1] + "…"


def full_text(value: Json) -> str:
    """A sealed value in full: text as it is, what has parts on a line for each."""
    shown = _readable(value)
    return shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False, indent=2)


def _readable(value: Json) -> Json:
    """Sealed leaves inside a tree, in words."""
    if isinstance(value, Mapping):
        if set(value) & {SECRET, ARTIFACT, UNKNOWN}:
            return value_text(value)
        return {key: _readable(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(child) for child in value]
    return value
