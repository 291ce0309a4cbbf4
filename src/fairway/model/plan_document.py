"""A plan out of the JSON in which events, records and plan files hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.model.location import Location
from fairway.model.plan import (
    Action,
    Change,
    Contents,
    Drift,
    DriftedProperty,
    Fate,
    Impact,
    Plan,
    PropertyChange,
    Reason,
    Refusal,
)

Document = Mapping[str, Any]


def plan_of(document: Document) -> Plan:
    """The plan that `model.plain` wrote. Raises KeyError, TypeError or ValueError for what is none."""
    return Plan(
        **{
            **document,
            "changes": tuple(map(_change, document["changes"])),
            "refusals": tuple(map(_refusal, document["refusals"])),
            "drift": tuple(map(_drift, document["drift"])),
            "unread": tuple(document["unread"]),
            "untargeted": tuple(document["untargeted"]),
        }
    )


def _change(document: Document) -> Change:
    return Change(
        **{
            **document,
            "action": Action(document["action"]),
            "reason": Reason(document["reason"]),
            "properties": tuple(PropertyChange(**each) for each in document["properties"]),
            "impact": _impact(document["impact"]),
            "dependencies": tuple(document["dependencies"]),
            "location": _location(document["location"]),
        }
    )


def _impact(document: Document) -> Impact:
    contents = Contents(**document["contents"]) if document["contents"] else None
    return Impact(**{**document, "notes": tuple(document["notes"]), "contents": contents})


def _refusal(document: Document) -> Refusal:
    action, location = Action(document["action"]), _location(document["location"])
    return Refusal(**{**document, "action": action, "location": location})


def _drift(document: Document) -> Drift:
    properties = (DriftedProperty(**{**each, "fate": Fate(each["fate"])}) for each in document["properties"])
    return Drift(**{**document, "properties": tuple(properties), "fate": Fate(document["fate"])})


def _location(document: Document | None) -> Location | None:
    return Location(**document) if document else None
