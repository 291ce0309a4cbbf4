"""What differs between two definitions: resources and outputs, property by property."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fairway.model.codec import encode_definition
from fairway.model.graph import Definition, PropertyPath
from fairway.model.plan import PropertyChange, path_text
from fairway.model.values import Json

NO_KEY = ""
"""Definitions of records hold no secret's text that a key would hash."""


@dataclass(frozen=True)
class Difference:
    """A resource (or an output, of type `Output`) that one definition has, or has otherwise than the other.

    `properties` hold values as `model.codec` writes them.
    """

    address: str
    type: str
    kind: Literal["added", "removed", "changed"]
    properties: tuple[PropertyChange, ...] = ()


def differences(before: Definition | None, after: Definition | None) -> tuple[Difference, ...]:
    """What the second has otherwise, by address. None is a definition of nothing.

    Both come from records, where secrets are keyed hashes, by which they are compared.
    """
    old, new = (_parts(definition) for definition in (before, after))
    found = (_difference(name, old.get(name), new.get(name)) for name in sorted({*old, *new}))
    return tuple(each for each in found if each)


def leaf_changes(before: Json, after: Json, path: PropertyPath = ()) -> Iterator[PropertyChange]:
    """The smallest places at which two JSON values differ."""
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not _is_tagged(before, after):
        for name in sorted({*before, *after}):
            yield from leaf_changes(before.get(name), after.get(name), (*path, name))
    elif _are_lists(before, after) and len(before) == len(after):  # type: ignore[arg-type]
        for index, (one, other) in enumerate(zip(before, after, strict=True)):  # type: ignore[arg-type]
            yield from leaf_changes(one, other, (*path, index))
    elif before != after:
        yield PropertyChange(path_text(path), before, after)


def _parts(definition: Definition | None) -> dict[str, dict[str, Any]]:
    """Resources and outputs by name; where they stand in the file is no difference."""
    if definition is None:
        return {}
    document = encode_definition(definition, NO_KEY)
    outputs = {f"Outputs.{name}": {"type": "Output", **each} for name, each in document["outputs"].items()}
    return {name: {**each, "location": None} for name, each in (document["resources"] | outputs).items()}


def _difference(name: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Difference | None:
    if old is None or new is None:
        [there] = filter(None, (old, new))
        return Difference(name, there["type"], "removed" if new is None else "added")
    before, after = ({**each, **each.get("properties", {}), "properties": None} for each in (old, new))
    changes = tuple(leaf_changes(before, after))
    return Difference(name, new["type"], "changed", changes) if changes else None


def _is_tagged(*values: Mapping[str, Json]) -> bool:
    return any(len(value) == 1 and next(iter(value)).startswith("$") for value in values)


def _are_lists(*values: Json) -> bool:
    return all(isinstance(value, Sequence) and not isinstance(value, str) for value in values)
