"""Scheduled rules and EventBridge Scheduler: one thread that sleeps until the next one is due.

A rule's rate counts from when it was put; a schedule's rate starts at once, or at its StartDate
(BC EventBridge Scheduler user guide, "Rate-based schedules").
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fairway.local.events import rules
from fairway.local.events.delivery import Delivery, deliver
from fairway.local.events.expressions import At, BadExpression, Expression, next_due, parse
from fairway.local.events.times import iso_seconds
from fairway.local.events.troubles import troubles
from fairway.local.store import Place, existing

log = logging.getLogger("fairway.local.events")

_LONGEST_SLEEP = 60.0  # seconds; a laptop that slept must not wait for its whole backlog of timers


@dataclass(frozen=True)
class Timer:
    """Something that is due by an expression. Times are epoch seconds.

    `key` changes when the definition does. `start` is what a rate counts from, `after` what the first due
    time must be later than; None for both means when the clock first saw the timer.
    """

    key: tuple[Any, ...]
    expression: Expression
    fire: Callable[[float], None] = field(compare=False)
    start: float | None = None
    after: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class _Seen:
    """When a timer was first seen, and the time up to which it has been served."""

    first: float
    served: float


class Clock:
    """Fires timers when they are due. `timers` lists those that exist now; `now` is the time."""

    def __init__(self, timers: Callable[[], Iterator[Timer]], now: Callable[[], float] = time.time) -> None:
        self._timers = timers
        self._now = now
        self._seen: dict[tuple[Any, ...], _Seen] = {}

    def run_due(self) -> float | None:
        """Fire what is due, once however late it is; return the seconds until the next one, or None."""
        now = self._now()
        seen: dict[tuple[Any, ...], _Seen] = {}
        upcoming: list[float] = []
        for timer in list(self._timers()):
            state = self._seen.get(timer.key) or _Seen(now, now if timer.after is None else timer.after)
            due = _due(timer, state)
            if due is not None and due <= now:
                _fire(timer, due)
                state = _Seen(state.first, now)
                due = _due(timer, state)
            seen[timer.key] = state
            if due is not None:
                upcoming.append(due)
        self._seen = seen
        return max(0.0, min(upcoming) - self._now()) if upcoming else None


def _due(timer: Timer, state: _Seen) -> float | None:
    start = state.first if timer.start is None else timer.start
    due = next_due(timer.expression, state.served, start)
    return due if due is None or timer.end is None or due <= timer.end else None


def _fire(timer: Timer, due: float) -> None:
    """One target's failure must not keep the others from firing."""
    try:
        timer.fire(due)
    except Exception:
        log.exception("%s failed to fire", timer.key[0])


_changed = threading.Event()


def install() -> None:
    """Watch every change of rules and schedules, and start the thread that fires them."""
    from moto.events.models import EventsBackend
    from moto.scheduler.models import EventBridgeSchedulerBackend

    for name in ("put_rule", "enable_rule", "put_targets"):
        _waking(EventsBackend, name)
    for name in ("create_schedule", "update_schedule"):
        _waking(EventBridgeSchedulerBackend, name)
    threading.Thread(target=_run, name="schedules", daemon=True).start()


def _waking(owner: Any, name: str) -> None:
    """Let a backend's method wake the clock when it has done its work."""
    original = getattr(owner, name)

    def changed(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        _changed.set()
        return result

    setattr(owner, name, changed)


def _run() -> None:
    clock = Clock(timers)
    while True:
        try:
            delay = clock.run_due()
        except Exception:
            log.exception("the schedule clock stumbled")
            delay = 1.0
        _changed.wait(None if delay is None else min(delay, _LONGEST_SLEEP))
        _changed.clear()


def timers() -> Iterator[Timer]:
    """Every enabled scheduled rule and schedule of the cloud."""
    from moto.events.models import events_backends
    from moto.scheduler.models import scheduler_backends

    for _, backend in existing(events_backends):
        for bus in list(backend.event_buses.values()):
            for rule in list(bus.rules.values()):
                if rule.scheduled_expression and rule.state == "ENABLED" and rule.targets:
                    yield from _rule_timer(rule)
    for place, backend in existing(scheduler_backends):
        for group in list(backend.schedule_groups.values()):
            for schedule in list(group.schedules.values()):
                if schedule.state in ("ENABLED", None):
                    yield from _schedule_timer(schedule, place, group)


def _parsed(name: str, text: str, timezone: str = "UTC") -> Expression | None:
    try:
        return parse(text, timezone)
    except BadExpression as error:
        troubles.say(f"{name} never fires: {error}")
        return None


def _rule_timer(rule: Any) -> Iterator[Timer]:
    expression = _parsed(rule.arn, rule.scheduled_expression)
    if expression is not None:
        key = (rule.arn, rule.scheduled_expression)
        yield Timer(key, expression, lambda due: rules.send(rule, _rule_event(rule, due)))


def _rule_event(rule: Any, due: float) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": rule.account_id,
        "time": iso_seconds(due),
        "region": rule.region_name,
        "resources": [rule.arn],
        "detail": {},
    }


def _schedule_timer(schedule: Any, place: Place, group: Any) -> Iterator[Timer]:
    expression = _parsed(schedule.arn, schedule.schedule_expression, schedule.schedule_expression_timezone)
    if expression is None:
        return
    changed = schedule.last_modified_date
    # The rate's first time is the start itself; an `at` that has just passed still counts.
    after = changed - (60 if isinstance(expression, At) else 1e-3)

    def fire(due: float) -> None:
        _fire_schedule(schedule, place, due)
        if isinstance(expression, At) and schedule.action_after_completion == "DELETE":
            group.schedules.pop(schedule.name, None)

    key = (schedule.arn, schedule.schedule_expression, changed)
    start = _moment(schedule.start_date) or changed
    yield Timer(key, expression, fire, start, after, _moment(schedule.end_date))


def _moment(value: Any) -> float | None:
    """moto keeps dates as they came: epoch seconds, as a number or text, or ISO 8601."""
    if value in (None, ""):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).timestamp()


def _fire_schedule(schedule: Any, place: Place, due: float) -> None:
    target = schedule.target
    arn = str(target["Arn"])
    context = {
        "<aws.scheduler.schedule-arn>": schedule.arn,
        "<aws.scheduler.scheduled-time>": iso_seconds(due),
        "<aws.scheduler.execution-id>": str(uuid.uuid4()),
        "<aws.scheduler.attempt-number>": "1",
    }
    payload = target.get("Input") or json.dumps(_schedule_event(schedule, place, due))
    for name, value in context.items():
        payload = payload.replace(name, value)
    deliver(
        Delivery(
            source=schedule.arn,
            target=arn,
            payload=payload,
            dead_letter=(target.get("DeadLetterConfig") or {}).get("Arn"),
            options=target,
        )
    )


def _schedule_event(schedule: Any, place: Place, due: float) -> dict[str, Any]:
    """What a target without Input receives."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": place.account,
        "time": iso_seconds(due),
        "region": place.region,
        "resources": [schedule.arn],
        "detail": "{}",
    }
