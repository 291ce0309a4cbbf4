"""What may take a while is tried again, with growing pauses; what is wrong for good is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.aws.fakes import FakeTime, caller
from tests.checks.deployed import Place, told
from tests.local_cloud import Cloud

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.runner import Check, run_all
from fairway.checks.subject import Subject
from fairway.model.checked import Checked
from fairway.model.errors import Failed, Interrupted, WrongInput
from fairway.project.checks import TableItem


def test_an_item_that_comes_late(own_shop: Place, local_cloud: Cloud) -> None:
    table = own_shop.identifier("Orders")
    put = local_cloud.client("dynamodb").put_item
    threading.Timer(0.8, put, kwargs={"TableName": table, "Item": {"id": {"S": "late"}}}).start()
    (found,) = own_shop.verify(TableItem(name="late", table="Orders", key={"id": "late"}, within=30.0))
    assert found.result == "passed"
    assert 0.7 < found.seconds < 20


def run(tmp_path: Path, time: FakeTime, outcomes: Iterator[Outcome | Exception], within: float) -> Checked:
    """One check that finds these, one after the other."""

    def find_out() -> Outcome:
        found = next(outcomes)
        if isinstance(found, Exception):
            raise found
        return found

    subject = Subject("local", tmp_path, caller([{}], time), environ={})
    (checked,) = run_all([Check("one", "test", find_out, within)], "verify", subject, told)
    return checked


def test_the_pauses_grow_to_two_seconds_and_end_in_time(tmp_path: Path) -> None:
    time = FakeTime()
    checked = run(tmp_path, time, iter([failed(f"no {number}") for number in range(100)]), within=10.0)
    assert checked.message == "no 8 (tried 9 times)"
    assert checked.seconds == pytest.approx(10.0)


def test_a_failed_call_is_tried_again(tmp_path: Path) -> None:
    checked = run(tmp_path, FakeTime(), iter([Failed("aws.X", "not yet"), passed("there")]), within=5.0)
    assert (checked.result, checked.message) == ("passed", "there")


@pytest.mark.parametrize("within", [0.0, 5.0])
def test_the_last_failure_is_what_is_told(tmp_path: Path, within: float) -> None:
    error = Failed("aws.X", "refused", why="because", next="do it")
    checked = run(tmp_path, FakeTime(), iter([error] * 100), within)
    assert (checked.result, checked.why, checked.next) == ("failed", "because", "do it")
    assert checked.message.startswith("refused")


def test_a_mistake_is_not_tried_again(tmp_path: Path) -> None:
    time = FakeTime()
    checked = run(tmp_path, time, iter([WrongInput("checks.x", "no such thing")]), within=60.0)
    assert (checked.result, checked.message, time.slept) == ("failed", "no such thing", [])


def test_what_is_final_is_not_tried_again(tmp_path: Path) -> None:
    time = FakeTime()
    checked = run(tmp_path, time, iter([failed("no", final=True), passed("there")]), within=60.0)
    assert (checked.result, checked.message, time.slept) == ("failed", "no", [])


def test_a_run_that_is_stopped_does_not_wait(tmp_path: Path) -> None:
    subject = Subject("local", tmp_path, caller([{}], FakeTime()), environ={})

    def find_out() -> Outcome:
        subject.caller.stop.set()
        return failed("not yet")

    with pytest.raises(Interrupted):
        run_all([Check("one", "test", find_out, 600.0)], "verify", subject, told)
