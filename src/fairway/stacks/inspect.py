"""What is deployed and what the last deployment did, from state alone."""

from __future__ import annotations

from fairway.model.deployment import Deployment
from fairway.model.errors import WrongInput
from fairway.model.standing import Standing, UnderWay
from fairway.model.state import ResourceState, StackState
from fairway.sources.findings import suggest
from fairway.stacks.elsewhere import known_history, require_here
from fairway.stacks.history import History
from fairway.stacks.lost import lost_state
from fairway.stacks.request import Target
from fairway.stacks.storage import lease_place, open_store
from fairway.stacks.stored import Stored
from fairway.state.lease import Place
from fairway.state.store import DOCUMENT, JOURNAL, Store
from fairway.state.waiting import glance


def deployed(target: Target) -> StackState:
    """The stack's state. Raises WrongInput, naming the stacks there are, when it is not deployed."""
    store = open_store(target)
    return _known(Stored(store, target.environment, target.stack), target, store)


def status(target: Target) -> Standing:
    """How the stack stands. Raises as `deployed`."""
    store = open_store(target)
    under_way = _under_way(lease_place(target, store))  # before the rest: what ends meanwhile is not cut off
    stored = Stored(store, target.environment, target.stack)
    state = _known(stored, target, store)
    return Standing(state, stored.interrupted, under_way)


def _under_way(place: Place) -> UnderWay | None:
    seen = glance(place)
    if seen is None:
        return None
    return UnderWay(str(seen.holder), seen.holder.id, seen.holder.since, round(seen.unrenewed, 1))


def _known(stored: Stored, target: Target, store: Store) -> StackState:
    state = stored.load()
    if state is None:
        raise not_deployed(target, store)
    return state


def deployed_resource(state: StackState, address: str) -> ResourceState:
    """One resource of a stack. Raises WrongInput, naming the nearest address, when there is none."""
    if address in state.resources:
        return state.resources[address]
    raise WrongInput(
        "arguments.address",
        f"{state.stack} has no resource {address}",
        next=suggest(address, state.resources) or "see `fairway status` for its resources",
    )


def last_deployment(target: Target) -> Deployment:
    """The stack's last deployment. Raises WrongInput when there was none."""
    store = open_store(target)
    found = history(target).last()
    if found is None:
        raise not_deployed(target, store)
    return found


def history(target: Target) -> History:
    """The stack's deployments. Raises WrongInput when its state is in another place."""
    return known_history(target, open_store(target))


def is_there(target: Target, store: Store) -> bool:
    """Whether there is anything of the stack: its state, or a run that works on it or was cut off."""
    place = target.environment, target.stack
    names = (store.key(*place, name) for name in (DOCUMENT, JOURNAL))
    return any(map(store.objects.get, names)) or lease_place(target, store).read() is not None


def not_deployed(target: Target, store: Store) -> WrongInput:
    """The error for a stack that is not deployed, naming those that are, or for one whose state was lost.

    Raises as `require_here`.
    """
    require_here(target, store)
    if lost := lost_state(target, store):
        return lost
    others = ", ".join(store.stacks(target.environment))
    return WrongInput(
        "state.not-deployed",
        f"no stack {target.stack} is deployed in {target.environment}",
        where=target.state,
        next=f"name another with --stack: {others}" if others else "deploy it first with `fairway deploy`",
    )
