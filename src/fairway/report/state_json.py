"""State as JSON: one resource, the kept versions."""

from __future__ import annotations

from typing import Any

from fairway.model.plain import plain
from fairway.model.state import ResourceState, StackState


def resource_json(held: ResourceState) -> dict[str, Any]:
    """Everything that is recorded about a resource; its secrets are keyed hashes."""
    document: dict[str, Any] = plain(held)
    return document


def version_json(at: float, size: int, state: StackState | None, problem: str) -> dict[str, Any]:
    """A kept version; one that cannot be used has a `problem` and no serial."""
    return {
        "serial": state.serial if state else None,
        "lineage": state.lineage if state else None,
        "at": at,
        "size": size,
        "resources": len(state.resources) if state else None,
        "problem": problem,
    }
