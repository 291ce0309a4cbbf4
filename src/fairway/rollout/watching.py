"""What is watched while traffic is shifted: alarms, the clock, the user, and whoever else has a say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fairway.aws.alarms import alarms_named
from fairway.aws.calls import Caller
from fairway.model.errors import Failed, Interrupted

POLL = 10.0
"""Seconds between looks at the alarms: as often as the shortest period that an alarm can have (BC cloudwatch
PutMetricAlarm)."""


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
        found = alarms_named(self.caller, alarms)
        for name in alarms:
            if name not in found:
                way = "write the name of an alarm of this account and region"
                raise Failed("rollout.alarm-missing", f"there is no alarm {name}", next=way)
            if found[name].is_firing:
                why = found[name].reason
                raise Failed("rollout.alarm", f"the alarm {name} is firing", why=why, next=_PUT_RIGHT)

    def ask(self) -> None:
        """Ask whoever else has a say."""
        if objection := self.objection():
            raise Failed("rollout.check", objection, next=_PUT_RIGHT)


_PUT_RIGHT = "put it right and deploy again"
