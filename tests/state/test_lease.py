"""A lease is held by one at a time, renewed while it is used, and lost only to somebody else."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from tests.state.holders import ANN, BOB, KEY
from tests.state.memory import MemoryObjects, World

from fairway.model.errors import Failed
from fairway.model.objects import Conflict
from fairway.state.holder import decode, encode
from fairway.state.lease import Lease, Place, take


@pytest.fixture
def objects(world: World) -> MemoryObjects:
    return MemoryObjects(world)


def lost(lease: Lease) -> Failed:
    with pytest.raises(Failed) as caught:
        lease.check()
    assert caught.value.code == "lease.lost"
    return caught.value


def test_what_it_says_is_read_back_and_one_that_is_no_lease_is_somebodys(place: Place, world: World) -> None:
    lease = take(place, ANN, world.clocks())
    assert decode(encode(lease.holder)) == lease.holder
    assert (lease.holder.since, lease.holder.expires) == (1_000.0, 1_060.0)
    for content in (b"", b"[]", b"{}", b'{"process": {}}', b"\xff"):
        assert decode(content).id == "unreadable"


def test_only_one_takes_a_free_lease(place: Place, world: World) -> None:
    take(place, ANN, world.clocks())
    with pytest.raises(Conflict):
        take(place, BOB, world.clocks())


def test_taking_and_releasing_are_one_call_each(place: Place, objects: MemoryObjects, world: World) -> None:
    with take(place, ANN, world.clocks()) as lease:
        lease.check()
    assert objects.calls == 2
    assert objects.held == {}


def test_it_is_released_when_the_run_fails(place: Place, objects: MemoryObjects, world: World) -> None:
    with pytest.raises(KeyboardInterrupt), take(place, ANN, world.clocks()):
        raise KeyboardInterrupt
    assert objects.held == {}


def test_an_interruption_while_it_is_being_taken_leaves_none(world: World) -> None:
    class Interrupted(MemoryObjects):
        def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
            super().put(key, content, replacing=replacing)
            raise KeyboardInterrupt

    objects = Interrupted(world)
    with pytest.raises(KeyboardInterrupt):
        take(Place(objects, KEY), ANN, world.clocks())
    assert objects.held == {}


def test_only_its_holder_releases_it(place: Place, objects: MemoryObjects, world: World) -> None:
    with take(place, ANN, world.clocks()):
        objects.put(KEY, encode(BOB))
    found = place.read()
    assert found
    assert found[0] == BOB


def test_a_store_that_does_not_answer_stops_no_release(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    with take(place, ANN, world.clocks()):
        objects.broken = True


def test_a_released_lease_is_relied_on_no_more(place: Place, world: World) -> None:
    with take(place, ANN, world.clocks()) as lease:
        pass
    assert "released" in lost(lease).why


def test_it_is_renewed_by_itself_and_not_before_a_quarter_has_passed(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    renewed = threading.Event()
    put = objects.put

    def noticed(key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
        renewed.set()
        return put(key, content, replacing=replacing)

    lease = take(place, replace(ANN, lasts=0.4), world.clocks())
    objects.put = noticed  # type: ignore[method-assign]
    with lease:
        assert not renewed.wait(0.05)
        assert renewed.wait(5)
    assert objects.held == {}


def test_a_holder_that_was_away_for_long_goes_on_when_nobody_took_it(place: Place, world: World) -> None:
    lease = take(place, ANN, world.clocks())
    world.now += 1_000
    lease.check()
    assert lease.holder.renewals == 1
    assert lease.holder.expires == world.now + 60


def test_a_holder_asks_the_store_only_when_it_cannot_be_sure(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    lease = take(place, ANN, world.clocks())
    world.now += 49
    before = objects.calls
    lease.check()
    assert objects.calls == before
    world.now += 2
    lease.check()
    assert objects.calls == before + 1


def test_many_threads_that_cannot_be_sure_renew_it_once(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    lease = take(place, ANN, world.clocks())
    world.now += 55
    put = objects.put

    def after_all_have_asked(
        key: str, content: bytes, *, replacing: str | None = None, durable: bool = True
    ) -> str:
        time.sleep(0.1)
        return put(key, content, replacing=replacing)

    objects.put = after_all_have_asked  # type: ignore[method-assign]
    threads = [threading.Thread(target=lease.check) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert lease.holder.renewals == 1


def test_a_holder_whose_lease_was_taken_over_is_told_by_whom(place: Place, world: World) -> None:
    lease = take(place, ANN, world.clocks())
    found = place.read()
    assert found
    world.now += 120
    take(place, BOB, world.clocks(), tag=found[1], above=found[0].fence)
    error = lost(lease)
    assert "bob@runner (https://ci/7): deploy 9a7e" in error.why
    assert error.next
    lost(lease)  # once and for all


def test_a_holder_whose_lease_was_taken_over_and_released_writes_nothing(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    lease = take(place, ANN, world.clocks())
    objects.delete(KEY)
    world.now += 120
    assert "fairway unlock" in lost(lease).why
    assert objects.held == {}


def test_a_holder_that_cannot_reach_the_store_changes_nothing(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    lease = take(place, ANN, world.clocks())
    world.now += 120
    objects.broken = True
    with pytest.raises(Failed, match="does not answer"):
        lease.check()
    objects.broken = False
    lease.check()


@pytest.mark.parametrize("ahead", [0.0, 3_600.0, -3_600.0])
def test_numbers_grow_from_holder_to_holder_whatever_their_clocks_say(
    place: Place, world: World, ahead: float
) -> None:
    first = take(place, ANN, world.clocks())
    found = place.read()
    assert found
    second = take(place, BOB, world.clocks(ahead=ahead), tag=found[1], above=found[0].fence)
    assert second.fence > first.fence


def test_a_number_that_was_written_down_is_exceeded(place: Place, world: World) -> None:
    lease = take(place, ANN, world.clocks(ahead=-3_600))
    written_down = int(world.now * 1_000)
    lease.raise_above(written_down)
    found = place.read()
    assert found
    assert lease.fence == found[0].fence == written_down + 1
    lease.raise_above(7)
    assert lease.fence == written_down + 1


class LosesAnswers(MemoryObjects):
    """Writes, and then says that somebody else did: as S3 does when a repeated put meets itself."""

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
        super().put(key, content, replacing=replacing)
        raise Conflict(key)


def test_an_answer_that_got_lost_is_no_conflict(world: World) -> None:
    place = Place(LosesAnswers(world), KEY)
    lease = take(place, ANN, world.clocks())
    world.now += 55
    lease.check()
    lease.release()
    assert place.read() is None


class Patient(MemoryObjects):
    """Takes what is written at once, and says so only after more than a minute: as S3 does in an outage."""

    slow = False

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:
        tag = super().put(key, content, replacing=replacing)
        if self.slow:
            self.slow = False
            self.world.sleep(70)
        return tag


def test_a_renewal_that_was_answered_late_is_not_relied_on(world: World) -> None:
    """Since it reached the store others may have waited for long enough to take the lease over."""
    objects = Patient(world)
    place = Place(objects, KEY)
    lease = take(place, ANN, world.clocks())
    world.now += 55
    objects.slow = True
    lease.check()
    found = place.read()
    assert found
    assert world.now - (found[0].expires - found[0].lasts) < 50


def test_a_renewal_that_was_answered_after_the_lease_was_taken_over_does_not_save_it(world: World) -> None:
    objects = Patient(world)
    place = Place(objects, KEY)
    lease = take(place, ANN, world.clocks())
    world.now += 55

    def taken_over() -> None:
        found = place.read()
        assert found
        take(place, BOB, world.clocks(), tag=found[1], above=found[0].fence)

    world.happens.append((world.now + 66, taken_over))
    objects.slow = True
    lost(lease)


def test_a_renewal_whose_answer_never_came_is_released_too(
    place: Place, objects: MemoryObjects, world: World
) -> None:
    lease = take(place, ANN, world.clocks())
    objects.put(KEY, encode(replace(lease.holder, renewals=9)))
    lease.release()
    assert objects.held == {}
