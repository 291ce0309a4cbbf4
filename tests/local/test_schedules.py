"""Scheduled rules and EventBridge Scheduler fire when they are due, and only then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.local.events_world import bodies, eventually, queue, recorder
from tests.local_cloud import Cloud, unique

from fairway.local.events.expressions import parse
from fairway.local.events.schedules import Clock, Timer


class World:
    """A clock's timers and its time, in the test's hands."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.timers: list[Timer] = []
        self.fired: list[tuple[str, float]] = []
        self.clock = Clock(self._list, lambda: self.now)

    def _list(self) -> Iterator[Timer]:
        return iter(self.timers)

    def add(self, name: str, expression: str, **settings: Any) -> None:
        self.timers.append(
            Timer((name,), parse(expression), lambda due: self.fired.append((name, due)), **settings)
        )

    def at(self, now: float) -> float | None:
        self.now = now
        return self.clock.run_due()


def test_a_rate_counts_from_when_it_was_first_seen() -> None:
    world = World()
    world.add("r", "rate(1 minute)")
    assert world.at(1000) == 60
    assert world.at(1059) == 1
    assert world.fired == []
    assert world.at(1060) == 60
    assert world.fired == [("r", 1060)]


def test_times_slept_through_are_fired_once() -> None:
    world = World()
    world.add("r", "rate(1 minute)")
    world.at(1000)
    world.at(5000)
    assert len(world.fired) == 1
    world.at(5000.5)
    assert len(world.fired) == 1


def test_nothing_fires_before_the_start_or_after_the_end() -> None:
    world = World()
    world.add("r", "rate(1 minute)", start=1090.0, after=1000.0, end=1200.0)
    assert world.at(1000) == 90
    world.at(1090)
    world.at(1150)
    assert world.at(1205) is None
    assert [due for _, due in world.fired] == [1090, 1150]


def test_a_timer_that_went_away_counts_anew_when_it_comes_back() -> None:
    world = World()
    world.add("r", "rate(1 minute)")
    world.at(1000)
    timers, world.timers = world.timers, []
    assert world.at(1050) is None
    world.timers = timers
    assert world.at(1055) == 60


def test_one_that_fails_does_not_keep_the_others() -> None:
    world = World()

    def fail(due: float) -> None:
        raise RuntimeError("no")

    world.timers.append(Timer(("bad",), parse("rate(1 minute)"), fail))
    world.add("good", "rate(1 minute)")
    world.at(1000)
    world.at(1060)
    assert world.fired == [("good", 1060)]


def schedule(cloud: Cloud, expression: str, target: dict[str, Any], **settings: Any) -> str:
    name = unique("schedule")
    cloud.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"RoleArn": cloud.role(), **target},
        **settings,
    )
    return name


def test_a_one_time_schedule_fires_once_and_deletes_itself(local_cloud: Cloud) -> None:
    url, arn = queue(local_cloud)
    soon = (datetime.now(UTC) + timedelta(seconds=4)).strftime("%Y-%m-%dT%H:%M:%S")
    name = schedule(
        local_cloud,
        f"at({soon})",
        {"Arn": arn, "Input": '{"when": "<aws.scheduler.scheduled-time>"}'},
        ActionAfterCompletion="DELETE",
    )
    assert bodies(local_cloud, url) == []
    assert json.loads(eventually(lambda: bodies(local_cloud, url))[0]) == {"when": f"{soon}Z"}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        local_cloud.client("scheduler").get_schedule(Name=name)


def test_a_rate_schedule_starts_at_once_and_a_disabled_one_never(local_cloud: Cloud) -> None:
    function, other = recorder(local_cloud), recorder(local_cloud)
    schedule(local_cloud, "rate(1 hour)", {"Arn": other.arn}, State="DISABLED")
    schedule(local_cloud, "rate(1 hour)", {"Arn": function.arn})
    event = function.wait()[0]
    assert (event["source"], event["detail-type"]) == ("aws.scheduler", "Scheduled Event")
    assert other.events() == []


def test_an_expression_that_is_none_is_said_in_the_status(local_cloud: Cloud) -> None:
    _, arn = queue(local_cloud)
    name = schedule(local_cloud, "cron(0 0 * * * *)", {"Arn": arn})

    def said() -> list[str]:
        return [text for text in local_cloud.local.status().cannot if name in text]

    assert "never fires" in eventually(said)[0]
