"""A deployed stack as text: status, outputs, and the events of its last deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from fairway.model.plan import Action
from fairway.model.site import SiteState
from fairway.model.standing import Standing
from fairway.report.site import site_line
from fairway.report.style import ACCEPTED, Style, columns, past, plural, seconds, shifted_text


def render_status(
    standing: Standing, outputs: Mapping[str, Any], sites: Mapping[str, SiteState], style: Style
) -> str:
    """Every resource with its type and identifier, what is under way or unfinished, sites and outputs."""
    state = standing.state
    head = (
        f"{state.stack} in {state.environment} ({state.region}), {plural(len(state.resources), 'resource')}"
    )
    rows = [
        (r.address, r.type, r.identifier + (" (accepted by AWS, not yet seen usable)" if r.accepted else ""))
        for r in sorted(state.resources.values(), key=lambda r: r.address)
    ]
    lines = [style.bold(head), *(f"  {line}" for line in columns(rows)), *_work(standing, style)]
    if sites:
        lines += ["", *(f"site {site_line(name, site)}" for name, site in sites.items())]
    if outputs:
        lines += ["", render_outputs(outputs, style)]
    return "\n".join(lines)


def _work(standing: Standing, style: Style) -> Iterator[str]:
    """What a run does that is under way or, where there is none, what one that was cut off has left."""
    operations = standing.unfinished
    if head := _who_works(standing):
        yield ""
        yield style.warning(head)
    rows = ((each.action.value, each.address, each.type, each.identifier) for each in operations)
    yield from (f"  {line}" for line in columns(rows))
    if head and not standing.under_way:
        yield "next: `fairway deploy` finishes this, `fairway destroy` removes everything"


def _who_works(standing: Standing) -> str:
    if now := standing.under_way:
        since = f", since {_time(now.since)}" if now.since else ""
        return f"Under way by {now.who}{since}, renewed {seconds(now.unrenewed)} ago (holder {now.holder})"
    if left := standing.left:
        return f"A {left.begun.command} by {left.begun.by} was cut off; it began {_time(left.begun.at)}"
    return "An earlier run left work unfinished" if standing.unfinished else ""


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")


def render_outputs(outputs: Mapping[str, Any], style: Style) -> str:
    """Name and value, one per line."""
    width = max((len(name) for name in outputs), default=0)
    return "\n".join(f"{style.bold(name.ljust(width))}  {value}" for name, value in outputs.items())


def render_events(events: Sequence[Mapping[str, Any]], style: Style) -> str:
    """What happened, with the time of each step."""
    return "\n".join(line for event in events if (line := _event_line(event, style)))


def _event_line(event: Mapping[str, Any], style: Style) -> str:
    words = _words(event)
    if not words:
        return ""
    clock = datetime.fromtimestamp(event["at"]).strftime("%H:%M:%S")
    line = f"{style.dim(clock)} {words}"
    return style.bad(line) if event["event"] == "OperationFailed" else line


def _words(event: Mapping[str, Any]) -> str:
    match event:
        case {"event": "DeploymentStarted"}:
            return f"{event['command']} {event['stack']} in {event['environment']} ({event['region']})"
        case {"event": "BuildFinished", "cached": False}:
            return f"built {event['address']} in {seconds(event['seconds'])}"
        case {"event": "OperationFinished"}:
            what = past(Action(event["action"]), event.get("moved_from", ""))
            done = f"{what} in {seconds(event['seconds'])}{ACCEPTED if event.get('accepted') else ''}"
            return f"{event['address']} {done}  {event['identifier']}"
        case {"event": "OperationFailed"}:
            return f"{event['address']} {event['action']} failed: [{event['code']}] {event['message']}"
        case {"event": "OperationSkipped"}:
            return f"{event['address']} not {Action(event['action']).past}"
        case {"event": "TrafficShifted", "version": version, "percent": percent, "returned": returned}:
            return f"{event['address']} {shifted_text(version, percent, event['seconds'], returned=returned)}"
        case {"event": "StateEdited"}:
            resources = event["difference"]["resources"]
            touched = ", ".join(f"{each['address']} {each['fate']}" for each in resources)
            return f"state has serial {event['serial']}" + (f": {touched}" if touched else "")
        case {"event": "DeploymentFinished"}:
            why = f": {event['error']}" if event.get("error") else ""
            return f"{event['result']} in {seconds(event['seconds'])}{why}"
    return ""
