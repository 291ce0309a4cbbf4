"""A deployed stack as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.model.journal import Interrupted, unfinished
from fairway.model.state import StackState


def status_json(state: StackState, left: Interrupted | None, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What `fairway status --json` answers, beside the fields of every result line.

    `interrupted` is the run that has not ended, null when there is none.
    """
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
        "unfinished": [
            {
                "address": intent.address,
                "type": intent.type,
                "action": intent.action.value,
                "identifier": intent.identifier,
            }
            for intent in unfinished(state, left)
        ],
        "interrupted": left and {"at": left.begun.at, "by": left.begun.by, "command": left.begun.command},
        "outputs": outputs,
    }
