"""A stack's outputs: compared with what is recorded, and in the form the user can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from fairway.model.plan import Plan
from fairway.model.sealing import is_sealed_secret
from fairway.model.state import StackState
from fairway.model.values import Json


def shown_outputs(state: StackState | None, present: Callable[[str], str]) -> dict[str, Json]:
    """Name and value of each output, secrets masked."""
    outputs = state.outputs if state else {}
    return {name: _shown(output.value, present) for name, output in sorted(outputs.items())}


def presented(plan: Plan, present: Callable[[str], str]) -> Plan:
    """The plan, for people: its outputs as text that they can use."""
    texts = {
        name: present(value) if isinstance(value, str) else value for name, value in plan.outputs.items()
    }
    return replace(plan, outputs=texts)


def same_outputs(plan: Plan, state: StackState) -> bool:
    """Whether the outputs that a plan foresees are those that are recorded."""
    return not new_outputs(plan, state)


def new_outputs(plan: Plan, state: StackState) -> frozenset[str]:
    """The names of those that come, go, or will have another value than is recorded."""
    recorded = {name: output.value for name, output in state.outputs.items()}
    return frozenset(
        name
        for name in plan.outputs.keys() | recorded.keys()
        if (name in plan.outputs, plan.outputs.get(name)) != (name in recorded, recorded.get(name))
    )


def _shown(value: Json, present: Callable[[str], str]) -> Json:
    match value:
        case str():
            return present(value)
        case Mapping() if is_sealed_secret(value):
            return "(secret)"
        case list() | tuple():
            return ",".join(str(item) for item in value)
    return value
