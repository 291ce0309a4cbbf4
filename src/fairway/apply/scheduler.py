"""Runs tasks in dependency order, as many at once as allowed, those with the longest way to go first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from queue import SimpleQueue
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

DEFAULT_CONCURRENCY = 48
"""Tasks at once. What AWS's rates allow is kept below, call by call."""


@dataclass
class Result(Generic[K]):
    """`skipped` names the failed task because of which a task was not run; None when it was the stop."""

    done: list[K] = field(default_factory=list)
    failed: list[K] = field(default_factory=list)
    skipped: dict[K, K | None] = field(default_factory=dict)


def run(
    after: Mapping[K, frozenset[K]],
    cost: Mapping[K, float],
    perform: Callable[[K], bool],
    *,
    concurrency: int,
    stopped: Callable[[], bool],
) -> Result[K]:
    """Run every task once those it comes `after` have succeeded; `perform` says whether one did.

    What depends on a failed task is skipped, everything else is still run. Once `stopped` answers true
    nothing new is started; what is under way is awaited. `cost` is the estimated time of a task, in any unit.
    Raises graphlib.CycleError for a cyclic graph, before anything is run.
    """
    schedule = _Schedule(after, way_to_go(after, cost))
    if after:
        _work(schedule, perform, concurrency, stopped)
    schedule.skip_the_rest()
    return schedule.result


def way_to_go(after: Mapping[K, frozenset[K]], cost: Mapping[K, float]) -> dict[K, float]:
    """For each task the cost of the longest chain that begins with it."""
    order = list(TopologicalSorter(after).static_order())
    ways = {key: cost[key] for key in order}
    for key in reversed(order):
        for needed in after[key]:
            ways[needed] = max(ways[needed], cost[needed] + ways[key])
    return ways


def _work(
    schedule: _Schedule[K], perform: Callable[[K], bool], concurrency: int, stopped: Callable[[], bool]
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    ended: SimpleQueue[tuple[K, bool]] = SimpleQueue()
    crashes: list[BaseException] = []

    def work(key: K) -> None:
        succeeded = False
        try:
            succeeded = perform(key)
        except BaseException as error:
            crashes.append(error)
        finally:
            ended.put((key, succeeded))

    running = 0
    with ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="apply") as pool:
        while True:
            while running < concurrency and not stopped() and (key := schedule.next()) is not None:
                pool.submit(work, key)
                running += 1
            if not running:
                break
            schedule.finish(*ended.get())
            running -= 1
    if crashes:
        raise crashes[0]


class _Schedule(Generic[K]):
    """Which tasks are ready, and what became of the others."""

    def __init__(self, after: Mapping[K, frozenset[K]], ways: Mapping[K, float]) -> None:
        self.result: Result[K] = Result()
        self._waits_for = {key: len(needed) for key, needed in after.items()}
        self._dependents: dict[K, list[K]] = {key: [] for key in after}
        for key, needed in after.items():
            for each in needed:
                self._dependents[each].append(key)
        # The position makes ties fall in the order of the plan, and keeps keys from being compared.
        self._rank = {key: (-ways[key], position) for position, key in enumerate(after)}
        self._keys = list(after)
        self._ready: list[tuple[float, int]] = []
        for key, count in self._waits_for.items():
            if count == 0:
                heappush(self._ready, self._rank[key])

    def next(self) -> K | None:
        """The ready task with the longest way to go."""
        return self._keys[heappop(self._ready)[1]] if self._ready else None

    def finish(self, key: K, succeeded: bool) -> None:
        """A task has ended: its dependents become ready, or are skipped."""
        if not succeeded:
            self.result.failed.append(key)
            self.result.skipped.update(dict.fromkeys(self._beyond(key), key))
            return
        self.result.done.append(key)
        for each in self._dependents[key]:
            self._waits_for[each] -= 1
            if self._waits_for[each] == 0 and each not in self.result.skipped:
                heappush(self._ready, self._rank[each])

    def skip_the_rest(self) -> None:
        """Nothing more is started: whatever was not run yet is skipped."""
        known = {*self.result.done, *self.result.failed, *self.result.skipped}
        self.result.skipped.update({key: None for key in self._keys if key not in known})

    def _beyond(self, key: K) -> Iterator[K]:
        """Everything that depends on a task, directly or not, and was not skipped before."""
        seen = set(self.result.skipped)
        stack = [key]
        while stack:
            for each in self._dependents[stack.pop()]:
                if each not in seen:
                    seen.add(each)
                    stack.append(each)
                    yield each
