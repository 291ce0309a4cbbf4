"""Which of a run's stacks come before which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import TopologicalSorter

from fairway.project.order import needs
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


def in_order(needs: Needs) -> tuple[str, ...]:
    """The stacks, each after those it needs; in no circle, for no file with one is read."""
    return tuple(TopologicalSorter({stack: sorted(each) for stack, each in needs.items()}).static_order())
