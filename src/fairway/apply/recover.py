"""Picks up creates that a killed deploy sent and did not record."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fairway.apply import folds
from fairway.apply.perform import unsealed
from fairway.aws.provider import Live, Owner, Provider
from fairway.model.graph import keeps
from fairway.model.state import PendingCreate, ResourceState, StackState


def recover(state: StackState, provider: Provider) -> StackState:
    """State as if the killed deploy had recorded what it created. Makes reading calls only.

    What is found stays in `pending` too, by which a plan shows it as adopted; what is not was never
    created. Call it before live is read and the plan is made; a deploy saves the result where it differs.
    """
    for pending in state.pending.values():
        held = state.resources.get(pending.address)
        if held and (held.type, held.generation) == (pending.type, pending.generation):
            continue
        owner = Owner(state.stack, state.environment, pending.address, pending.generation, state.lineage)
        found = provider.find(pending.type, unsealed(pending.properties), owner)
        fold = partial(_found, pending=_proved(pending, provider), live=found) if found else _lost(pending)
        state = fold(state)
    return state


def _proved(pending: PendingCreate, provider: Provider) -> PendingCreate:
    """Without what may never have been set, so that the plan sets it."""
    unproved = provider.traits(pending.type).unproved
    kept = {name: value for name, value in pending.properties.items() if name not in unproved}
    return replace(pending, properties=kept)


def _lost(pending: PendingCreate) -> partial[StackState]:
    return partial(folds.not_created, address=pending.address)


def _found(state: StackState, pending: PendingCreate, live: Live) -> StackState:
    """The old one it was to replace is a leftover now."""
    new = ResourceState(
        pending.address,
        pending.type,
        live.identifier,
        live.ref,
        pending.properties,
        live.attributes,
        pending.dependencies,
        pending.deletion_policy,
        pending.update_replace_policy,
        pending.generation,
    )
    keep_old = keeps(pending.update_replace_policy)
    return folds.creating(folds.replaced(state, new, keep_old=keep_old), pending, beside=True)
