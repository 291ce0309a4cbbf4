"""Deployments as text: the list, one in full, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from fairway.model.deployment import RUNNING, SUCCEEDED, Deployment, Operation
from fairway.model.differences import Difference
from fairway.model.plan import PropertyChange
from fairway.model.values import Json
from fairway.report.plan_text import property_line
from fairway.report.style import SYMBOLS, Style, columns, plural, seconds, shifted_text

_FINE = (SUCCEEDED, "destroyed", RUNNING)
_SYMBOLS = {"added": "+", "removed": "-", "changed": "~"}
_HEAD = ("", "when", "command", "result", "time", "changed", "commit", "by")


def render_history(deployments: Sequence[Deployment], style: Style) -> str:
    """One line per deployment."""
    if not deployments:
        return "no deployment has been recorded"
    undone = {each.undoes: each.number for each in deployments if each.result == SUCCEEDED}
    rows = [_row(each, undone.get(each.number, 0)) for each in deployments]
    head, *lines = columns([_HEAD, *rows])
    painted = (
        line if deployment.result in _FINE and not deployment.unverified else style.bad(line)
        for deployment, line in zip(deployments, lines, strict=True)
    )
    return "\n".join([style.dim(head), *painted])


def render_deployment(deployment: Deployment, undone_by: int, style: Style) -> str:
    """One deployment: where it came from, what it did, and how it ended.

    `undone_by` is the number of the rollback that took it back, 0 where none did.
    """
    facts = [(name, value) for name, value in _facts(deployment, undone_by) if value]
    lines = [style.bold(f"Deployment {deployment.number}"), *(f"  {line}" for line in columns(facts))]
    if operations := deployment.operations:
        lines += ["", *columns_of(operations, style)]
    if shifts := list(_shifts(deployment)):
        lines += ["", *(f"  {line}" for line in columns(shifts))]
    if outputs := deployment.end.get("outputs"):
        lines += [
            "",
            *(f"  {line}" for line in columns((name, str(value)) for name, value in outputs.items())),
        ]
    return "\n".join(lines)


def _shifts(deployment: Deployment) -> Iterator[tuple[str, str, str]]:
    """When how much of the traffic went where."""
    for event in deployment.events:
        match event:
            case {"event": "TrafficShifted", "version": version, "percent": percent, "returned": returned}:
                told = shifted_text(version, percent, event["seconds"], returned=returned)
                yield _time(event["at"]), event["address"], told


def columns_of(operations: Sequence[Operation], style: Style) -> Iterator[str]:
    """A line per operation, and what went wrong with it."""
    rows = [
        (f"{SYMBOLS[each.action]} {each.address}", each.type, _what_came(each), _duration(each))
        for each in operations
    ]
    for each, line in zip(operations, columns(rows), strict=True):
        yield f"  {style.bad(line) if each.error else style.action(each.action, line)}"
        if each.error:
            yield f"      {each.error}"


def render_differences(one: Deployment, other: Deployment, found: Sequence[Difference], style: Style) -> str:
    """What the second deployment's definition has otherwise than the first one's."""
    head = style.bold(f"From deployment {one.number} to {other.number}: {_count(found)}")
    return "\n".join([head, *chain.from_iterable(map(_difference_lines, found))])


def _difference_lines(found: Difference) -> Iterator[str]:
    yield f"  {_SYMBOLS[found.kind]} {found.address}  {found.type}"
    yield from (f"      {property_line(_readable_change(change))}" for change in found.properties)


def _count(found: Sequence[Difference]) -> str:
    kinds = [(kind, sum(each.kind == kind for each in found)) for kind in _SYMBOLS]
    return ", ".join(f"{count} {kind}" for kind, count in kinds if count) or "no difference"


def _outcome(deployment: Deployment, undone_by: int) -> str:
    """How it ended, and what became of it: `failed verification, rolled back by 3`."""
    ended = "failed verification" if deployment.unverified else deployment.result
    return f"{ended}, rolled back by {undone_by}" if undone_by else ended


def _row(deployment: Deployment, undone_by: int) -> tuple[str, ...]:
    return (
        str(deployment.number),
        _time(deployment.started),
        _command(deployment),
        _outcome(deployment, undone_by),
        seconds(deployment.end["seconds"]) if deployment.end else "",
        _changed(deployment),
        _commit(deployment),
        deployment.origin.who,
    )


def _facts(deployment: Deployment, undone_by: int) -> Iterator[tuple[str, str]]:
    end, origin = deployment.end, deployment.origin
    took = f" in {seconds(end['seconds'])}" if end else ""
    yield "command", _command(deployment)
    yield "result", f"{_outcome(deployment, undone_by)}{took}"
    yield "error", end.get("error", "")
    yield "when", _time(deployment.started)
    yield "by", origin.who
    if approval := deployment.approval:
        yield "approved", f"by {approval.who}, {_time(approval.at)} (plan {approval.digest[:12]})"
    yield "run", origin.run_url
    yield "commit", origin.commit + (" with changes that were not committed" if origin.dirty else "")
    yield "state", f"serial {deployment.serial_before} → {deployment.serial_after}" if end else ""
    yield "changed", _changed(deployment)
    if calls := end.get("calls"):
        yield "calls", f"{plural(calls.get('reads', 0), 'read')}, {plural(calls.get('writes', 0), 'write')}"


def _changed(deployment: Deployment) -> str:
    """`2 create, 1 update`."""
    counts: Mapping[str, int] = deployment.end.get("counts", {})
    return ", ".join(f"{count} {action}" for action, count in counts.items())


def _command(deployment: Deployment) -> str:
    return f"{deployment.command} to {deployment.restores}" if deployment.restores else deployment.command


def _commit(deployment: Deployment) -> str:
    return deployment.origin.short_commit + ("+" if deployment.origin.dirty else "")


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")


def _duration(operation: Operation) -> str:
    return seconds(operation.seconds) if operation.seconds else ""


def _what_came(operation: Operation) -> str:
    return (
        operation.action.past if operation.result == "finished" else f"{operation.action} {operation.result}"
    )


def _readable_change(change: PropertyChange) -> PropertyChange:
    return PropertyChange(change.path, readable(change.before), readable(change.after))


def readable(value: Json) -> Json:
    """A value as `model.codec` writes it, with references as people write them: `${Queue.Arn}`."""
    match value:
        case {"$reference": [str(address), str(attribute)]}:
            return f"${{{address}.{attribute}}}" if attribute else f"${{{address}}}"
        case {"$lookup": [str(kind), key]}:
            return f"{{{{resolve:{kind}:{readable(key)}}}}}"
        case {"$deferred": ["Join", [str(separator), [*parts]]]}:
            return separator.join(str(readable(part)) for part in parts)
        case {"$deferred": [str(function), arguments]}:
            return {f"Fn::{function}": readable(arguments)}
        case {"$literal": literal}:
            return literal
        case Mapping():
            return {name: readable(child) for name, child in value.items()}
        case [*items]:
            return [readable(item) for item in items]
    return value
