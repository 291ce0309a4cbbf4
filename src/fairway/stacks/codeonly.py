"""The short way for the commonest deploy: nothing but code changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fairway.model.graph import Definition
from fairway.model.plan import Action, Change, Plan
from fairway.model.sealing import ARTIFACT, unseal
from fairway.model.state import ResourceState, StackState
from fairway.model.values import code_digest
from fairway.stacks.outputs import same_outputs


def beside_the_code(built: Definition, state: StackState, offline_plan: Callable[[], Plan]) -> frozenset[str]:
    """The recorded resources that need not be read from AWS: all without code, where only code changed.

    Empty where anything else changed, or nothing at all: then everything is read. `offline_plan` compares
    the definition with what was recorded alone; it is asked only where some artifact differs.
    """
    if state.pending or state.updating or state.leftovers or not _code_differs(built, state):
        return frozenset()
    plan = offline_plan()
    if not same_outputs(plan, state) or not all(map(_changes_code_alone, plan.effective)):
        return frozenset()
    return frozenset(address for address, held in state.resources.items() if not _recorded_code(held))


def _code_differs(built: Definition, state: StackState) -> bool:
    for address, resource in built.resources.items():
        digest, recorded = code_digest(resource.properties), state.resources.get(address)
        if digest and recorded and _recorded_code(recorded) not in ("", digest):
            return True
    return False


def _recorded_code(held: ResourceState) -> str:
    """The digest of the code a resource was left with; empty where it has none."""
    return code_digest(unseal(held.properties))


def _changes_code_alone(change: Change) -> bool:
    return change.action is Action.UPDATE and all(
        isinstance(each.after, Mapping) and ARTIFACT in each.after for each in change.properties
    )
