"""Property values to the members of a call and back: pure, guided by the API model and the registry schema.

A `Path` is dotted from the top-level property, `*` for any list item: `Rules.*.Id`.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fairway.model.evaluate import text
from fairway.registry.schema import Schema

Renames = Mapping[str, str]
_MAX_DEPTH = 12
_SCALARS = {"boolean", "integer", "number"}


class UnknownMember(ValueError):
    """A part of a property that no member of the call takes; `path` is where."""

    def __init__(self, path: tuple[str | int, ...]) -> None:
        super().__init__(".".join(map(str, path)))
        self.path = path


def to_input(value: Any, shape: Any, path: str = "", renames: Renames = {}) -> Any:  # noqa: B006
    """A property value as the member's shape wants it. Raises UnknownMember, ValueError, TypeError."""
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return value
    if kind == "structure":
        return _structure(value, shape, path, renames)
    if kind == "list":
        return [to_input(item, shape.member, f"{path}.*", renames) for item in _items(value, shape)]
    if kind == "map":
        return {key: to_input(item, shape.value, path, renames) for key, item in _entries(value)}
    return _scalar(value, kind)


def _structure(value: Any, shape: Any, path: str, renames: Renames) -> Any:
    wrapped = wrapped_list(shape)
    if wrapped and not isinstance(value, Mapping):
        items = [to_input(item, shape.members[wrapped].member, f"{path}.*", renames) for item in value]
        return {wrapped: items, **({"Quantity": len(items)} if "Quantity" in shape.members else {})}
    if not isinstance(value, Mapping):
        raise TypeError(f"{path} needs a map")
    members = folded(shape.members)
    result = {}
    for key, child in value.items():
        below = f"{path}.{key}" if path else key
        name = members.get(renames.get(below, key).casefold())
        if name is None:
            raise UnknownMember(tuple(below.split(".")))
        result[name] = to_input(child, shape.members[name], below, renames)
    return result


def unknown_members(
    value: Any, shape: Any, path: str, renames: Renames, at: tuple[str | int, ...]
) -> Iterator[tuple[str | int, ...]]:
    """The places in a value that no member takes. Leaves that are not known yet are passed over."""
    if shape is None or getattr(shape, "is_document_type", False):
        return
    wrapped = wrapped_list(shape)
    if isinstance(value, Mapping) and shape.type_name == "structure":
        members = folded(shape.members)
        for key, child in value.items():
            below = f"{path}.{key}" if path else key
            name = members.get(renames.get(below, key).casefold())
            if name is None:
                yield (*at, key)
            else:
                yield from unknown_members(child, shape.members[name], below, renames, (*at, key))
    elif isinstance(value, Mapping) and shape.type_name == "map":
        for key, child in value.items():
            yield from unknown_members(child, shape.value, path, renames, (*at, key))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        member = shape.members[wrapped].member if wrapped else getattr(shape, "member", None)
        for index, child in enumerate(value):
            yield from unknown_members(child, member, f"{path}.*", renames, (*at, index))


def wrapped_list(shape: Any) -> str:
    """The list member of a structure that only wraps a list (CloudFront's `Items`), or an empty string."""
    if shape.type_name != "structure":
        return ""
    lists = [name for name, member in shape.members.items() if member.type_name == "list"]
    rest = set(shape.members) - set(lists) - {"Quantity"}
    return lists[0] if len(lists) == 1 and not rest else ""


def folded(names: Any) -> Mapping[str, str]:
    """The names by their letter-case-free form."""
    return {name.casefold(): name for name in names}


def _items(value: Any, shape: Any) -> Sequence[Any]:
    """A map of tags as the list of pairs that the call wants; a single value as a list of one."""
    if isinstance(value, Mapping) and shape.member.type_name == "structure":
        names = folded(shape.member.members)
        if "key" in names and "value" in names:
            return [{names["key"]: key, names["value"]: item} for key, item in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return value
    return [value]


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    """The entries of a map, which a definition may give as a list of pairs (tags)."""
    if isinstance(value, Mapping):
        yield from ((text(key), item) for key, item in value.items())
        return
    for pair in value:
        names = folded(pair)
        yield text(pair[names["key"]]), pair[names["value"]]


def _scalar(value: Any, kind: str) -> Any:
    if kind == "string":
        return json.dumps(value, separators=(",", ":")) if is_tree(value) else text(value)
    if kind in ("integer", "long"):
        return value if isinstance(value, int) and not isinstance(value, bool) else int(text(value))
    if kind in ("float", "double"):
        return float(text(value))
    if kind == "boolean":
        return value if isinstance(value, bool) else _boolean(text(value))
    if kind == "blob":
        return value if isinstance(value, bytes) else as_text(value).encode()
    return value


def _boolean(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return value.lower() == "true"


def is_tree(value: Any) -> bool:
    """Whether a value is a map or a list."""
    return isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str | bytes))


def as_text(value: Any) -> str:
    """A scalar as text, a tree as JSON."""
    return json.dumps(value, separators=(",", ":")) if is_tree(value) else text(value)


def to_property(
    value: Any,
    node: Mapping[str, Any],
    schema: Schema,
    path: str = "",
    renames: Renames = {},  # noqa: B006
    depth: int = 0,
) -> Any:
    """What AWS answered, in the shape of the registry schema; members the schema does not name fall away."""
    node = schema.resolve(node)
    kinds = kinds_of(node)
    members = members_of(node, schema)
    if members and isinstance(value, Mapping) and depth < _MAX_DEPTH:
        return _object(value, members, schema, path, renames, depth)
    if "array" in kinds and is_tree(value):
        item = node.get("items", {})
        return [
            to_property(child, item, schema, f"{path}.*", renames, depth + 1)
            for child in _listed(value, schema.resolve(item), schema)
        ]
    if "object" in kinds and isinstance(value, Mapping):
        return _free_map(value, node, schema, path, renames, depth)
    if "object" in kinds and is_tree(value):
        return dict(_entries(value))
    return _plain(value, kinds)


def _object(
    value: Mapping[str, Any],
    members: Mapping[str, Any],
    schema: Schema,
    path: str,
    renames: Renames,
    depth: int,
) -> dict[str, Any]:
    names = folded(value)
    result = {}
    for key, node in members.items():
        below = f"{path}.{key}" if path else key
        name = names.get(renames.get(below, key).casefold())
        if name is not None and value[name] is not None:
            result[key] = to_property(value[name], node, schema, below, renames, depth + 1)
    return result


def _free_map(
    value: Mapping[str, Any], node: Mapping[str, Any], schema: Schema, path: str, renames: Renames, depth: int
) -> dict[str, Any]:
    """A map with keys of the user's own; its values may still have a declared shape."""
    patterns = node.get("patternProperties", {})
    item = next(iter(patterns.values()), None) if patterns else node.get("additionalProperties")
    if not isinstance(item, Mapping):
        return {key: plain(child) for key, child in value.items()}
    return {key: to_property(child, item, schema, path, renames, depth + 1) for key, child in value.items()}


def members_of(node: Mapping[str, Any], schema: Schema) -> Mapping[str, Any]:
    """The properties a schema node declares, those of its alternatives included."""
    found = dict(node.get("properties", {}))
    for keyword in ("oneOf", "anyOf", "allOf"):
        for alternative in node.get(keyword, ()):
            found.update(members_of(schema.resolve(alternative), schema))
    return found


def kinds_of(node: Mapping[str, Any]) -> frozenset[str]:
    """The JSON types a node allows."""
    kind = node.get("type", ())
    return frozenset((kind,) if isinstance(kind, str) else kind)


def _listed(value: Any, item: Mapping[str, Any], schema: Schema) -> Sequence[Any]:
    """The items of a list that AWS may answer wrapped (`Items`) or as a map (tags)."""
    if not isinstance(value, Mapping):
        found: Sequence[Any] = value
        return found
    if set(members_of(item, schema)) >= {"Key", "Value"} and not {"Items", "Quantity"} & set(value):
        return [{"Key": key, "Value": child} for key, child in sorted(value.items())]
    lists = [child for child in value.values() if isinstance(child, list)]
    return lists[0] if lists else ()


def _plain(value: Any, kinds: frozenset[str]) -> Any:
    if isinstance(value, str):
        return _from_text(value, kinds)
    if isinstance(value, bool) and kinds == {"string"}:
        return text(value)
    if isinstance(value, int | float) and kinds == {"string"}:
        return text(int(value) if value == int(value) else value)
    if isinstance(value, float) and value.is_integer() and "integer" in kinds:
        return int(value)
    return plain(value)


def _from_text(value: str, kinds: frozenset[str]) -> Any:
    """Text that stands for a number, a boolean or a JSON document. What may be anything stays as it is: a
    function's variable that holds JSON is text."""
    if "string" not in kinds:
        if "boolean" in kinds and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if kinds & {"integer", "number"}:
            return _number(value)
    if kinds & {"object", "array"} and not kinds & _SCALARS and value[:1] in "{[":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _number(value: str) -> int | float | str:
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value


def plain(value: Any) -> Any:
    """AWS's answer as JSON: bytes as text, times in ISO form."""
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain(child) for child in value]
    return value
