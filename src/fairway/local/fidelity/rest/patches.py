"""API Gateway's patch operations, as a pure function on documents.

What a path means follows from the shape of the resource in botocore's model: members of structures, keys of
maps, items of lists. Source of the rules: docs: apigateway api-reference, patch-operations; BC apigateway
PatchOperation (`~1` stands for `/`, `~0` for `~`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from fairway.local.fidelity.protocol import Params, Refused


def steps_of(path: str) -> list[str]:
    """A JSON pointer as its unescaped steps."""
    return [step.replace("~1", "/").replace("~0", "~") for step in path.lstrip("/").split("/")]


def patched(document: Params, operations: Sequence[Params], shape: Any) -> Params:
    """`document` with the operations applied in order; `shape` is its botocore structure shape.

    Raises Refused (BadRequestException) for a path that names nothing in the shape.
    """
    result = copy.deepcopy(document)
    for operation in operations:
        value = operation.get("value")
        if operation["op"] == "copy":
            value = _value_at(result, steps_of(operation["from"]))
        _apply(result, steps_of(operation["path"]), operation["op"], value, shape)
    return result


def _value_at(document: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        document = (document or {}).get(step)
    return document


def _apply(parent: Any, steps: list[str], op: str, value: Any, shape: Any) -> None:
    step, rest = steps[0], steps[1:]
    inner = _inner_shape(shape, step, op)
    if inner.type_name == "list" and len(rest) <= 1:
        parent[step] = _edited_list(parent.get(step) or [], rest[0] if rest else None, op, value)
    elif rest:
        if parent.get(step) is None:
            parent[step] = {}
        _apply(parent[step], rest, op, value, inner)
    elif op == "remove":
        parent.pop(step, None)
    else:
        parent[step] = converted(value, inner)


def _inner_shape(shape: Any, step: str, op: str) -> Any:
    if shape.type_name == "map":
        return shape.value
    if shape.type_name == "structure" and step in shape.members:
        return shape.members[step]
    raise Refused("BadRequestException", f"Invalid patch path /{step} for op {op}")


def _edited_list(items: list[Any], item: str | None, op: str, value: Any) -> list[Any]:
    """A list's items are named in the path (`/binaryMediaTypes/image~1png`) or given as the value."""
    named = value if item is None else item
    if op == "add":
        return items if named in items else [*items, named]
    if op == "remove":
        return [] if named is None else [i for i in items if i != named]
    if item is None:
        return value.split(",") if value else []
    return [value if i == item else i for i in items] if item in items else [value]


def _flag(text: str) -> bool:
    return text.lower() == "true"


_CONVERSIONS: dict[str, Callable[[str], Any]] = {
    "boolean": _flag,
    "integer": int,
    "long": int,
    "double": float,
    "float": float,
}


def converted(value: Any, shape: Any) -> Any:
    """Values of patch operations are strings; the resource's members are not always."""
    convert = _CONVERSIONS.get(shape.type_name)
    return convert(value) if convert and isinstance(value, str) else value
