"""What goes wrong with a field, as a GraphQL error tells it."""

from __future__ import annotations

from typing import Any


class FieldFailed(Exception):
    """A field has no value. `kind` is AppSync's `errorType`; `data` and `info` go with it."""

    def __init__(self, kind: str, message: str, data: Any = None, info: Any = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.data = data
        self.info = info
