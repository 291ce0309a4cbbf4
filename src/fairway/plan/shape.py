"""What the registry schema says of the inside of a property; a type without schema declares nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fairway.registry.schema import Schema, schema


@cache
def declares_keys(type_name: str, place: str) -> bool:
    """Whether the keys of the object at a dotted path (`*` for list items) are the schema's.

    The others are free-form maps, all of whose keys are the user's: variables, labels.
    """
    known = schema(type_name)
    if known is None:
        return False
    nodes: list[Mapping[str, Any]] = [known.document]
    for step in place.split("."):
        nodes = [child for node in nodes for child in _children(known, node, step)]
    return any("properties" in part for node in nodes for part in _parts(known, node))


@cache
def is_write_only(type_name: str, place: str) -> bool:
    """Whether no read call answers the property at a dotted path."""
    known = schema(type_name)
    return known is not None and place in known.write_only


def _children(known: Schema, node: Mapping[str, Any], step: str) -> Iterator[Mapping[str, Any]]:
    for part in _parts(known, node):
        if step == "*" and isinstance(part.get("items"), Mapping):
            yield part["items"]
        elif step in part.get("properties", {}):
            yield part["properties"][step]


def _parts(known: Schema, node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The node itself and its alternatives."""
    node = known.resolve(node)
    yield node
    for keyword in ("oneOf", "anyOf", "allOf"):
        for alternative in node.get(keyword, ()):
            yield from _parts(known, alternative)
