"""The short way for the commonest deploy: nothing but code changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fairway.model.graph import Definition
from fairway.model.plan import Action, Change, Plan
from fairway.model.sealing import ARTIFACT
from fairway.model.state import StackState
from fairway.model.values import Artifact, Json, Properties, Value, walk


def beside_the_code(built: Definition, state: StackState, offline_plan: Callable[[], Plan]) -> frozenset[str]:
    """The recorded resources that need not be read from AWS: all without code, where only code changed.

    Empty where anything else changed, or nothing at all: then everything is read. `offline_plan` compares
    the definition with what was recorded alone; it is asked only where some artifact differs.
    """
    if state.pending or state.leftovers or not _code_differs(built, state):
        return frozenset()
    plan = offline_plan()
    recorded = {name: output.value for name, output in state.outputs.items()}
    if dict(plan.outputs) != recorded or not all(map(_changes_code_alone, plan.effective)):
        return frozenset()
    return frozenset(address for address, held in state.resources.items() if not _digest(held.properties))


def _code_differs(built: Definition, state: StackState) -> bool:
    recorded = {address: _digest(held.properties) for address, held in state.resources.items()}
    return any(
        recorded.get(address) and recorded[address] != _artifact(resource.properties)
        for address, resource in built.resources.items()
    )


def _changes_code_alone(change: Change) -> bool:
    return change.action is Action.UPDATE and all(
        isinstance(each.after, Mapping) and ARTIFACT in each.after for each in change.properties
    )


def _artifact(properties: Properties) -> str:
    """The digest of the first artifact among the properties, or an empty string."""
    nodes = (node for value in properties.values() for node in walk(value))
    return next((node.digest for node in nodes if isinstance(node, Artifact)), "")


def _digest(sealed: Mapping[str, Json]) -> str:
    """The same of recorded properties."""
    plain: Value = dict(sealed)
    maps = (node for node in walk(plain) if isinstance(node, Mapping))
    return next((str(node[ARTIFACT]) for node in maps if ARTIFACT in node), "")
