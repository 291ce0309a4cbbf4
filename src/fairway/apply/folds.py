"""What each step of an operation does to state: pure functions from state to state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from fairway.model.state import OutputState, PendingCreate, ResourceState, StackState

T = TypeVar("T")


def creating(state: StackState, pending: PendingCreate, *, beside: bool) -> StackState:
    """A create is about to be sent; `beside` an old one that is still there, or where nothing is left."""
    resources = state.resources if beside else _without(state.resources, pending.address)
    return replace(state, resources=resources, pending={**state.pending, pending.address: pending})


def depending(state: StackState, address: str, dependencies: frozenset[str]) -> StackState:
    """An update is about to be sent after which the resource may use these too."""
    held = state.resources[address]
    both = replace(held, dependencies=tuple(sorted({*held.dependencies, *dependencies})))
    return replace(state, resources={**state.resources, address: both})


def settled(state: StackState, resource: ResourceState) -> StackState:
    """The resource is as recorded now: nothing is pending for it, and it is nobody's leftover."""
    return replace(
        state,
        resources={**state.resources, resource.address: resource},
        pending=_without(state.pending, resource.address),
        leftovers=tuple(held for held in state.leftovers if _identity(held) != _identity(resource)),
    )


def replaced(state: StackState, new: ResourceState, *, keep_old: bool) -> StackState:
    """The new one stands beside the old one, which has to be deleted unless it is kept."""
    old = state.resources.get(new.address)
    leftovers = (*state.leftovers, old) if old and not keep_old else state.leftovers
    return settled(replace(state, leftovers=leftovers), new)


def gone(state: StackState, address: str) -> StackState:
    """The resource was deleted or forgotten."""
    resources, pending = _without(state.resources, address), _without(state.pending, address)
    return replace(state, resources=resources, pending=pending)


def leftover_gone(state: StackState, leftover: ResourceState) -> StackState:
    """What an earlier step left was deleted."""
    return replace(state, leftovers=tuple(held for held in state.leftovers if held != leftover))


def not_created(state: StackState, address: str) -> StackState:
    """A create that was pending never took effect."""
    return replace(state, pending=_without(state.pending, address))


def finished(
    state: StackState, unchanged: Mapping[str, ResourceState], outputs: Mapping[str, OutputState]
) -> StackState:
    """All operations are done; what needed none is recorded as the definition has it now."""
    return replace(state, resources={**state.resources, **unchanged}, outputs=outputs)


def _identity(held: ResourceState) -> tuple[str, str]:
    """Equal for what is the same thing in AWS: writing a bucket's one policy again makes no second one."""
    return held.type, held.identifier


def _without(mapping: Mapping[str, T], key: str) -> Mapping[str, T]:
    return {name: value for name, value in mapping.items() if name != key}
