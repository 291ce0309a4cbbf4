"""The difference of two trees as API Gateway patch operations.

docs:apigateway/latest/api/API_PatchOperation.html: a path is `/name/name`, `/` in a name is `~1` and `~` is
`~0`; values are text; a list of names has its items as the last step of the path. patch-operations.html:
`add` and `remove` are for what lies below a resource's own members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fairway.model.evaluate import text

Operation = Mapping[str, str]
ONLY_REPLACED = ("/variables/",)
"""Maps that take no `add` (TF apigateway/stage.go; the CLI's examples for update-stage)."""


def patch_operations(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Operation]:
    """The operations that take one tree (in the API's shape) to the other, removals first."""
    found = list(_differences(before, after, ""))
    return sorted(found, key=lambda operation: operation["op"] != "remove")


def _differences(before: Any, after: Any, path: str) -> Iterator[Operation]:
    if before == after:
        return
    if isinstance(after, Mapping):
        old = before or {}
        for name in sorted({*old, *after}):
            yield from _differences(old.get(name), after.get(name), f"{path}/{escape(name)}")
    elif isinstance(after, list):
        yield from _list_differences(before or [], after, path)
    elif after is None:
        yield {"op": "remove", "path": path}
    else:
        yield {"op": _set(before, path), "path": path, "value": text(after)}


def without_unset(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
    """A structure as it is, less what is empty or off and not asked for: so AWS answers what nobody set."""
    return {name: value for name, value in before.items() if value or name in after}


def _set(before: Any, path: str) -> str:
    """A resource's own members are there already, even when they are empty; members below may be new."""
    is_new = before is None and path.count("/") > 1
    return "add" if is_new and not path.startswith(ONLY_REPLACED) else "replace"


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
