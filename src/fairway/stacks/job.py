"""One run's turn at a stack: what every step of it works with, and the state it begins from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from fairway.apply.accepted import caught_up
from fairway.apply.recover import recover
from fairway.aws.cloud import Cloud
from fairway.model.events import OperationProgress, Warned
from fairway.model.plan import Action
from fairway.model.state import StackState
from fairway.stacks.connect import connect
from fairway.stacks.elsewhere import require_here
from fairway.stacks.history import note_cut_off
from fairway.stacks.place import require_same_place
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports, Run
from fairway.stacks.storage import open_store
from fairway.stacks.stored import Stored
from fairway.stacks.turn import turn
from fairway.state.store import Store


@dataclass(frozen=True)
class Job:
    """What carrying a plan through needs beside the plan."""

    request: Request
    run: Run
    store: Store
    stored: Stored
    cloud: Cloud


@contextmanager
def at_work(command: str, request: Request, ports: Ports, *, ahead: bool = False) -> Iterator[Job]:
    """A run that holds the stack's lease: what it changes and writes, it does only as long as it holds it.

    With `ahead` what is stored is read while the lease is taken: see `Stored.is_current`.
    """
    target = request.target
    run = Run(command, target, ports, request.folder)
    store = open_store(target, ports.interruption)
    glimpse = store.ahead(target.environment, target.stack) if ahead else None
    with (
        turn(run, store) as (store, lease),
        Stored(store, target.environment, target.stack, None if lease.waited else glimpse) as stored,
    ):
        yield Job(request, run, store, stored, connect(target, ports.interruption, lease.check))


def known(target: Target, stored: Stored, cloud: Cloud) -> StackState | None:
    """The stack's state. Raises WrongInput when the stack, or its state, is in another place."""
    state = stored.load()
    if state is None:
        require_here(target, stored.store)
    else:
        require_same_place(state, cloud.caller.session)
    return state


def recovered(
    run: Run, cloud: Cloud, state: StackState | None, *, patient: bool = False
) -> StackState | None:
    """The state with what a run that was cut off had done and not recorded, and with what AWS has finished.

    A `patient` one waits for what AWS had accepted in an earlier run and is still at work on.
    """
    if state is None or not (state.pending or state.updating or _has_accepted(state)):
        return state
    with run.stage("recover"):
        found, failed = caught_up(recover(state, cloud), cloud, partial(_waits, run), patient=patient)
    for finding in failed:
        run.emit(Warned(run.now, finding))
    return found


def _has_accepted(state: StackState) -> bool:
    return any(held.accepted for held in state.resources.values())


def _waits(run: Run, address: str, waiting_for: str) -> None:
    run.emit(OperationProgress(run.now, address, Action.UNCHANGED, waiting_for))


def picked_up(job: Job) -> StackState | None:
    """The stack's state, in which what a run that was cut off had done is recorded by now."""
    return settled(job, known(job.request.target, job.stored, job.cloud))


def settled(job: Job, state: StackState | None) -> StackState | None:
    """The same for a state that has been loaded."""
    found = recovered(job.run, job.cloud, state, patient=True)
    if found is None:
        return None
    note_cut_off(job.run, job.store, job.stored.interrupted, found)
    return job.stored.settle(found)
