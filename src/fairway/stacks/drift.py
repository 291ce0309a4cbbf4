"""What was changed outside Fairway: shown, or taken into state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fairway.apply.recover import recover
from fairway.aws.cloud import Cloud
from fairway.aws.provider import Live
from fairway.model.errors import WrongInput
from fairway.model.events import StateEdited
from fairway.model.plan import Drift
from fairway.model.state import StackState
from fairway.model.state_difference import difference
from fairway.plan.accept import accept
from fairway.plan.drift import drift_alone
from fairway.stacks.connect import connect
from fairway.stacks.history import Subject, note_cut_off, remembered
from fairway.stacks.inspect import deployed, deployed_resource
from fairway.stacks.place import require_same_place
from fairway.stacks.prepare import compared
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports, Run
from fairway.stacks.storage import open_store
from fairway.stacks.stored import Stored
from fairway.stacks.turn import turn
from fairway.state.store import Store

Confirm = Callable[[Sequence[Drift]], bool]


@dataclass(frozen=True)
class Found:
    """The drift that is `left`, and what of it was `taken` into state; `accepting` where that was asked,
    and `declined` where it was not agreed to.
    """

    left: tuple[Drift, ...]
    taken: tuple[Drift, ...] = ()
    accepting: bool = False
    declined: bool = False


@dataclass(frozen=True)
class _Look:
    """One look at AWS."""

    live: Mapping[str, Live | None]
    drift: tuple[Drift, ...]


def find_drift(
    target: Target, ports: Ports, addresses: tuple[str, ...], request: Request | None = None
) -> Found:
    """The stack's drift, or that of some resources; with the request for a plan, also what comes of it.

    Changes nothing. Raises WrongInput when the stack, or one of the addresses, is not deployed.
    """
    run = Run("drift", target, ports)
    cloud, store = connect(target, ports.interruption), open_store(target)
    look = _look(deployed(target), request, run, cloud, store, addresses)
    run.finish("compared", None, calls=cloud.calls)
    return Found(look.drift)


def accept_drift(
    target: Target,
    ports: Ports,
    addresses: tuple[str, ...],
    request: Request | None = None,
    *,
    confirm: Confirm,
) -> Found:
    """Take live into state where the definition agrees or, without one, for the named addresses.

    `confirm` is given what would be taken, and says whether it is. Raises WrongInput where neither a
    definition nor an address says what may be taken.
    """
    if request is None and not addresses:
        raise _nothing_named()
    run = Run("drift --accept", target, ports)
    with (
        turn(run, open_store(target, ports.interruption)) as (store, lease),
        Stored(store, target.environment, target.stack) as stored,
    ):
        cloud = connect(target, ports.interruption, lease.check)
        state = stored.load() or deployed(target)  # which raises, naming what is deployed
        look = _look(state, request, run, cloud, store, addresses)
        accepted = accept(state, look.live, look.drift, cloud.traits)
        if accepted.taken and not confirm(accepted.taken):
            run.finish("declined", None, calls=cloud.calls)
            return Found(look.drift, accepting=True, declined=True)
        if accepted.taken:
            note_cut_off(run, store, stored.interrupted, state)
            with remembered(run, store, lambda: cloud.calls, Subject(state)) as record:
                written = stored.settle(accepted.state)
                record.left(written)
                run.emit(StateEdited(run.now, run.command, written.serial, difference(state, written)))
                run.finish("accepted", None, calls=cloud.calls)
        else:
            run.finish("unchanged", None, calls=cloud.calls)
    return Found(accepted.left, accepted.taken, accepting=True)


def _nothing_named() -> WrongInput:
    return WrongInput(
        "drift.accept-what",
        "nothing says what of live may be taken",
        why="without a definition to agree with, only what is named is taken",
        next="give the definition with --source, or name the addresses",
    )


def _look(
    state: StackState,
    request: Request | None,
    run: Run,
    cloud: Cloud,
    store: Store,
    addresses: tuple[str, ...],
) -> _Look:
    require_same_place(state, cloud.caller.session)
    chosen = {address: deployed_resource(state, address) for address in addresses} or state.resources
    if request is None:
        with run.stage("refresh"):
            live = cloud.read_all(chosen.values())
        return _Look(live, drift_alone(state, live, cloud.traits))
    prepared = compared(request, run, store, cloud, recover(state, cloud), shortcut=False)
    return _Look(prepared.live, tuple(each for each in prepared.plan.drift if each.address in chosen))
