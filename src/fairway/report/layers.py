"""Where the nodes of a dependency graph stand: what is needed left of what needs it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from graphlib import TopologicalSorter

Graph = Mapping[str, Collection[str]]
"""What each node comes after."""
_SWEEPS = 4


def layers(graph: Graph) -> list[list[str]]:
    """The nodes by layer: each one right of all it comes after, near to its neighbours in height.

    What comes after nothing and before nothing is in the last layer, where it is in nobody's way. Raises
    graphlib.CycleError for a graph that has no order.
    """
    known = {node: sorted(set(after) & graph.keys() - {node}) for node, after in graph.items()}
    users = _users(known)
    depth: dict[str, int] = {}
    for node in TopologicalSorter(known).static_order():
        depth[node] = 1 + max((depth[each] for each in known[node]), default=-1)
    alone = sorted(node for node in known if not known[node] and not users[node])
    columns: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for node in sorted(known.keys() - set(alone)):
        columns[depth[node]].append(node)
    found = _untangled([column for column in columns if column], known, users)
    return [*found, alone] if alone else found


def _users(graph: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    users: dict[str, list[str]] = {node: [] for node in graph}
    for node in sorted(graph):
        for each in graph[node]:
            users[each].append(node)
    return users


def _untangled(columns: list[list[str]], before: Graph, after: Graph) -> list[list[str]]:
    """The layers in an order with few crossings: each node moves to the middle of its neighbours."""
    for _ in range(_SWEEPS):
        for column in columns:
            _settle(column, before, columns)
        for column in reversed(columns):
            _settle(column, after, columns)
    return columns


def _settle(column: list[str], neighbours: Graph, columns: Sequence[Sequence[str]]) -> None:
    place = {node: (row + 0.5) / len(each) for each in columns for row, node in enumerate(each)}
    middle = {node: _middle(node, neighbours, place) for node in column}
    column.sort(key=lambda node: (middle[node], node))


def _middle(node: str, neighbours: Graph, place: Mapping[str, float]) -> float:
    found = [place[each] for each in neighbours[node]]
    return sum(found) / len(found) if found else place[node]
