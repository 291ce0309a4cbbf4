"""What a run's events are news of, for those who do not watch it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fairway.model.deployment import Origin
from fairway.model.news import News, NewsKind
from fairway.model.plan import Action, Drift
from fairway.report.style import SYMBOLS, plural, seconds

Event = Mapping[str, Any]
"""An event as JSON (docs/events.md), as `model.events.to_json` makes them."""
_CHANGING = frozenset({"deploy", "apply", "rollback", "destroy"})
_LISTED = 10
"""So many resources, or causes, are named in a message."""


@dataclass(frozen=True)
class About:
    """Whose news they are."""

    project: str
    environment: str
    origin: Origin


def news_of(events: Sequence[Event], about: About) -> News | None:
    """What the last of these events is news of, if it is any; the others are those of the run before it."""
    match events[-1]:
        case {"event": "PipelineStarted", "stages": stages} if "apply" in stages:
            return _started("run", about)
        case {"event": "PipelineFinished"}:
            return _ended(events, about)
        case {"event": "ApplyStarted", "operations": int(count)} if count and not _is_piped(events):
            return _started(_command(events), about) if _is_first(events) else None
        case {"event": "DeploymentFinished"} if _command(events) in _CHANGING and not _is_piped(events):
            return _deployed(events, about)
    return None


def drift_news(drift: Sequence[Drift], about: About) -> News:
    """That something was changed outside Fairway, or that nothing is any more."""
    place = f"{about.project} in {about.environment}"
    if not drift:
        return News("drift", f"{place}: nothing differs from what was recorded any more")
    lines = [f"{each.address} ({each.type}): {_what_drifted(each)}" for each in drift]
    return News("drift", f"{place}: {plural(len(drift), 'resource')} changed outside Fairway", _cut(lines))


def trial_news(about: About) -> News:
    """What a trial of a notification says."""
    return News("started", f"{about.project}: Fairway's notifications reach this place", tuple(_by(about)))


def _what_drifted(drift: Drift) -> str:
    return "deleted" if drift.deleted else ", ".join(each.path for each in drift.properties)


def _started(command: str, about: About) -> News:
    return News("started", f"{about.project}: {command} in {about.environment} has begun", tuple(_by(about)))


def _ended(events: Sequence[Event], about: About) -> News | None:
    result = events[-1]["result"]
    if result == "waiting":
        return _awaited(events, about)
    if result in ("succeeded", "unchanged"):
        return _succeeded(events, about, "deployed to")
    return None if result == "declined" else _failed(events, about)


def _deployed(events: Sequence[Event], about: About) -> News | None:
    """A single stack's run; one that had nothing to do, or that nobody wanted, is no news."""
    result, command = events[-1]["result"], _command(events)
    if result in ("failed", "interrupted"):
        return _failed(events, about)
    if command == "rollback" and result == "succeeded":
        return _news("rolled-back", f"{about.project}: {about.environment} was rolled back", events, about)
    if result in ("succeeded", "destroyed"):
        return _succeeded(events, about, "deployed to" if result == "succeeded" else "removed from")
    return None


def _succeeded(events: Sequence[Event], about: About, verb: str) -> News:
    return _news("succeeded", f"{about.project}: {verb} {about.environment}", events, about)


def _failed(events: Sequence[Event], about: About) -> News:
    """With the causes; `rolled-back` where what was done has been taken back."""
    back = events[-1]["result"] == "rolled-back" if _is_piped(events) else _rolled_back(events)
    kind: NewsKind = "rolled-back" if back else "failed"
    ended = "was stopped" if events[-1]["result"] == "interrupted" else "failed"
    title = f"{about.project}: {_command(events)} in {about.environment} {ended}"
    return _news(kind, title + (", and what it did was rolled back" if back else ""), events, about)


def _awaited(events: Sequence[Event], about: About) -> News:
    plans = [event["plan"] for event in events if event["event"] == "PlanMade"]
    lines = [f"{plan['stack']}: {_planned(plan['changes'])}" for plan in plans]
    lines += [f"Approve it with: fairway approve --env {about.environment}", *_by(about)]
    title = f"{about.project}: the plan for {about.environment} awaits approval"
    return News("approval", title, tuple(lines))


def _news(kind: NewsKind, title: str, events: Sequence[Event], about: About) -> News:
    lines = [*_cut(_causes(events)), *_changed(events), *_by(about)]
    took = events[-1].get("seconds")
    return News(kind, title + (f" in {seconds(took)}" if took is not None else ""), tuple(lines))


def _causes(events: Sequence[Event]) -> list[str]:
    """What went wrong, each with what to do next. A run tells itself what its deployments ended with."""
    is_piped = _is_piped(events)
    told = (event for event in events if not (is_piped and event["event"] == "DeploymentFinished"))
    return list(dict.fromkeys(line for event in told for line in _cause(event)))


def _cause(event: Event) -> Iterator[str]:
    match event:
        case {"event": "OperationFailed"}:
            yield f"{event['address']} {event['action']} failed: [{event['code']}] {event['message']}"
            yield from _next(event)
        case {"event": "StackFailed"}:
            yield from _error(event, f"{event['stack']}: ")
        case {"event": "PipelineFinished", "error": {} as error}:
            yield from _error(error)
        case {"event": "CheckFinished", "checked": {"result": "failed", "name": name, "message": message}}:
            yield f"{name}: {message}"
            yield from _next(event["checked"])
        case {"event": "DeploymentFinished", "error": str(error)} if error:
            yield error


def _error(error: Event, about: str = "") -> Iterator[str]:
    why = f": {error['why']}" if error.get("why") else ""
    yield f"{about}[{error['code']}] {error['message']}{why}"
    yield from (f"[{each['code']}] {each['message']}" for each in error.get("findings", ()))
    yield from _next(error)


def _next(event: Event) -> Iterator[str]:
    if todo := event.get("next"):
        yield f"next: {todo}"


def _changed(events: Sequence[Event]) -> Iterator[str]:
    """How much was done, and to what."""
    done = [event for event in events if event["event"] == "OperationFinished"]
    if not done:
        yield "nothing was changed"
        return
    counts = Counter(Action(event["action"]) for event in done)
    yield ", ".join(f"{count} {action.past}" for action, count in counts.items())
    yield from _cut([f"{SYMBOLS[Action(event['action'])]} {event['address']}" for event in done])


def _planned(changes: Iterable[Event]) -> str:
    counts = Counter(change["action"] for change in changes if change["action"] != Action.UNCHANGED)
    return ", ".join(f"{count} to {action}" for action, count in counts.items()) or "nothing to do"


def _by(about: About) -> Iterator[str]:
    origin = about.origin
    commit = f", commit {origin.short_commit}" if origin.commit else ""
    if origin.who:
        yield f"by {origin.who}{commit}"
    if origin.run_url:
        yield origin.run_url


def _command(events: Sequence[Event]) -> str:
    if _is_piped(events):
        return "run"
    started = next((event for event in reversed(events) if event["event"] == "DeploymentStarted"), {})
    return str(started.get("command", ""))


def _is_piped(events: Sequence[Event]) -> bool:
    """Whether a pipeline's own beginning and end are told, and not those of the stacks in it."""
    return any(event["event"] == "PipelineStarted" for event in events)


def _is_first(events: Sequence[Event]) -> bool:
    return len([event for event in events if event["event"] == "ApplyStarted"]) == 1


def _rolled_back(events: Sequence[Event]) -> bool:
    """Whether a rollback that a failure led to has succeeded."""
    command = ""
    for event in events:
        if event["event"] == "DeploymentStarted":
            command = event["command"]
        if event["event"] == "DeploymentFinished" and (command, event["result"]) == ("rollback", "succeeded"):
            return True
    return False


def _cut(lines: Sequence[str]) -> tuple[str, ...]:
    more = len(lines) - _LISTED
    return (*lines[:_LISTED], f"… and {more} more") if more > 0 else tuple(lines)
