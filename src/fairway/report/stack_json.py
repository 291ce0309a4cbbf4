"""A deployed stack as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.model.plain import plain
from fairway.model.site import SiteState
from fairway.model.standing import Standing
from fairway.report.site import site_json


def status_json(
    standing: Standing, outputs: Mapping[str, Any], sites: Mapping[str, SiteState]
) -> dict[str, Any]:
    """What `fairway status --json` answers, beside the fields of every result line.

    `under_way` is the run that holds the stack, `interrupted` the one that was cut off; else they are null.
    """
    state, left = standing.state, None if standing.under_way else standing.left
    return {
        "stack": state.stack,
        "environment": state.environment,
        "region": state.region,
        "account": state.account,
        "serial": state.serial,
        "resources": [
            {
                "address": r.address,
                "type": r.type,
                "identifier": r.identifier,
                "attributes": r.attributes,
                "accepted": r.accepted,
            }
            for r in state.resources.values()
        ],
        "unfinished": [
            {
                "address": intent.address,
                "type": intent.type,
                "action": intent.action.value,
                "identifier": intent.identifier,
            }
            for intent in standing.unfinished
        ],
        "under_way": plain(standing.under_way),
        "interrupted": left and {"at": left.begun.at, "by": left.begun.by, "command": left.begun.command},
        "sites": {name: site_json(site) for name, site in sites.items()},
        "outputs": outputs,
    }
