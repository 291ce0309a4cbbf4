"""The scheduler is as wide as the graph allows, takes the longest way first, and never hangs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from graphlib import CycleError
from threading import Barrier, Event, Lock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairway.apply.scheduler import Result, run, way_to_go

Graph = Mapping[str, frozenset[str]]


def graph(**after: str) -> dict[str, frozenset[str]]:
    """`B="A"` says that B comes after A."""
    return {key: frozenset(needed) for key, needed in after.items()}


def ran(after: Graph, perform: Callable[[str], bool], concurrency: int = 8, **cost: float) -> Result[str]:
    costs = {key: cost.get(key, 1.0) for key in after}
    return run(after, costs, perform, concurrency=concurrency, stopped=lambda: False)


def test_nothing_to_do() -> None:
    assert ran({}, lambda _: True) == Result()


def test_what_can_run_at_once_does() -> None:
    together = Barrier(8, timeout=10)

    def meet(_key: str) -> bool:
        together.wait()
        return True

    assert len(ran({key: frozenset() for key in "abcdefgh"}, meet).done) == 8


def test_no_more_run_at_once_than_allowed() -> None:
    running = peak = 0
    turn, together = Lock(), Barrier(3, timeout=10)

    def perform(_key: str) -> bool:
        nonlocal running, peak
        with turn:
            running += 1
            peak = max(peak, running)
        together.wait()
        time.sleep(0.005)  # long enough for a fourth to be seen
        with turn:
            running -= 1
        return True

    ran({key: frozenset() for key in "abcdefghi"}, perform, concurrency=3)
    assert peak == 3


def test_the_longest_way_to_go_is_taken_first() -> None:
    after = graph(a="", b="", c="b", d="c", e="")
    assert way_to_go(after, {"a": 1, "b": 1, "c": 1, "d": 1, "e": 9}) == {
        "e": 9,
        "b": 3,
        "c": 2,
        "d": 1,
        "a": 1,
    }
    assert ran(after, lambda _: True, concurrency=1, e=9).done == ["e", "b", "c", "a", "d"]


def test_a_crash_is_raised_when_the_others_have_finished() -> None:
    def perform(key: str) -> bool:
        if key == "a":
            raise ZeroDivisionError
        time.sleep(0.01)
        done.append(key)
        return True

    done: list[str] = []
    with pytest.raises(ZeroDivisionError):
        ran(graph(a="", b="", c="b", d="a"), perform)
    assert done == ["b", "c"]


def test_a_circle_is_refused_before_anything_runs() -> None:
    with pytest.raises(CycleError):
        ran(graph(a="b", b="a", c=""), pytest.fail)


def test_the_makespan_is_the_critical_path() -> None:
    """Two chains of five beside forty single tasks: 1 s however wide the rest is.

    The best of several tries counts: what the machine does beside is not the scheduler's.
    """
    after = {f"{chain}{i}": frozenset({f"{chain}{i - 1}"} if i else ()) for chain in "xy" for i in range(5)}
    after |= {f"s{i}": frozenset() for i in range(40)}

    def perform(_key: str) -> bool:
        time.sleep(0.2)
        return True

    def makespan() -> float:
        started = time.monotonic()
        assert len(ran(after, perform, concurrency=50).done) == 50
        return time.monotonic() - started

    assert any(makespan() < 1 * 1.15 for _ in range(10))


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, frozenset[str]]:
    size = draw(st.integers(1, 12))
    names = [f"n{i}" for i in range(size)]
    return {
        name: frozenset(draw(st.lists(st.sampled_from(names[:i]), max_size=3)) if i else [])
        for i, name in enumerate(names)
    }


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sets(st.integers(0, 11)), st.integers(1, 6), st.none() | st.integers(0, 11))
def test_every_task_ends_in_one_way(
    after: dict[str, frozenset[str]], bad: set[int], concurrency: int, stop_at: int | None
) -> None:
    stop = Event()
    begun: list[str] = []
    ended: set[str] = set()

    def perform(key: str) -> bool:
        assert after[key] <= ended, "everything before it has succeeded"
        begun.append(key)
        if key == f"n{stop_at}":
            stop.set()
        if key in {f"n{i}" for i in bad}:
            return False
        ended.add(key)
        return True

    costs = dict.fromkeys(after, 1.0)
    result = run(after, costs, perform, concurrency=concurrency, stopped=stop.is_set)
    assert sorted([*result.done, *result.failed, *result.skipped]) == sorted(after)
    assert sorted(begun) == sorted([*result.done, *result.failed])
    for key, because in result.skipped.items():
        if because is None:
            assert stop.is_set()
        else:
            assert because in result.failed
            assert key not in begun
