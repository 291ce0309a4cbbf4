"""Filter criteria of event source mappings (BC Lambda developer guide, "Event filtering")."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any


def accepts(criteria: Mapping[str, Any] | None, record: Mapping[str, Any]) -> bool:
    """Whether a record passes: any one filter is enough, and no filter lets everything through."""
    from moto.events.models import EventPattern

    filters = (criteria or {}).get("Filters") or ()
    if not filters:
        return True
    return any(
        EventPattern.load(item["Pattern"]).matches_event(_viewed(record, json.loads(item["Pattern"])))
        for item in filters
        if item.get("Pattern")
    )


def _viewed(record: Mapping[str, Any], pattern: Mapping[str, Any]) -> Any:
    """The record as filters see it: `body` and `data` parsed where the pattern looks inside them."""
    viewed: dict[str, Any] = dict(record)
    if isinstance(pattern.get("body"), dict):
        viewed["body"] = _parsed(record.get("body"))
    if "kinesis" in record:
        viewed |= {key: value for key, value in record["kinesis"].items() if key != "data"}
        text = base64.b64decode(record["kinesis"]["data"]).decode(errors="replace")
        viewed["data"] = _parsed(text) if isinstance(pattern.get("data"), dict) else text
    return viewed


def _parsed(text: Any) -> Any:
    """JSON, or None where it is none: then no pattern that looks inside matches, and the record is
    dropped."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
