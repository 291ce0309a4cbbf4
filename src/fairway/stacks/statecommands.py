"""Commands on state itself: each edit is made under the stack's lock, asked for, and recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from fairway.model.errors import Failed, WrongInput
from fairway.model.events import StateEdited
from fairway.model.journal import going_on, read_entries
from fairway.model.results import DeploymentResult
from fairway.model.state import StackState, readdressed
from fairway.model.state_difference import StateDifference, difference
from fairway.stacks.elsewhere import require_here
from fairway.stacks.history import Subject, remembered
from fairway.stacks.inspect import deployed_resource, not_deployed
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Run
from fairway.stacks.storage import open_store
from fairway.stacks.turn import turn
from fairway.state.document import UnusableDocument
from fairway.state.store import Store
from fairway.state.versions import KeptVersion

Edit = Callable[[StackState], StackState]
Confirm = Callable[[StateDifference], bool]


@dataclass(frozen=True)
class Edited:
    """How an edit ended: `edited`, `unchanged` or `declined`; `serial` is the state's by now."""

    result: DeploymentResult
    serial: int
    difference: StateDifference


def versions(target: Target, count: int | None) -> Sequence[KeptVersion]:
    """The newest versions of the stack's state, newest first. Raises WrongInput when there is none."""
    store = open_store(target)
    found = store.versions(target.environment, target.stack).newest(count)
    if not found:
        raise not_deployed(target, store)
    return found


def diff(target: Target, before: int, after: int) -> StateDifference:
    """What changed between two versions, by serial. Raises WrongInput for one that is not kept."""
    store = open_store(target)
    kept = store.versions(target.environment, target.stack)
    if not kept.newest(1):
        raise not_deployed(target, store)
    return difference(kept.of_serial(before), kept.of_serial(after))


def move(target: Target, address: str, to: str, ports: Ports, confirm: Confirm) -> Edited:
    """Record a resource under another address, as which it is to be found in the definition."""
    return edit(target, "state move", lambda state: moved(state, address, to), ports, confirm)


def forget(target: Target, addresses: Sequence[str], ports: Ports, confirm: Confirm) -> Edited:
    """Drop resources from state; they stay in AWS as they are."""
    return edit(target, "state forget", lambda state: forgotten(state, addresses), ports, confirm)


def protect(
    target: Target, addresses: Sequence[str], ports: Ports, confirm: Confirm, *, off: bool = False
) -> Edited:
    """Protect resources from now on or, with `off`, no longer."""
    command = "state unprotect" if off else "state protect"
    return edit(target, command, lambda state: protecting(state, addresses, off=off), ports, confirm)


def restore(target: Target, serial: int, ports: Ports, confirm: Confirm) -> Edited:
    """Make an earlier version the present one, also where the present one cannot be read any more.

    It becomes the next version; nothing in AWS changes. Where a deploy was cut off that had begun from what
    cannot be read any more, it keeps its own serial: from that one or a later one the journal goes on.
    Raises WrongInput for a version that is not kept, Failed for one of another history of the stack.
    """
    with _turn(target, "state restore", ports) as (run, store):
        kept = store.versions(target.environment, target.stack)
        wanted = kept.of_serial(serial)
        present = _usable(store, target)
        if present:
            _require_finished(store, target, present)
            _require_same_history(present, wanted)
            return _written(run, store, present, replace(wanted, serial=present.serial), confirm)
        journal = store.journal(target.environment, target.stack).read()
        last = wanted.serial - 1 if journal else kept.highest_serial()
        empty = replace(wanted, serial=0, resources={}, outputs={})
        return _written(run, store, empty, replace(wanted, serial=last), confirm)


def moved(state: StackState, address: str, to: str) -> StackState:
    """The state with one resource at another address, and what depends on it depending on that.

    Raises WrongInput when there is no such resource, or one at the new address already.
    """
    deployed_resource(state, address)
    if to in state.resources:
        raise WrongInput(
            "state.address-taken",
            f"{state.stack} has a resource {to} already",
            next=f"`fairway state forget {to}` first, if that one is no longer to be managed",
        )
    return readdressed(state, {address: to})


def forgotten(state: StackState, addresses: Sequence[str]) -> StackState:
    """The state without those resources. Raises WrongInput for one that it has not."""
    dropped = {deployed_resource(state, address).address for address in addresses}
    kept = {name: each for name, each in state.resources.items() if name not in dropped}
    return replace(state, resources=kept)


def protecting(state: StackState, addresses: Sequence[str], *, off: bool = False) -> StackState:
    """The state with these resources protected or, with `off`, not. Raises WrongInput for one it has not."""
    changed = {
        address: replace(deployed_resource(state, address), protected=not off) for address in addresses
    }
    return replace(state, resources={**state.resources, **changed})


def edit(
    target: Target,
    command: str,
    change: Edit,
    ports: Ports,
    confirm: Confirm,
    *,
    first: Callable[[Store], StackState] | None = None,
) -> Edited:
    """Change the stack's state under its lock, where `confirm` agrees to what that comes to.

    `first` makes the state of a stack that is not deployed; without it that raises WrongInput. Raises Failed
    when a deploy of it was cut off.
    """
    with _turn(target, command, ports) as (run, store):
        state = store.load(target.environment, target.stack)
        _require_finished(store, target, state)
        if state is None:
            require_here(target, store)
            if first is None:
                raise not_deployed(target, store)
            state = first(store)
        return _written(run, store, state, change(state), confirm)


def _usable(store: Store, target: Target) -> StackState | None:
    """The present state, where it can be used; by then the store has seen what is there."""
    try:
        found = store.load(target.environment, target.stack)
    except UnusableDocument:
        return None
    if found is None:
        require_here(target, store)
    return found


def _require_finished(store: Store, target: Target, state: StackState | None) -> None:
    """A dead journal, whose end was saved and only its removal cut off, is in nobody's way."""
    entries = read_entries(store.journal(target.environment, target.stack).read())
    if going_on(state, entries) or (state and (state.pending or state.updating)):
        raise Failed(
            "state.unfinished",
            f"a deploy of {target.stack} was cut off, and what it had begun is not in the state yet",
            next="finish it first with `fairway deploy` or `fairway destroy`",
        )


def _require_same_history(present: StackState, wanted: StackState) -> None:
    if present.lineage != wanted.lineage:
        raise Failed(
            "state.other-lineage",
            f"version {wanted.serial} is of another history of {present.stack}",
            why=f"its lineage is {wanted.lineage}, that of the present state is {present.lineage}",
            next="choose a version that `fairway state versions` shows with the present lineage",
        )


@contextmanager
def _turn(target: Target, command: str, ports: Ports) -> Iterator[tuple[Run, Store]]:
    run = Run(command, target, ports)
    with turn(run, open_store(target, ports.interruption)) as (store, _):
        yield run, store


def _written(run: Run, store: Store, before: StackState, after: StackState, confirm: Confirm) -> Edited:
    """Show, ask, record, write."""
    found = difference(before, after)
    if not found and before.serial:  # without a serial there is no present one, and something to write
        run.finish("unchanged", None, calls={})
        return Edited("unchanged", before.serial, found)
    if not confirm(found):
        run.finish("declined", None, calls={})
        return Edited("declined", before.serial, found)
    with remembered(run, store, dict, Subject(before)) as record:
        written = store.save(after)
        record.left(written)
        serial = written.serial
        run.emit(StateEdited(run.now, run.command, serial, found))
        run.finish("edited", None, calls={})
    return Edited("edited", serial, found)
