"""The life of an app as the bench measures it: on a function or two, by counts."""

from __future__ import annotations

import pytest
from bench.app import AGAIN, CHANGED, COLD, DESTROY, WARM, App, renamed, run_app, waves
from bench.report import Ratio
from bench.workplace import Call, Workplace

pytestmark = pytest.mark.xdist_group("bench-app")  # one run of the bench serves all


@pytest.fixture(scope="module")
def ratios(place: Workplace, tiny: App) -> tuple[Ratio, ...]:
    return run_app(place, tiny)


def test_a_warm_cache_saves_no_call(place: Workplace, ratios: tuple[Ratio, ...]) -> None:
    assert place.ledger[COLD].writes == place.ledger[WARM].writes > 0


def test_no_change_writes_nothing_and_its_floor_reads_the_same(
    place: Workplace, ratios: tuple[Ratio, ...]
) -> None:
    (again,), (floor,) = place.ledger[AGAIN].samples, place.ledger[f"floor: {AGAIN}"].samples
    assert again.calls.writes == 0
    assert again.calls == floor.calls


def test_a_changed_handler_is_one_write_on_both_sides(place: Workplace, ratios: tuple[Ratio, ...]) -> None:
    assert place.ledger[CHANGED].writes == 1
    assert place.ledger[f"floor: {CHANGED}"].writes == 1


def test_the_floors_make_the_writes_that_fairway_made(place: Workplace, ratios: tuple[Ratio, ...]) -> None:
    for name in (WARM, DESTROY):
        floor = place.ledger[f"floor: {name}"]
        assert (floor.reads, floor.writes) == (0, place.ledger[name].writes)


def test_reads_are_left_out_and_what_needs_another_comes_later() -> None:
    calls: list[Call] = [
        ("lambda", "CreateFunction", {}),
        ("iam", "CreateRole", {}),
        ("iam", "GetRole", {}),
        ("secretsmanager", "DeleteSecret", {"SecretId": "arn:aws:secretsmanager:r:1:secret:a/b-c-Ab12Cd"}),
    ]
    first, second = waves(calls)
    assert [(operation, parameters) for _, operation, parameters in first] == [
        ("CreateRole", {}),
        ("DeleteSecret", {"SecretId": "a/b-c"}),
    ]
    assert [operation for _, operation, _ in second] == ["CreateFunction"]


def test_recorded_calls_are_made_for_another_stack() -> None:
    calls: list[list[Call]] = [[("sns", "CreateTopic", {"Name": "bench-recorded-topic"})]]
    (((_, _, parameters),),) = renamed(calls, "other")
    assert parameters == {"Name": "other-topic"}


def test_what_must_hold_is_said_with_its_limit(ratios: tuple[Ratio, ...]) -> None:
    limits = {(ratio.figure, ratio.unit): ratio.met for ratio in ratios if ratio.unit == "calls"}
    assert limits == {("c", "calls"): True, ("d", "calls"): True}
