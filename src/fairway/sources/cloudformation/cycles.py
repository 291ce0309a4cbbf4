"""Finds resources that wait for each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from fairway.model.graph import Resource


def cycles(resources: Mapping[str, Resource]) -> Iterator[tuple[str, ...]]:
    """Cycles of addresses, each starting and ending with the same one; no resource is in two of them."""
    waits = {
        address: sorted(resource.dependencies & resources.keys()) for address, resource in resources.items()
    }
    while cycle := _first(waits):
        yield cycle
        waits = {
            address: [name for name in names if name not in cycle]
            for address, names in waits.items()
            if address not in cycle
        }


def _first(waits: Mapping[str, list[str]]) -> tuple[str, ...]:
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))  # graphlib names each before the one that waits for it
    return ()
