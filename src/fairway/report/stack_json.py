"""A deployed stack as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.model.state import StackState


def status_json(state: StackState, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What `fairway status --json` answers, beside the fields of every result line."""
    return {
        "stack": state.stack,
        "environment": state.environment,
        "region": state.region,
        "account": state.account,
        "serial": state.serial,
        "resources": [
            {"address": r.address, "type": r.type, "identifier": r.identifier, "attributes": r.attributes}
            for r in state.resources.values()
        ],
        "unfinished": sorted([*state.pending, *(leftover.identifier for leftover in state.leftovers)]),
        "outputs": outputs,
    }
