"""Waiting for a stack's lease: in order of arrival, and not for the dead.

Each who waits leaves a ticket, named by when it came. When the lease comes free the first takes it with
its next look, and each other leaves those before it a turn each; so one who died waiting costs a turn and
no more. Who comes in the moment in which the lease is free and nobody has looked yet gets it at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Conflict
from fairway.state.clocks import Clocks
from fairway.state.holder import Holder, encode, is_dead, is_here
from fairway.state.lease import FALLS, RENEW, Lease, Place, take

FIRST_LOOK, LONGEST_PAUSE = 0.1, 1.0
TURN = 2 * LONGEST_PAUSE
"""Seconds that one before us in the queue is left to take a lease that has come free."""

LATE = 1.5
"""How many times the span between two renewals may pass before a holder is taken to renew no more."""


@dataclass(frozen=True)
class Seen:
    """A lease that is somebody else's: who has it, and for how many seconds it has not been renewed."""

    holder: Holder
    unrenewed: float

    @property
    def has_fallen(self) -> bool:
        """Whether it may be taken over."""
        return self.unrenewed >= self.holder.lasts * FALLS or is_dead(self.holder.process)


Told = Callable[[Seen], None]


def acquire(
    place: Place,
    claim: Holder,
    *,
    timeout: float | None = None,
    waiting: Told | None = None,
    clocks: Clocks | None = None,
) -> Lease:
    """The lease, when it has come free or has fallen. `waiting` is told after each look, and may raise.

    Raises Failed `state.locked`, naming the holder, after `timeout` seconds; None waits as long as it takes.
    """
    clocks = clocks or Clocks()
    with suppress(Conflict):
        return take(place, claim, clocks)
    queue = _Queue(place, claim, clocks)
    try:
        lease = _wait(_Watch(place, clocks, queue.enter()), queue, timeout, waiting)
        lease.waited = True
        return lease
    finally:
        queue.leave()


def look(place: Place, claim: Holder, clocks: Clocks | None = None) -> tuple[Seen, str] | None:
    """What one look tells about a lease, with its tag; None when it is free."""
    queue = _Queue(place, claim, clocks or Clocks())
    try:
        return _Watch(place, queue.clocks, queue.enter()).look()
    finally:
        queue.leave()


def glance(place: Place, clocks: Clocks | None = None) -> Seen | None:
    """Who holds a lease, without writing anything; None where nobody does, or nobody does any more.

    When it was renewed is told by the machines' times of day: good enough for people, and for nothing else.
    """
    found = place.read()
    if found is None:
        return None
    holder, _ = found
    now = (clocks or Clocks()).wall()
    renewed = holder.expires - holder.lasts if holder.expires else written_at(place, place.key) or now
    seen = Seen(holder, max(0.0, now - renewed))
    return None if seen.has_fallen else seen


def still_renews(place: Place, seen: Seen, tag: str, clocks: Clocks | None = None) -> bool:
    """Whether a holder is seen to renew its lease; watches for as long as that may take, and no longer."""
    clocks = clocks or Clocks()
    longest = seen.holder.lasts * RENEW * LATE
    began = clocks.ticks()
    while not is_dead(seen.holder.process) and seen.unrenewed + clocks.ticks() - began < longest:
        found = place.read()
        if found is None or found[1] != tag:
            return True
        clocks.sleep(LONGEST_PAUSE)
    return False


@dataclass
class _Queue:
    """Those who wait for a lease, this one among them."""

    place: Place
    claim: Holder
    clocks: Clocks
    _ticket: str = ""
    _free_since: float | None = None

    @property
    def _folder(self) -> str:
        return f"{self.place.key.rpartition('/')[0]}/waiting/"

    def enter(self) -> float:
        """Leave a ticket; returns when it was written, by the store's clock (0 where it has none)."""
        self._ticket = f"{self._folder}{int(self.clocks.wall() * 1e6):016d}-{self.claim.id}.json"
        self._write()
        return written_at(self.place, self._ticket)

    def _write(self) -> None:
        self.place.slots.put(self._ticket, encode(self.claim), durable=False)

    def leave(self) -> None:
        """Take the ticket back."""
        with suppress(Failed, OSError, Conflict):
            self.place.slots.delete(self._ticket)

    def held(self) -> None:
        """The lease is not free."""
        self._free_since = None

    def is_our_turn(self) -> bool:
        """Whether to take the lease, which is free."""
        now = self.clocks.ticks()
        self._free_since = now if self._free_since is None else self._free_since
        tickets = self.place.slots.keys(self._folder)
        if self._ticket not in tickets:
            self._write()
        before = [ticket for ticket in tickets if ticket < self._ticket]
        if now - self._free_since < len(before) * TURN:
            return False
        for ticket in before:  # they let their turns pass: dead, or they will write it anew
            with suppress(Conflict):
                self.place.slots.delete(ticket)
        return True


@dataclass
class _Watch:
    """Looks at a lease again and again, and knows for how long it has been the same.

    `came` is when this one came, by the store's clock.
    """

    place: Place
    clocks: Clocks
    came: float
    _tag: str = ABSENT
    _since: float = 0.0
    _age: float = 0.0

    def look(self) -> tuple[Seen, str] | None:
        found = self.place.read()
        if found is None:
            return None
        holder, tag = found
        if tag != self._tag:
            first = self._tag == ABSENT
            self._age = self._age_of(holder) if first else 0.0
            self._tag, self._since = tag, self.clocks.ticks()
        return Seen(holder, self._age + self.clocks.ticks() - self._since), tag

    def _age_of(self, holder: Holder) -> float:
        """For how long the lease had not been renewed when this one came, by the store's clock alone.

        A folder's clock is this machine's, which can be set: a holder on this machine is only watched.
        """
        written = written_at(self.place, self.place.key)
        if not (self.came and written) or is_here(holder.process):
            return 0.0
        return max(0.0, self.came - written)


def written_at(place: Place, key: str) -> float:
    """When an object was written, by the store's clock; 0 where that is not known."""
    newest = next(iter(place.slots.versions(key)), None)
    return newest.at if newest else 0.0


def _wait(watch: _Watch, queue: _Queue, timeout: float | None, waiting: Told | None) -> Lease:
    clocks, pause = watch.clocks, FIRST_LOOK
    started = clocks.ticks()
    while True:
        found = watch.look()
        with suppress(Conflict):  # another one was faster
            if found is None:
                if queue.is_our_turn():
                    return take(queue.place, queue.claim, clocks)
            elif found[0].has_fallen:
                return take(queue.place, queue.claim, clocks, tag=found[1], above=found[0].holder.fence)
        if found is not None:
            queue.held()
            if timeout is not None and clocks.ticks() - started >= timeout:
                raise locked(found[0], timeout)
            if waiting:
                waiting(found[0])
        clocks.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def locked(seen: Seen, waited: float) -> Failed:
    """The error for a lease that did not come free in time."""
    return Failed(
        "state.locked",
        f"{seen.holder} holds this stack",
        why=f"waited {waited:g} s; its lease was renewed {seen.unrenewed:.0f} s ago",
        next="wait longer with --wait-for-lock; a lease that nobody uses any more is broken with "
        f"`fairway unlock {seen.holder.id}`",
    )
