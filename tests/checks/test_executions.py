"""A verification by an execution holds where it ends as expected, in time."""

from __future__ import annotations

import pytest
from tests.checks.deployed import Place

from fairway.model.checked import Checked
from fairway.project.checks import Execution

IN_TIME = {"seconds": 0, "total": 3}


def verified(shop: Place, execution: str = "Flow", **settings: object) -> Checked:
    given = {"within": 0.0, "input": IN_TIME, **settings}
    (checked,) = shop.verify(Execution(name="run", execution=execution, **given))  # type: ignore[arg-type]
    return checked


@pytest.mark.parametrize("machine", ["Flow", "Quick"])
def test_it_succeeds_with_the_output_that_is_expected(shop: Place, machine: str) -> None:
    checked = verified(shop, machine, expect={"total": 3}, within=20.0)
    assert (checked.result, checked.kind) == ("passed", "execution"), checked


def test_it_says_where_the_output_differs(shop: Place) -> None:
    assert "$.total is 3, expected 4" in verified(shop, "Quick", expect={"total": 4}).message


@pytest.mark.parametrize("machine", ["Flow", "Quick"])
def test_one_that_fails_is_told_with_its_cause(shop: Place, machine: str) -> None:
    checked = verified(shop, machine, input={"fail": True}, within=60.0)
    assert (checked.result, "tried" in checked.message) == ("failed", False), "it may have done something"
    assert "ended FAILED, expected SUCCEEDED" in checked.message
    assert "as wanted" in checked.why


def test_a_failure_may_be_what_is_expected(shop: Place) -> None:
    checked = verified(shop, input={"fail": True}, within=20.0, status="FAILED", expect={"error": "Refused"})
    assert checked.result == "passed", checked


def test_one_that_takes_too_long_is_not_waited_for(shop: Place) -> None:
    checked = verified(shop, input={"seconds": 30, "total": 1}, within=0.5)
    assert checked.result == "failed"
    assert "is still RUNNING" in checked.message
    assert checked.seconds < 10


def test_what_is_no_state_machine_cannot_be_run(shop: Place) -> None:
    assert "Worker is AWS::Lambda::Function, no state machine" in verified(shop, "Worker").message
