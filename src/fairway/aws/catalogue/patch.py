"""The difference of two trees as API Gateway patch operations.

docs:apigateway/latest/api/API_PatchOperation.html: a path is `/name/name`, `/` in a name is `~1` and `~` is
`~0`; values are text. Which operation a path takes is in docs:apigateway/latest/api/patch-operations.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fairway.model.evaluate import text

Operation = Mapping[str, str]

ADDED = ("/requestModels/", "/requestParameters/")
"""Maps whose new entries are added (TF apigateway/method.go). All else is replaced, even where it is new."""

VALUES = ("/authorizationScopes", "/providerARNs")
"""Lists whose items are values (TF apigateway/method.go, authorizer.go); of others they end the path."""


def patch_operations(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Operation]:
    """The operations that take one tree (in the API's shape) to the other."""
    return list(_differences(before, after, ""))


def without_unset(before: Mapping[str, Any], after: Mapping[str, Any]) -> Mapping[str, Any]:
    """A structure as it is, less what is empty or off and not asked for: so AWS answers what nobody set."""
    return {name: value for name, value in before.items() if value or name in after}


def escape(name: str) -> str:
    """A name as one step of a path (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


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
        is_added = before is None and path.startswith(ADDED)
        yield {"op": "add" if is_added else "replace", "path": path, "value": text(after)}


def _list_differences(before: list[Any], after: list[Any], path: str) -> Iterator[Operation]:
    """New items first, for some lists must not be empty (TF apigateway/authorizer.go)."""
    yield from (_item("add", path, text(item)) for item in after if item not in before)
    yield from (_item("remove", path, text(item)) for item in before if item not in after)


def _item(op: str, path: str, item: str) -> Operation:
    if path in VALUES:
        return {"op": op, "path": path, "value": item}
    return {"op": op, "path": f"{path}/{escape(item)}"}
