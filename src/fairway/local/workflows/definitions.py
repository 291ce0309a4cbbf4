"""What Step Functions refuses in a definition before it looks at it any closer (docs: step-functions,
amazon-states-language-state-machine-structure, -common-fields, -errors).

moto's parser checks the fields of each state; what hangs together across states is checked here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_ENDING = {"Succeed", "Fail"}
_TYPES = {"Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"}
_SCHEMA = "SCHEMA_VALIDATION_FAILED"
_TARGET = "MISSING_TRANSITION_TARGET"


def problems(definition: str) -> list[str]:
    """Everything wrong with a definition, as Step Functions words it: `CODE: text at /States/…`."""
    try:
        document = json.loads(definition)
    except ValueError as error:
        return [f"INVALID_JSON_DESCRIPTION: Invalid JSON description: {error}"]
    if not isinstance(document, dict):
        return [f"{_SCHEMA}: The definition must be an object at /"]
    return list(_machine(document, ""))


def _machine(machine: Mapping[str, Any], at: str) -> Iterator[str]:
    states = machine.get("States")
    if "StartAt" not in machine:
        yield f"{_SCHEMA}: The field [StartAt] is required at {at or '/'}"
    if not isinstance(states, dict) or not states:
        yield f"{_SCHEMA}: The field [States] is required and must hold at least one state at {at or '/'}"
        return
    if "StartAt" in machine and machine["StartAt"] not in states:
        yield f"{_TARGET}: Missing 'Next' target: {machine['StartAt']} at {at}/StartAt"
    for name, state in states.items():
        yield from _state(state, states, f"{at}/States/{name}")
    yield from _unreachable(machine, states, at)


def _state(state: Any, states: Mapping[str, Any], at: str) -> Iterator[str]:
    kind = state.get("Type") if isinstance(state, dict) else None
    if kind not in _TYPES:
        yield f"{_SCHEMA}: Value is not a valid state type at {at}/Type"
        return
    for path, target in _targets(state):
        if target not in states:
            yield f"{_TARGET}: Missing 'Next' target: {target} at {at}/{path}"
    if kind not in _ENDING | {"Choice"} and ("Next" in state) == bool(state.get("End")):
        yield f"{_SCHEMA}: A state needs either Next or End at {at}"
    if kind == "Choice" and not state.get("Choices"):
        yield f"{_SCHEMA}: The field [Choices] is required at {at}"
    for path, inner in _inner_machines(state):
        yield from _machine(inner, f"{at}/{path}")


def _targets(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in ("Next", "Default"):
        if field in state:
            yield field, state[field]
    for field in ("Choices", "Catch"):
        for index, rule in enumerate(state.get(field) or []):
            if "Next" in rule:
                yield f"{field}[{index}]/Next", rule["Next"]


def _inner_machines(state: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, branch in enumerate(state.get("Branches") or []):
        yield f"Branches[{index}]", branch
    for field in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(field), dict):
            yield field, state[field]


def _unreachable(machine: Mapping[str, Any], states: Mapping[str, Any], at: str) -> Iterator[str]:
    found, waiting = set[str](), [str(machine.get("StartAt"))]
    while waiting:
        name = waiting.pop()
        if name in states and name not in found and isinstance(states[name], dict):
            found.add(name)
            waiting.extend(target for _, target in _targets(states[name]))
    for name in states:
        if found and name not in found:
            yield f'{_TARGET}: State "{name}" is not reachable. at {at}/States/{name}'
