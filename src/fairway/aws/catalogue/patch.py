"""The difference of two trees as API Gateway patch operations.

docs:apigateway/latest/api/API_PatchOperation.html: a path is `/name/name`, `/` in a name is `~1` and `~` is
`~0`; values are text; a list of names has its items as the last step of the path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fairway.model.evaluate import text

Operation = Mapping[str, str]


def patch_operations(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Operation]:
    """The operations that take one tree (in the API's shape) to the other, removals first."""
    found = list(_differences(before, after, ""))
    return sorted(found, key=lambda operation: operation["op"] != "remove")


def _differences(before: Any, after: Any, path: str) -> Iterator[Operation]:
    if before == after:
        return
    if isinstance(after, Mapping) or (isinstance(before, Mapping) and after is None):
        old, new = before or {}, after or {}
        for name in sorted({*old, *new}):
            yield from _differences(old.get(name), new.get(name), f"{path}/{escape(name)}")
    elif isinstance(after, list) or (isinstance(before, list) and after is None):
        yield from _list_differences(before or [], after or [], path)
    elif after is None:
        yield {"op": "remove", "path": path}
    else:
        yield {"op": "add" if before is None else "replace", "path": path, "value": text(after)}


def _list_differences(before: list[Any], after: list[Any], path: str) -> Iterator[Operation]:
    for item in before:
        if item not in after:
            yield {"op": "remove", "path": f"{path}/{escape(text(item))}"}
    for item in after:
        if item not in before:
            yield {"op": "add", "path": f"{path}/{escape(text(item))}"}


def escape(name: str) -> str:
    """A name as one step of a path (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
