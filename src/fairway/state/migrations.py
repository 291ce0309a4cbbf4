"""How documents of earlier schema versions become those of today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fairway.model.state import SCHEMA_VERSION

Body = Mapping[str, Any]


def migrated(body: Body, schema: int) -> Body:
    """A document's state in today's form. Raises KeyError for a version that there never was."""
    for version in range(schema, SCHEMA_VERSION):
        body = MIGRATIONS[version](body)
    return body


def _with_protection(body: Body) -> Body:
    """Nothing was protected before a resource could be, and no update that was cut off was known."""

    def open_to_all(resource: Body) -> Body:
        return {**resource, "protected": False}

    return {
        **body,
        "updating": {},
        "resources": {address: open_to_all(held) for address, held in body["resources"].items()},
        "leftovers": [open_to_all(held) for held in body["leftovers"]],
    }


MIGRATIONS: Mapping[int, Callable[[Body], Body]] = {1: _with_protection}
"""By the version they start from, to the next one."""
