"""Alarms that must stay quiet for a while."""

from __future__ import annotations

from collections.abc import Sequence

from fairway.aws.alarms import TYPES, Alarm, alarms_named
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.model.state import ResourceState
from fairway.project.checks import Alarms
from fairway.project.names import filled

_LOOK_AGAIN = 5.0
_NEXT = "see the alarm's metric, and the function's log"


def check(declared: Alarms, subject: Subject) -> Outcome:
    """Watch them from now on; the first one that goes off ends it."""
    now = subject.caller.clock.now
    names = [_name(filled(each, subject.names), subject) for each in declared.alarms]
    end = now() + declared.quiet_minutes * 60
    while True:
        found = alarms_named(subject.caller, names)
        if missing := [name for name in names if name not in found]:
            way = "name alarms by their address in a stack, or by the name that they have here"
            return failed(f"there is no alarm {', '.join(missing)}", next=way)
        if firing := [_why(alarm) for alarm in found.values() if alarm.is_firing]:
            return failed("; ".join(firing), next=_NEXT)
        if (left := end - now()) <= 0:
            return passed(f"{', '.join(names)} quiet for {declared.quiet_minutes:g} min")
        subject.caller.pause(min(left, _LOOK_AGAIN))


def check_now(declared: Alarms, subject: Subject) -> Outcome:
    """None has gone off; one that is not there yet has not."""
    names = [_name(filled(each, subject.names), subject) for each in declared.alarms]
    if firing := [_why(alarm) for alarm in alarms_named(subject.caller, names).values() if alarm.is_firing]:
        return failed("; ".join(firing), next=_NEXT)
    return passed(f"{', '.join(names)} quiet")


def quiet_now(resources: Sequence[ResourceState], subject: Subject) -> Outcome:
    """None of a stack's alarms has gone off."""
    names = [each.identifier for each in resources]
    found = alarms_named(subject.caller, names)
    wrong = [f"{name} is not there any more" for name in names if name not in found]
    wrong += [_why(alarm) for alarm in found.values() if alarm.is_firing]
    return failed("; ".join(wrong), next=_NEXT) if wrong else passed(f"{len(names)} quiet")


def _why(alarm: Alarm) -> str:
    return f"{alarm.name} is in ALARM: {alarm.reason or 'no reason is given'}"


def _name(given: str, subject: Subject) -> str:
    """The alarm's name: that of a resource of this address, or else as it is given."""
    try:
        resource = subject.resource(given)
    except WrongInput:
        return given
    return resource.identifier if resource.type in TYPES else given
