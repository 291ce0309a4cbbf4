"""Which stacks come before which: by `after`, and by the outputs that one takes of another."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from fairway.model.errors import WrongInput
from fairway.project.settings import (
    FromFile,
    FromParameterStore,
    FromSecret,
    FromStack,
    Given,
    Parameters,
    Project,
)

_OUTPUT_OF = re.compile(r"\$\{stacks\.([^.}]+)\.[^}]*\}")

Needs = Mapping[str, frozenset[str]]
"""The stacks that each stack needs."""


def needs(project: Project, environment: str) -> Needs:
    """What each stack of the project needs in an environment. Raises WrongInput for stacks in a circle."""
    found = {name: frozenset(_needed(project, environment, name)) for name in project.stacks}
    in_order(found)
    return found


def _needed(project: Project, environment: str, stack: str) -> Iterator[str]:
    settings, there = project.stacks[stack], project.environment(environment)
    yield from settings.after
    for parameters in (settings.parameters, there.stack_parameters.get(stack, {})):
        yield from _taken_from(parameters)
    # An environment's own parameters are for every stack that has them, also for those they are taken from.
    yield from (name for name in _taken_from(there.parameters) if name != stack)


def _taken_from(parameters: Parameters) -> Iterator[str]:
    for setting in parameters.values():
        yield from _stacks_in(setting.value)


def _stacks_in(given: Given) -> Iterator[str]:
    match given:
        case FromStack(stack):
            yield stack
        case str(text) | FromParameterStore(text) | FromSecret(text) | FromFile(text):
            yield from _OUTPUT_OF.findall(text)


def among(needs: Needs, chosen: Collection[str]) -> Needs:
    """The same for some stacks alone, each needing whatever of them is needed on the way."""
    return {stack: _reached(needs, stack) & frozenset(chosen) for stack in chosen}


def _reached(needs: Needs, stack: str) -> frozenset[str]:
    found: set[str] = set()
    left = [*needs.get(stack, ())]
    while left:
        if (each := left.pop()) not in found:
            found.add(each)
            left += needs.get(each, ())
    return frozenset(found)


def in_order(needs: Needs) -> tuple[str, ...]:
    """The stacks, each after those it needs. Raises WrongInput that names the circle."""
    graph = {stack: sorted(each) for stack, each in needs.items()}
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise WrongInput(
            "project.cycle",
            f"stacks need each other in a circle: {circle}",
            next="remove one of these dependencies from fairway.toml",
        ) from None
