"""CloudWatch's alarms as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairway.aws.calls import Answer, Caller

TYPES = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_KINDS = {"MetricAlarms": "MetricAlarm", "CompositeAlarms": "CompositeAlarm"}
"""Members of the answer, and what asks for them: without, composite ones are left out (BC cloudwatch
DescribeAlarms)."""
_AT_ONCE = 100
"""Names of one call (BC cloudwatch DescribeAlarms)."""


@dataclass(frozen=True)
class Alarm:
    """One alarm. One without enough data does not fire; `reason` is CloudWatch's for the state it is in."""

    name: str
    is_firing: bool
    reason: str = ""


def alarms_named(caller: Caller, names: Sequence[str]) -> Mapping[str, Alarm]:
    """Those of the alarms that there are, by name."""
    found: dict[str, Alarm] = {}
    for start in range(0, len(names), _AT_ONCE):
        wanted = {"AlarmNames": [*names[start : start + _AT_ONCE]], "AlarmTypes": [*_KINDS.values()]}
        for page in caller.pages("cloudwatch", "DescribeAlarms", wanted):
            found |= {each["AlarmName"]: _alarm(each) for kind in _KINDS for each in page.get(kind, ())}
    return found


def _alarm(told: Answer) -> Alarm:
    return Alarm(told["AlarmName"], told["StateValue"] == "ALARM", told.get("StateReason", ""))
