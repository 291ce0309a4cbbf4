"""The pool of workers: warm ones are kept, stale ones go, limits hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from fairway.local.functions.model import FunctionSpec, Logging, Package, Throttled
from fairway.local.functions.pool import IDLE_SECONDS, Pool, Warm
from fairway.local.functions.worker import Worker

SPEC = FunctionSpec(
    account="1", region="r", name="f", version="$LATEST", arn="arn", runtime="python3.11", handler="a.b",
    role="role", memory=128, timeout=3, code=Package.of(b"one"), layers=(), environment=(),
    logging=Logging("g"),
)  # fmt: skip


@dataclass
class FakeWorker:
    """Stands in for a process; what the pool does with it is what is tested."""

    pid: int
    alive: bool = True

    def kill(self) -> None:
        self.alive = False


class World:
    """A pool, its clock, and every worker it has started."""

    def __init__(self) -> None:
        self.now = 0.0
        self.workers: list[FakeWorker] = []
        self.pool = Pool(self._start, lambda: self.now)

    def _start(self, spec: FunctionSpec) -> Warm:
        self.workers.append(FakeWorker(len(self.workers)))
        return Warm(spec, cast(Worker, self.workers[-1]), "stream")

    def once(self, spec: FunctionSpec, reserved: int | None = None) -> int:
        """Acquire and release; returns the worker's number."""
        warm = self.pool.acquire(spec, reserved)
        self.pool.release(warm)
        return warm.worker.pid

    @property
    def living(self) -> list[int]:
        return [worker.pid for worker in self.workers if worker.alive]


def test_a_released_worker_is_used_again() -> None:
    world = World()
    assert [world.once(SPEC), world.once(SPEC)] == [0, 0]


CHANGES: list[dict[str, Any]] = [
    {"code": Package.of(b"two")},
    {"environment": (("A", "1"),)},
    {"layers": (Package.of(b"layer"),)},
    {"memory": 256},
    {"timeout": 4},
    {"handler": "a.c"},
    {"runtime": "python3.12"},
    {"role": "other"},
    {"logging": Logging("h")},
]


@pytest.mark.parametrize("change", CHANGES, ids=[next(iter(change)) for change in CHANGES])
def test_any_change_replaces_the_idle_worker(change: dict[str, Any]) -> None:
    world = World()
    world.once(SPEC)
    assert world.once(replace(SPEC, **change)) == 1
    assert world.living == [1]


def test_a_busy_worker_of_old_code_ends_when_it_is_released() -> None:
    world = World()
    old = world.pool.acquire(SPEC, None)
    world.once(replace(SPEC, code=Package.of(b"two")))
    assert world.living == [0, 1]
    world.pool.release(old)
    assert world.living == [1]


def test_a_dead_worker_is_not_handed_out() -> None:
    world = World()
    world.once(SPEC)
    world.workers[0].alive = False
    assert world.once(SPEC) == 1


def test_idle_workers_end_after_their_time_though_nothing_is_invoked() -> None:
    world = World()
    world.once(SPEC)
    world.now = IDLE_SECONDS
    world.once(replace(SPEC, name="g"))
    looks = 0

    def sleep(seconds: float) -> None:
        nonlocal looks
        looks += 1
        world.now += seconds
        if looks == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        world.pool.watch(sleep)
    assert world.living == [1]


def test_reserved_concurrency_counts_all_versions() -> None:
    world = World()
    held = world.pool.acquire(SPEC, 1)
    with pytest.raises(Throttled):
        world.pool.acquire(replace(SPEC, version="1"), 1)
    world.pool.release(held)
    assert world.once(replace(SPEC, version="1"), 1) == 1


def test_a_deleted_function_keeps_no_worker() -> None:
    world = World()
    world.once(SPEC)
    world.once(replace(SPEC, version="1"))
    busy = world.pool.acquire(replace(SPEC, version="2"), None)
    world.pool.retire("1", "r", "f")
    assert world.living == [2]
    world.pool.release(busy)
    assert world.living == []


def test_a_function_that_is_deleted_while_its_worker_starts_keeps_no_worker() -> None:
    world = World()

    def start(spec: FunctionSpec) -> Warm:
        world.pool.retire("1", "r", "f")
        world.pool.expire()
        return world._start(spec)

    world.pool = Pool(start, lambda: world.now)
    warm = world.pool.acquire(SPEC, None)
    assert world.living == [0]
    world.pool.release(warm)
    assert world.living == []
    assert world.pool.workers() == []


def test_a_start_that_fails_frees_its_place() -> None:
    world = World()
    broken = Pool(lambda _: (_ for _ in ()).throw(OSError("no such program")), lambda: world.now)
    for _ in range(3):
        with pytest.raises(OSError, match="no such program"):
            broken.acquire(SPEC, 1)
