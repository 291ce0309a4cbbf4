"""A new version gets a part of the traffic, is watched, and gets everything or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_cloud import Cloud
from tests.rollout.shop import ALIAS, CANARY, SECONDS, TEMPLATE, Shop, shop

from fairway.model.events import Event, TrafficShifted
from fairway.model.plan import Plan
from fairway.project.settings import RolloutSettings


@pytest.fixture
def live(tmp_path: Path, local_cloud: Cloud) -> Shop:
    """The shop with its first version."""
    found = shop(tmp_path, local_cloud)
    assert found.deploy("one").result == "succeeded"
    return found


def test_the_first_version_has_no_other_to_share_with(live: Shop) -> None:
    assert live.shifts == []
    assert live.alias() == ("1", {})


def test_a_good_version_gets_a_part_and_then_everything(live: Shop) -> None:
    seen: list[tuple[str, dict[str, float]]] = []

    def look(event: Event) -> None:
        if isinstance(event, TrafficShifted):
            seen.append(live.alias())

    assert live.deploy("two", during=look).result == "succeeded"
    assert live.shifts == [("2", 10, False), ("2", 100, False)]
    assert seen == [("1", {"2": 0.1}), ("2", {})]
    first, last = (event for event in live.told if isinstance(event, TrafficShifted))
    assert last.at - first.at >= SECONDS == first.seconds
    assert live.answers() == {"two": 1}
    assert plan_of(live).effective == ()


def test_a_firing_alarm_sends_everything_back(live: Shop) -> None:
    def fire(event: Event) -> None:
        if isinstance(event, TrafficShifted) and not event.returned:
            live.fire()

    assert live.deploy("two", during=fire).result == "failed"
    assert live.shifts == [("2", 10, False), ("1", 100, True)]
    [failure] = live.failures
    assert (failure.address, failure.code) == (ALIAS, "rollout.alarm")
    assert "version 1 has all traffic again" in failure.message
    assert "ten errors in a minute" in failure.message
    assert live.alias() == ("1", {})
    assert live.answers() == {"one": 1}


def test_after_a_return_the_next_good_version_goes_live(live: Shop) -> None:
    live.fire()
    assert live.deploy("two").result == "failed"
    assert live.shifts == []  # it was firing before anything was shifted
    live.fire("OK")
    assert [change.address for change in plan_of(live).effective] == [ALIAS]
    assert live.deploy("three").result == "succeeded"
    assert live.shifts == [("3", 10, False), ("3", 100, False)]
    assert plan_of(live).effective == ()


def test_a_return_is_undone_where_the_environment_says_so(live: Shop) -> None:
    live.fire()
    assert live.deploy("two", on_failure="rollback").result == "failed"
    live.write("one")
    assert plan_of(live).effective == ()
    assert live.answers() == {"one": 1}


def test_whoever_has_a_say_is_asked_after_each_step(live: Shop) -> None:
    assert live.deploy("two", objection=lambda: "the checkout answers 500").result == "failed"
    assert [failure.code for failure in live.failures] == ["rollout.check"]
    assert live.alias() == ("1", {})


def test_a_linear_rollout_takes_equal_steps(live: Shop) -> None:
    rollout = RolloutSettings("linear", 40, SECONDS / 60)
    assert live.deploy("two", rollout=rollout).result == "succeeded"
    assert [percent for _, percent, _ in live.shifts] == [40, 80, 100]


def test_a_hotfix_goes_live_all_at_once_though_an_alarm_fires(live: Shop) -> None:
    live.fire()
    assert live.deploy("two", all_at_once=True).result == "succeeded"
    assert live.shifts == [("2", 100, False)]


def test_an_alarm_that_is_not_there_stops_everything_before_it_begins(live: Shop) -> None:
    rollout = RolloutSettings("canary", 10, 1, ("Nowhere",))
    assert live.deploy("two", rollout=rollout).result == "failed"
    assert [failure.code for failure in live.failures] == ["rollout.alarm-missing"]
    assert live.shifts == []


def test_the_plan_says_how_it_will_go_live(live: Shop) -> None:
    live.write("two")
    [change] = [change for change in plan_of(live).effective if change.address == ALIAS]
    assert change.rollout is not None
    assert [(step.percent, step.seconds) for step in change.rollout.steps] == [(10, SECONDS)]
    assert change.rollout.alarms == (live.output("Errors"),)


def test_weights_set_by_hand_are_drift_and_go(live: Shop) -> None:
    live.deploy("two")
    lam = live.cloud.client("lambda")
    weights = {"AdditionalVersionWeights": {"1": 0.5}}
    lam.update_alias(FunctionName=live.output("Shop"), Name="live", RoutingConfig=weights)
    assert [drift.address for drift in plan_of(live).drift] == [ALIAS]
    assert live.deploy("two").result == "succeeded"
    assert live.alias()[1] == {}


def test_the_template_goes_before_fairway_toml(live: Shop) -> None:
    own = TEMPLATE.replace(
        "AutoPublishAlias: live", "AutoPublishAlias: live, DeploymentPreference: {Type: AllAtOnce}"
    )
    assert live.deploy("two", template=own, rollout=CANARY).result == "succeeded"
    assert live.shifts == [("2", 100, False)]


def plan_of(live: Shop) -> Plan:
    plan = live.planned().plan
    assert plan is not None
    return plan
