"""Who waits for a lease gets it in order of arrival, or when its holder is dead; never from one who lives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.state.holders import ANN, BOB, KEY
from tests.state.memory import MemoryObjects, World

from fairway.model.errors import Failed
from fairway.model.objects import Version
from fairway.state.clocks import Clocks
from fairway.state.holder import Holder, is_dead, is_here, this_process
from fairway.state.lease import Place, take
from fairway.state.waiting import Seen, acquire, look


@pytest.fixture
def objects(world: World) -> MemoryObjects:
    return MemoryObjects(world)


def test_a_free_lease_costs_one_call(place: Place, objects: MemoryObjects, world: World) -> None:
    acquire(place, ANN, clocks=world.clocks())
    assert objects.calls == 1


def test_it_is_taken_when_it_comes_free_and_the_ticket_goes(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    first = take(place, ANN, world.clocks())
    world.happens.append((world.now + 20, first.release))
    told: list[Seen] = []
    acquire(place, BOB, waiting=told.append, clocks=world.clocks())
    assert {seen.holder.id for seen in told} == {"ann"}
    assert 1_020 <= world.now <= 1_022
    assert list(objects.held) == [KEY]


def test_who_does_not_come_free_in_time_is_named(place: Place, objects: MemoryObjects, world: World) -> None:
    take(place, ANN, world.clocks())
    with pytest.raises(Failed) as caught:
        acquire(place, BOB, timeout=30, clocks=world.clocks())
    assert caught.value.code == "state.locked"
    assert "ann@laptop (process 11): deploy 1f3c" in caught.value.what
    assert "fairway unlock ann" in caught.value.next
    assert list(objects.held) == [KEY]


@pytest.mark.parametrize("ahead", [0.0, 7_200.0, -7_200.0])
def test_one_that_is_renewed_is_never_taken_over_whatever_the_clocks_say(
    place: Place, world: World, ahead: float
) -> None:
    lease = take(place, ANN, world.clocks())
    for minutes in range(1, 60):
        world.happens.append((world.now + 10 * minutes, lambda: lease._renew()))
    with pytest.raises(Failed, match="ann@laptop"):
        acquire(place, BOB, timeout=590, clocks=world.clocks(ahead=ahead))
    lease.check()


@pytest.mark.parametrize("ahead", [0.0, 7_200.0, -7_200.0])
@pytest.mark.parametrize("late", [0.0, 30.0, 64.0, 10_000.0])
def test_a_dead_holders_lease_falls_within_75_seconds_of_its_last_renewal(
    place: Place, world: World, late: float, ahead: float
) -> None:
    dead = take(place, ANN, world.clocks())
    world.now += late
    lease = acquire(place, BOB, timeout=120, clocks=world.clocks(ahead=ahead))
    assert 65 <= world.now - 1_000 <= max(75, late + 1)
    assert lease.fence > dead.fence


class WithoutClock(MemoryObjects):
    def versions(self, key: str) -> Sequence[Version]:
        return []


def test_where_the_store_has_no_clock_one_watches(world: World) -> None:
    place = Place(WithoutClock(world), KEY)
    take(place, ANN, world.clocks())
    world.now += 10_000
    acquire(place, BOB, clocks=world.clocks())
    assert 11_065 <= world.now <= 11_075


def test_a_holder_of_this_machine_is_not_judged_by_the_machines_own_clock(place: Place, world: World) -> None:
    take(place, replace(ANN, process=this_process("x").process), world.clocks())
    world.now += 10_000  # or somebody set the clock
    seen = look(place, BOB, world.clocks())
    assert seen
    assert not seen[0].has_fallen


def test_a_lease_of_a_process_that_has_ended_falls_at_once(place: Place, world: World) -> None:
    code = "from fairway.state.holder import *; print(encode(this_process('deploy')).decode())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    place.slots.put(KEY, ended.stdout)
    acquire(place, BOB, timeout=0, clocks=world.clocks())
    assert world.now == 1_000


def test_a_process_is_known_by_its_machine_its_number_and_its_start() -> None:
    mine = this_process("x").process
    assert mine.pid == os.getpid()
    assert is_here(mine)
    assert not is_dead(mine)
    assert is_dead(replace(mine, started="1"))
    assert not is_dead(replace(mine, machine="another", started="1"))
    assert not is_here(Holder("x").process)


def test_those_who_wait_are_served_in_order_of_arrival(place: Place) -> None:
    served: list[str] = []
    queued = threading.Semaphore(0)

    def wait(name: str) -> None:
        first_look = iter([queued.release])
        tell = lambda _: next(first_look, lambda: None)()  # noqa: E731
        with acquire(place, replace(BOB, id=name), waiting=tell):
            served.append(name)

    with take(place, ANN, Clocks()):
        waiters = [threading.Thread(target=wait, args=(name,)) for name in ("one", "two", "three")]
        for waiter in waiters:
            waiter.start()
            assert queued.acquire(timeout=5)
    for waiter in waiters:
        waiter.join(30)
    assert served == ["one", "two", "three"]


def test_one_who_died_waiting_costs_a_turn_and_its_ticket_goes(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    holder = take(place, ANN, world.clocks())
    ticket = "prod/shop/waiting/0000000999999999-dead.json"
    objects.put(ticket, b"{}")
    world.happens.append((world.now + 5, holder.release))
    acquire(place, BOB, clocks=world.clocks())
    assert 1_007 <= world.now <= 1_009.1
    assert list(objects.held) == [KEY]
