"""Which of a run's stacks come before which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import TopologicalSorter

from fairway.project.order import needs, outputs_used, parameters_of
from fairway.project.settings import Project

Needs = Mapping[str, frozenset[str]]
"""The stacks that each stack needs."""


def needs_among(project: Project, environment: str, chosen: Collection[str]) -> Needs:
    """What each of these stacks needs of them: itself, or by way of stacks that are not among them."""
    known = {stack: needs(project, environment, stack) for stack in project.stacks}
    return {stack: _reached(known, stack, chosen) for stack in chosen}


def _reached(known: Needs, stack: str, chosen: Collection[str]) -> frozenset[str]:
    found: set[str] = set()
    left = [*known.get(stack, ())]
    while left:
        if (each := left.pop()) not in found:
            found.add(each)
            left += () if each in chosen else known.get(each, ())
    return frozenset(found.intersection(chosen))


def taken(project: Project, environment: str, stack: str, needed: str) -> frozenset[str] | None:
    """The outputs that a stack takes of one that it needs; None where it may take any, by an import."""
    given = parameters_of(project, environment, stack).values()
    used = (output for setting in given for output in outputs_used(setting.value))
    found = frozenset(output for name, output in used if name == needed)
    return None if needed in project.stacks[stack].after or not found else found


def in_order(needs: Needs) -> tuple[str, ...]:
    """The stacks, each after those it needs; in no circle, for no file with one is read."""
    return tuple(TopologicalSorter({stack: sorted(each) for stack, each in needs.items()}).static_order())
