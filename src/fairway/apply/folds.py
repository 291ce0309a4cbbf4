"""What the journal's entries make of a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fairway.model.graph import keeps
from fairway.model.journal import (
    Begun,
    Done,
    Entry,
    Finished,
    Forgotten,
    Gone,
    Intent,
    Moved,
    Revived,
    base_state,
    going_on,
)
from fairway.model.plan import Action
from fairway.model.state import OutputState, PendingCreate, ResourceState, StackState, readdressed

_CREATES = (Action.CREATE, Action.REPLACE)
_UPDATES = (Action.UPDATE, Action.REPLACE)
"""A replacement may turn out to need an update only."""


def fold(state: StackState, entries: Sequence[Entry]) -> StackState:
    """The state after these entries, in which everything that may exist is known.

    It is in `resources`, in `leftovers`, or in `pending` where only AWS can tell; an update that did not
    end is in `updating`. What is gone for sure is in none of them.
    """
    folding = Folding(state)
    for entry in entries:
        folding.add(entry)
    return folding.state


def gone_on(state: StackState | None, entries: Sequence[Entry]) -> StackState | None:
    """The saved state with the journal that goes on from it; None for a stack that was never deployed."""
    match going_on(state, entries):
        case (Begun() as begun, *rest):
            return fold(state or base_state(begun), rest)
    return state


class Folding:
    """A state under way: entries are added one by one, in time that does not grow with the state."""

    def __init__(self, state: StackState) -> None:
        self._state = state
        self.resources = dict(state.resources)
        self.leftovers = {_identity(held): held for held in state.leftovers}
        self._pending = dict(state.pending)
        self._updating = dict(state.updating)
        self._outputs: Mapping[str, OutputState] = state.outputs

    @property
    def state(self) -> StackState:
        """The state as it is now."""
        return replace(
            self._state,
            resources=dict(self.resources),
            pending=dict(self._pending),
            leftovers=tuple(self.leftovers.values()),
            updating=dict(self._updating),
            outputs=self._outputs,
        )

    def add(self, entry: Entry) -> None:
        """Change the state by one entry."""
        match entry:
            case Intent():
                self._intent(entry)
            case Done(resource, replaces):
                self._done(resource, replaces)
            case Gone(address, type_name, identifier):
                self._gone(address, (type_name, identifier))
            case Forgotten(address):
                self._forget(address)
            case Revived(address, type_name, identifier):
                self._revive(address, (type_name, identifier))
            case Moved(moves):
                there = readdressed(self.state, moves)
                self.resources = dict(there.resources)
                self.leftovers = {_identity(held): held for held in there.leftovers}
                self._updating = dict(there.updating)
            case Finished(unchanged, outputs):
                self.resources |= unchanged
                self._updating = {
                    each: names for each, names in self._updating.items() if each not in unchanged
                }
                self._outputs = outputs

    def adopt(self, pending: PendingCreate, resource: ResourceState) -> None:
        """What a pending create made is there. It stays pending too, by which a plan shows it as adopted."""
        self._done(resource, replaces=not keeps(pending.update_replace_policy))
        self._pending[pending.address] = pending

    def drop(self, pending: PendingCreate) -> None:
        """A pending create never took effect."""
        del self._pending[pending.address]

    def _intent(self, intent: Intent) -> None:
        address = intent.address
        if intent.action is Action.CREATE:
            self.resources.pop(address, None)  # only what somebody deleted by hand is created again
        if intent.action in _CREATES:
            self._pending[address] = _pending(intent)
        if intent.action in _UPDATES and (held := self.resources.get(address)):
            both = tuple(sorted({*held.dependencies, *intent.dependencies}))
            self.resources[address] = replace(held, dependencies=both)
            names = {*self._updating.get(address, ()), *intent.changed}
            self._updating[address] = tuple(sorted(names))

    def _done(self, resource: ResourceState, replaces: bool) -> None:
        """What is the same thing in AWS is no leftover: a bucket's one policy is written over itself."""
        old = self.resources.get(resource.address)
        if old and replaces:
            self._leave(old)
        self._forget(resource.address)
        self.resources[resource.address] = resource
        self.leftovers.pop(_identity(resource), None)

    def _gone(self, address: str, identity: tuple[str, str]) -> None:
        self.leftovers.pop(identity, None)
        held = self.resources.get(address)
        if held and _identity(held) == identity:
            coming = self._pending.get(address)
            self._forget(address)
            if coming and coming.generation != held.generation:
                self._pending[address] = coming

    def _forget(self, address: str) -> None:
        self.resources.pop(address, None)
        self._pending.pop(address, None)
        self._updating.pop(address, None)

    def _revive(self, address: str, identity: tuple[str, str]) -> None:
        left = self.leftovers.pop(identity, None)
        if left is None:
            return
        present = self.resources.get(address)
        self._forget(address)
        if present:
            self._leave(present)
        self.resources[address] = left

    def _leave(self, old: ResourceState) -> None:
        self.leftovers.pop(_identity(old), None)
        self.leftovers[_identity(old)] = old


def _pending(intent: Intent) -> PendingCreate:
    return PendingCreate(
        intent.address,
        intent.type,
        intent.generation,
        intent.properties,
        intent.dependencies,
        intent.deletion_policy,
        intent.update_replace_policy,
        intent.protected,
    )


def _identity(held: ResourceState) -> tuple[str, str]:
    return held.type, held.identifier
