"""What is watched while traffic is shifted: alarms, the clock, the user, and whoever else has a say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fairway.aws.calls import Caller
from fairway.model.errors import Failed, Interrupted

POLL = 10.0
"""Seconds between looks at the alarms: as often as the shortest period that an alarm can have (BC cloudwatch
PutMetricAlarm)."""
_AT_ONCE = 100
"""Alarms that one call describes (BC cloudwatch DescribeAlarms)."""


@dataclass(frozen=True)
class Watch:
    """Raises Failed as soon as something speaks against going on, and Interrupted when the user does.

    `objection` is asked at the end of each step, and answers with what is wrong or nothing. `wait` sleeps for
    seconds and answers early, with True, when the user asks to stop; `now` is monotonic.
    """

    caller: Caller
    objection: Callable[[], str]
    now: Callable[[], float]
    wait: Callable[[float], bool]

    def stay(self, seconds: float, alarms: Sequence[str]) -> None:
        """Watch for so long."""
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            if self.wait(min(left, POLL)):
                what, way = "stopped while traffic was being shifted", "deploy again to begin anew"
                raise Interrupted("rollout.stopped", what, next=way)
            self.look(alarms)
        self.ask()

    def look(self, alarms: Sequence[str]) -> None:
        """Look at the alarms once. One that does not exist could never speak up, so it is an error."""
        found = {alarm["AlarmName"]: alarm for alarm in self._described(alarms)}
        for name in alarms:
            if name not in found:
                way = "write the name of an alarm of this account and region"
                raise Failed("rollout.alarm-missing", f"there is no alarm {name}", next=way)
            if found[name]["StateValue"] == "ALARM":
                why = str(found[name].get("StateReason", ""))
                raise Failed("rollout.alarm", f"the alarm {name} is firing", why=why, next=_PUT_RIGHT)

    def ask(self) -> None:
        """Ask whoever else has a say."""
        if objection := self.objection():
            raise Failed("rollout.check", objection, next=_PUT_RIGHT)

    def _described(self, names: Sequence[str]) -> Iterator[Any]:
        waiting = iter(names)
        while batch := list(islice(waiting, _AT_ONCE)):
            kinds = ["MetricAlarm", "CompositeAlarm"]
            wanted = {"AlarmNames": batch, "AlarmTypes": kinds}
            for page in self.caller.pages("cloudwatch", "DescribeAlarms", wanted):
                yield from (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))


_PUT_RIGHT = "put it right and deploy again"
