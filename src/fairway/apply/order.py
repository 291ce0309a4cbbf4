"""Orders that can be followed, whatever was recorded at different times."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Ordered = TypeVar("Ordered", str, tuple[str, str])


def is_acyclic(after: Mapping[K, frozenset[K]]) -> bool:
    """Whether an order exists in which each comes after all that it has to."""
    try:
        TopologicalSorter(after).prepare()
    except CycleError:
        return False
    return True


def comes_after(later: K, earlier: K, after: Mapping[K, frozenset[K]]) -> bool:
    """Whether one has to wait for the other, directly or not."""
    seen, stack = set[K](), [later]
    while stack:
        key = stack.pop()
        if key == earlier:
            return True
        if key not in seen:
            seen.add(key)
            stack.extend(after.get(key, ()))
    return False


def acyclic(after: Mapping[Ordered, frozenset[Ordered]]) -> dict[Ordered, frozenset[Ordered]]:
    """Without the edges that close a circle.

    What was recorded at different times can be circular (A used B once, B uses A now); an order that
    AWS may refuse is then better than none.
    """
    if is_acyclic(after):
        return dict(after)
    kept: dict[Ordered, set[Ordered]] = {}
    open_, closed = set[Ordered](), set[Ordered]()

    def visit(key: Ordered) -> None:
        open_.add(key)
        kept[key] = set()
        for needed in sorted(after[key]):
            if needed in open_:
                continue
            kept[key].add(needed)
            if needed in after and needed not in closed:
                visit(needed)
        open_.discard(key)
        closed.add(key)

    for key in after:
        if key not in closed:
            visit(key)
    return {key: frozenset(needed) for key, needed in kept.items()}
