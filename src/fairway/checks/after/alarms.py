"""Alarms that must stay quiet for a while."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.model.state import ResourceState
from fairway.project.checks import Alarms
from fairway.project.names import filled

TYPES = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_AT_ONCE = 100
"""Names that DescribeAlarms takes (BC cloudwatch DescribeAlarms)."""
_LOOK_AGAIN = 5.0
_NEXT = "see the alarm's metric, and the function's log"


def check(declared: Alarms, subject: Subject) -> Outcome:
    """Watch them from now on; the first one that goes off ends it."""
    now = subject.caller.clock.now
    names = [_name(filled(each, subject.names), subject) for each in declared.alarms]
    end = now() + declared.quiet_minutes * 60
    while True:
        found = {alarm["AlarmName"]: alarm for alarm in _described(names, subject)}
        if missing := [name for name in names if name not in found]:
            return failed(f"there is no alarm {', '.join(missing)}")
        if firing := [_why(alarm) for alarm in found.values() if _is_firing(alarm)]:
            return failed("; ".join(firing), next=_NEXT)
        if (left := end - now()) <= 0:
            return passed(f"{', '.join(names)} quiet for {declared.quiet_minutes:g} min")
        subject.caller.pause(min(left, _LOOK_AGAIN))


def check_now(declared: Alarms, subject: Subject) -> Outcome:
    """None has gone off; one that is not there yet has not."""
    names = [_name(filled(each, subject.names), subject) for each in declared.alarms]
    if firing := [_why(alarm) for alarm in _described(names, subject) if _is_firing(alarm)]:
        return failed("; ".join(firing), next=_NEXT)
    return passed(f"{', '.join(names)} quiet")


def quiet_now(resources: Sequence[ResourceState], subject: Subject) -> Outcome:
    """None of a stack's alarms has gone off."""
    names = [each.identifier for each in resources]
    found = {alarm["AlarmName"]: alarm for alarm in _described(names, subject)}
    wrong = [f"{name} is not there any more" for name in names if name not in found]
    wrong += [_why(alarm) for alarm in found.values() if _is_firing(alarm)]
    return failed("; ".join(wrong), next=_NEXT) if wrong else passed(f"{len(names)} quiet")


def _described(names: Sequence[str], subject: Subject) -> Iterator[Mapping[str, Any]]:
    """What AWS says of those of the alarms that there are."""
    for start in range(0, len(names), _AT_ONCE):
        wanted = {
            "AlarmNames": [*names[start : start + _AT_ONCE]],
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        }
        for page in subject.caller.pages("cloudwatch", "DescribeAlarms", wanted):
            yield from (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))


def _is_firing(alarm: Mapping[str, Any]) -> bool:
    """Whether it has gone off; one without enough data has not."""
    return bool(alarm["StateValue"] == "ALARM")


def _why(alarm: Mapping[str, Any]) -> str:
    return f"{alarm['AlarmName']} is in ALARM: {alarm.get('StateReason', 'no reason is given')}"


def _name(given: str, subject: Subject) -> str:
    """The alarm's name: that of a resource of this address, or else as it is given."""
    try:
        resource = subject.resource(given)
    except WrongInput:
        return given
    return resource.identifier if resource.type in TYPES else given
