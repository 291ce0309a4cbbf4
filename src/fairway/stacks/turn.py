"""A run's turn at a stack: it holds the stack's lease, for which it waits as the user wishes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fairway.model.errors import Interrupted, WrongInput
from fairway.model.events import Waiting
from fairway.stacks.request import Target
from fairway.stacks.run import Run
from fairway.stacks.storage import lease_place
from fairway.state.holder import LASTS, this_process
from fairway.state.lease import Lease
from fairway.state.store import Store
from fairway.state.waiting import Seen, acquire, locked

TOLD_EVERY = 5.0
"""Seconds between two reports on one holder."""
_LASTS = "FAIRWAY_LEASE_SECONDS"


@contextmanager
def turn(run: Run, store: Store, target: Target | None = None) -> Iterator[tuple[Store, Lease]]:
    """The store as the holder of the stack's lease uses it, and the lease.

    `target` is what the store is opened for, where that is not the run's own.
    Raises Failed `state.locked` when somebody else holds it for longer than the run waits.
    """
    place = lease_place(target or run.target, store, run.ports.interruption)
    claim = this_process(run.doing, run.origin.who, run.origin.run_url, lasts=_lasts(os.environ))
    with acquire(place, claim, timeout=run.ports.patience, waiting=_Teller(run)) as lease:
        yield store.held_by(lease), lease


class _Teller:
    """Tells the user, and asks once whether to wait."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._asked = False
        self._told: tuple[str, float] = ("", 0.0)

    def __call__(self, seen: Seen) -> None:
        run, (id, at) = self._run, self._told
        if run.ports.interruption.event.is_set():  # another thread's signal does not break in here
            raise Interrupted("run.interrupted", "interrupted while it waited for its turn")
        if id != seen.holder.id or run.now - at >= TOLD_EVERY:
            self._told = (seen.holder.id, run.now)
            run.emit(_event(run.now, seen))
        if not self._asked:
            self._asked = True
            if not run.ports.agrees_to_wait():
                raise locked(seen, 0)


def _event(at: float, seen: Seen) -> Waiting:
    holder = seen.holder
    return Waiting(
        at=at,
        what=str(holder),
        holder=holder.id,
        doing=holder.doing,
        since=holder.since,
        unrenewed=round(seen.unrenewed, 1),
    )


def _lasts(environ: Mapping[str, str]) -> float:
    """How many seconds a lease lasts unrenewed. Raises WrongInput for what is none."""
    text = environ.get(_LASTS, "")
    try:
        seconds = float(text or LASTS)
    except ValueError:
        seconds = 0.0
    if not 1.0 <= seconds <= 3600.0:
        raise WrongInput(
            "arguments.lease-seconds", f"{_LASTS}={text} is no time", next="give seconds from 1 to 3600"
        )
    return seconds
