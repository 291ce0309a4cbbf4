"""Alarms must stay quiet for as long as is wanted."""

from __future__ import annotations

import threading

from tests.checks.deployed import Place
from tests.local_cloud import Cloud

from fairway.model.checked import Checked
from fairway.project.checks import Alarms


def verified(shop: Place, *alarms: str, minutes: float = 0.0) -> Checked:
    (checked,) = shop.verify(Alarms(name="quiet", alarms=alarms, quiet_minutes=minutes))
    return checked


def go_off(shop: Place, cloud: Cloud) -> None:
    cloud.client("cloudwatch").set_alarm_state(
        AlarmName=shop.identifier("Errors"), StateValue="ALARM", StateReason="3 errors"
    )


def test_they_are_watched_for_the_whole_time(shop: Place) -> None:
    checked = verified(shop, "Errors", minutes=0.02)
    assert (checked.result, checked.kind) == ("passed", "alarms"), checked
    assert checked.seconds >= 1.2


def test_they_may_be_named_as_aws_knows_them(shop: Place) -> None:
    assert verified(shop, shop.identifier("Errors")).result == "passed"


def test_one_that_is_not_there(shop: Place) -> None:
    assert verified(shop, "Errors", "Errands").message == "there is no alarm Errands"


def test_one_that_goes_off_meanwhile_ends_it(own_shop: Place, local_cloud: Cloud) -> None:
    threading.Timer(1.0, go_off, (own_shop, local_cloud)).start()
    checked = verified(own_shop, "Errors", minutes=5)
    assert checked.result == "failed"
    assert checked.message.endswith("is in ALARM: 3 errors")
    assert checked.seconds < 30
