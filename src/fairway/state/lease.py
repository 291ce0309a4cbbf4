"""The lease on a stack: who holds it may change the stack, as long as it is renewed.

A holder renews its lease at a quarter of what it lasts (every 15 of 60 s), takes itself for the holder
until five sixths of that have passed since its last renewal was sent (50 s), and others take it over when
they have seen it unrenewed for thirteen twelfths (65 s). No machine's time of day decides: each side
measures spans with its own steady clock, and for how long a lease had not been renewed before one began
to look follows from the store's clock alone. Every change of the lease is a compare-and-swap: two never
hold it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Blob, Conflict, Version
from fairway.state.clocks import Clocks
from fairway.state.holder import Holder, decode, encode

RENEW, SURE, FALLS = 1 / 4, 5 / 6, 13 / 12
"""Of what a lease lasts: when it is renewed, until when its holder relies on it, when others take it over."""
RELEASE_PATIENCE = 2.0
"""Seconds that a release waits for a renewal under way: who interrupts a run gives it five in all."""


class LeaseLost(Failed):
    """The run does not hold the lease any more, and changes nothing."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "lease.lost",
            "this run has lost the lease on the stack and changes nothing any more",
            why=why,
            next="see `fairway status`, then run the same command again: it plans against what is there now",
        )


class Slots(Protocol):
    """What leases are kept in: the part of `Objects` that they need, with the same duties."""

    def get(self, key: str) -> Blob | None: ...

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str: ...

    def delete(self, key: str, *, replacing: str | None = None) -> None: ...

    def keys(self, prefix: str) -> Sequence[str]: ...

    def versions(self, key: str) -> Iterable[Version]:
        """With times by the store's clock; none where it has no clock."""
        ...


@dataclass(frozen=True)
class Place:
    """Where one stack's lease is kept."""

    slots: Slots
    key: str

    def read(self) -> tuple[Holder, str] | None:
        """The holder and the lease's tag; None when it is free."""
        blob = self.slots.get(self.key)
        return (decode(blob.content), blob.tag) if blob else None

    def write(self, holder: Holder, tag: str) -> str:
        """Put the lease in the place of the one with that tag; returns its new tag.

        Raises Conflict, but not when it was a lost answer that made it look so.
        """
        content = encode(holder)
        try:
            return self.slots.put(self.key, content, replacing=tag, durable=False)
        except Conflict:
            blob = self.slots.get(self.key)
            if blob is None or blob.content != content:
                raise
            return blob.tag

    def remove(self, tag: str) -> None:
        """Free the lease with that tag. Raises Conflict when it is another one."""
        self.slots.delete(self.key, replacing=tag)


class Lease:
    """A lease that is held. A context manager: inside it is renewed, and at the end released.

    Safe to use from several threads.
    """

    def __init__(self, place: Place, holder: Holder, tag: str, sent: float, clocks: Clocks) -> None:
        self._place, self._tag, self._sent, self._clocks = place, tag, sent, clocks
        self.holder = holder
        self.waited = False
        """Whether somebody else held it when it was wanted."""
        self._why_lost = ""
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._renewing = threading.Thread(target=self._keep_renewing, name="lease", daemon=True)

    def __enter__(self) -> Lease:
        self._renewing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    @property
    def fence(self) -> int:
        """This holder's number, greater than that of every holder before it."""
        return self.holder.fence

    def check(self) -> None:
        """Raises Failed `lease.lost` when somebody else may hold the lease by now.

        A holder that was frozen, or cut off from the store, finds out here before it changes anything:
        when the lease is still its own it goes on.
        """
        while not self._is_sure():
            self._renew()
        if self._why_lost or self._ended.is_set():
            raise self._lost()

    def _is_sure(self) -> bool:
        """Whether nobody else can have taken it over yet, or it is over in any case.

        A renewal does not make sure by itself: where answers are lost it may have reached the store long ago.
        """
        over = bool(self._why_lost) or self._ended.is_set()
        return over or self._clocks.ticks() - self._sent < self.holder.lasts * SURE

    def raise_above(self, fence: int) -> None:
        """Take a number above one that was found written down: a holder's clock may have been ahead."""
        if self.fence <= fence:
            self._renew(fence + 1)

    def release(self) -> None:
        """Free the lease, if it is still this holder's. It falls by itself where that does not work."""
        self._ended.set()
        waited = self._turn.acquire(timeout=RELEASE_PATIENCE)
        try:
            with suppress(Failed, OSError):
                self._remove()
        finally:
            if waited:
                self._turn.release()

    def _remove(self) -> None:
        try:
            self._place.remove(self._tag)
        except Conflict:  # a renewal whose answer never came
            found = self._place.read()
            if found and found[0].id == self.holder.id:
                with suppress(Conflict):
                    self._place.remove(found[1])

    def _keep_renewing(self) -> None:
        pause = self.holder.lasts * RENEW
        while not self._ended.wait(pause) and not self._why_lost:
            # What goes wrong here is found again, and told, by the next check.
            with suppress(Failed, OSError):
                self._renew()

    def _renew(self, fence: int = 0) -> None:
        """Renew it, unless another thread has done so while this one waited for its turn."""
        before = self._sent
        with self._turn:
            if self._why_lost:
                raise self._lost()
            if self._ended.is_set() or (self._sent != before and fence <= self.fence):
                return
            sent = self._clocks.ticks()
            fresh = replace(
                self.holder,
                renewals=self.holder.renewals + 1,
                expires=self._clocks.wall() + self.holder.lasts,
                fence=max(self.fence, fence),
            )
            try:
                tag = self._place.write(fresh, self._tag)
            except Conflict:
                self._why_lost = self._who_has_it()
                raise self._lost() from None
            self.holder, self._tag, self._sent = fresh, tag, sent

    def _who_has_it(self) -> str:
        found = self._place.read()
        if found is None:
            return "it was broken with `fairway unlock`, or another run took it over and has finished"
        return f"it was not renewed in time, and {found[0]} has it now (holder {found[0].id})"

    def _lost(self) -> LeaseLost:
        return LeaseLost(self._why_lost or "this run had ended already and released it")


def take(place: Place, claim: Holder, clocks: Clocks, *, tag: str = ABSENT, above: int = 0) -> Lease:
    """Take a lease that is free, or the one with that tag and the number `above`. Raises Conflict."""
    sent, now = clocks.ticks(), clocks.wall()
    fence = max(int(now * 1000), above + 1)
    holder = replace(claim, since=now, expires=now + claim.lasts, fence=fence)
    try:
        written = place.write(holder, tag)
    except KeyboardInterrupt:
        _give_back(place, holder)
        raise
    return Lease(place, holder, written, sent, clocks)


def _give_back(place: Place, holder: Holder) -> None:
    """Free a lease that may have been written already when its writing was interrupted."""
    with suppress(Failed, OSError, Conflict):
        found = place.read()
        if found and found[0].id == holder.id:
            place.remove(found[1])
