"""Alarms are looked at all the time that a step lasts, against a real CloudWatch of the local cloud."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.local_cloud import REGION, Cloud, unique

from fairway.aws.calls import Caller
from fairway.aws.session import Session
from fairway.model.errors import Failed
from fairway.rollout.watching import POLL, Watch


@dataclass
class Time:
    """Moves when it is waited for; `at` says what happens when a second has passed."""

    now: float = 0.0
    at: dict[float, Any] = field(default_factory=dict)

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        for moment in [moment for moment in self.at if moment <= self.now]:
            self.at.pop(moment)()
        return False


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def watch(local_cloud: Cloud, time: Time) -> Watch:
    session = Session(region_name=REGION, endpoint=local_cloud.endpoint, local=True)
    return Watch(Caller(session), lambda: "", lambda: time.now, time.wait)


def alarm(cloud: Cloud) -> str:
    name = unique("alarm")
    settings = {"Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0, "Statistic": "Sum"}
    cloud.client("cloudwatch").put_metric_alarm(
        AlarmName=name, Namespace="AWS/Lambda", MetricName="Errors",
        ComparisonOperator="GreaterThanThreshold", **settings,
    )  # fmt: skip
    return name


def fire(cloud: Cloud, name: str) -> None:
    cloud.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="too many")


def test_an_alarm_is_heard_within_one_look(local_cloud: Cloud, watch: Watch, time: Time) -> None:
    quiet, loud = alarm(local_cloud), alarm(local_cloud)
    time.at[125] = lambda: fire(local_cloud, loud)
    with pytest.raises(Failed, match=f"the alarm {loud} is firing") as error:
        watch.stay(300, [quiet, loud])
    assert error.value.why == "too many"
    assert 125 <= time.now <= 125 + POLL


def test_the_last_look_is_at_the_end(local_cloud: Cloud, watch: Watch, time: Time) -> None:
    name = alarm(local_cloud)
    time.at[59] = lambda: fire(local_cloud, name)
    with pytest.raises(Failed):
        watch.stay(59, [name])


def test_quiet_alarms_let_the_time_pass(local_cloud: Cloud, watch: Watch, time: Time) -> None:
    watch.stay(35, [alarm(local_cloud)])
    assert time.now == 35


def test_a_composite_alarm_counts_too(local_cloud: Cloud, watch: Watch) -> None:
    inner, name = alarm(local_cloud), unique("both")
    local_cloud.client("cloudwatch").put_composite_alarm(AlarmName=name, AlarmRule=f'ALARM("{inner}")')
    watch.look([name])


def test_many_alarms_are_described_a_hundred_at_a_time(local_cloud: Cloud, watch: Watch) -> None:
    names = [alarm(local_cloud) for _ in range(103)]
    watch.look(names)
    fire(local_cloud, names[-1])
    with pytest.raises(Failed, match=names[-1]):
        watch.look(names)


def test_an_alarm_that_does_not_exist_is_a_mistake(watch: Watch) -> None:
    with pytest.raises(Failed) as error:
        watch.look(["nowhere"])
    assert error.value.code == "rollout.alarm-missing"
