"""Killed or stopped while an alias is half shifted: the next run goes on, or returns, and leaves nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.local_cloud import Cloud
from tests.rollout.shop import ALIAS, Shop, shop

from fairway.model.events import Event, TrafficShifted
from fairway.model.plan import Action
from fairway.project.settings import RolloutSettings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def half(tmp_path: Path, local_cloud: Cloud) -> Shop:
    """The shop, killed when a tenth of the traffic was at its second version."""
    found = killed(tmp_path, local_cloud, 10)
    assert found.alias() == ("1", {"2": 0.1})
    return found


def killed(folder: Path, cloud: Cloud, percent: int) -> Shop:
    """The shop, killed when so much of the traffic had been shifted, and before that was written down."""
    found = shop(folder, cloud)
    assert found.deploy("one").result == "succeeded"
    found.write("two")
    where = [str(found.request.source), cloud.endpoint, str(percent)]
    command = [sys.executable, "-m", "tests.rollout.dying", *where]
    ended = subprocess.run(command, cwd=ROOT, timeout=60, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    return found


def test_the_next_run_plans_to_go_on_and_calls_it_no_drift(half: Shop) -> None:
    plan = half.planned().plan
    assert plan is not None
    changes = {change.address: change for change in plan.effective}
    assert changes[ALIAS].rollout is not None
    assert {change.action for name, change in changes.items() if name != ALIAS} <= {Action.ADOPT}
    assert plan.drift == ()


def test_the_next_run_goes_on_where_it_was(half: Shop) -> None:
    steps = RolloutSettings("linear", 5, 0.2 / 60)
    assert half.deploy("two", rollout=steps).result == "succeeded"
    assert half.shifts[0] == ("2", 10, False), "the share never falls"
    assert half.alias() == ("2", {})
    assert_nothing_left(half)


def test_the_next_run_returns_when_an_alarm_fires(half: Shop) -> None:
    half.fire()
    assert half.deploy("two").result == "failed"
    assert half.shifts == [("1", 100, True)]
    assert half.alias() == ("1", {})


def test_another_version_takes_the_place_of_the_half_shifted_one(half: Shop) -> None:
    assert half.deploy("three").result == "succeeded"
    assert half.shifts == [("3", 10, False), ("3", 100, False)]
    assert_nothing_left(half)


def test_a_hotfix_takes_the_weights_away_too(half: Shop) -> None:
    assert half.deploy("three", all_at_once=True).result == "succeeded"
    assert half.alias() == ("3", {})
    assert_nothing_left(half)


def test_without_a_rollout_any_more_nothing_stays_half_shifted(half: Shop) -> None:
    assert half.deploy("three", rollout=None).result == "succeeded"
    assert half.alias() == ("3", {})
    assert_nothing_left(half)


def test_undoing_what_went_on_from_a_killed_deploy_leaves_the_former_version_live(half: Shop) -> None:
    half.fire()
    assert half.deploy("two", on_failure="rollback").result == "failed"
    assert half.alias() == ("1", {})
    half.fire("OK")
    assert half.deploy("one").result == "succeeded"
    assert half.answers() == {"one": 1}
    assert_nothing_left(half)


def test_killed_with_everything_shifted_there_is_nothing_left_to_shift(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    live = killed(tmp_path, local_cloud, 100)
    assert live.deploy("two").result in ("succeeded", "unchanged")
    assert live.shifts == []
    assert live.alias() == ("2", {})
    assert_nothing_left(live)


def test_whoever_stops_it_gets_the_former_version_back_at_once(tmp_path: Path, local_cloud: Cloud) -> None:
    live = shop(tmp_path, local_cloud, RolloutSettings("canary", 10, 60))
    live.deploy("one")
    interruption = live.interruption

    def stop(event: Event) -> None:
        if isinstance(event, TrafficShifted) and not event.returned:
            interruption.request()

    assert live.deploy("two", during=stop).result == "interrupted"
    assert live.shifts == [("2", 10, False), ("1", 100, True)]
    assert [failure.code for failure in live.failures] == ["rollout.stopped"]
    assert live.alias() == ("1", {})
    live.interruption = type(interruption)()
    live.request = replace(live.request, rollout=None)
    assert live.deploy("two").result == "succeeded"
    assert_nothing_left(live)


def assert_nothing_left(live: Shop) -> None:
    plan = live.planned().plan
    assert plan is not None
    assert (plan.effective, plan.drift) == ((), ())
