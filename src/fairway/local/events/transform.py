"""What a rule's target gets: the event, a part of it, a constant, or a template filled from it.

Rules: BC EventBridge user guide, "Input transformation".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_MISSING = object()
_PLACEHOLDER = re.compile(r"<([\w.-]+)>")
_STEP = re.compile(r"\.([\w-]+)|\[(\d+|\*)\]|\['([^']+)'\]|\[\"([^\"]+)\"\]")


def target_payload(target: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str, now: str) -> str:
    """The text that a target receives for an event. `now` is the ingestion time, ISO 8601."""
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath"):
        found = value_at(event, target["InputPath"])
        return json.dumps(None if found is _MISSING else found)
    transformer = target.get("InputTransformer")
    if transformer:
        values = {
            name: value_at(event, path) for name, path in (transformer.get("InputPathsMap") or {}).items()
        }
        values |= _reserved(event, rule_arn, now)
        return fill(str(transformer["InputTemplate"]), values)
    return json.dumps(event)


def _reserved(event: Mapping[str, Any], rule_arn: str, now: str) -> dict[str, Any]:
    return {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rpartition("/")[2],
        "aws.events.event.ingestion-time": now,
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": dict(event),
    }


def value_at(event: Any, path: str) -> Any:
    """The value at a JSONPath of names and indexes (`$.detail.items[0]`, all that EventBridge takes)."""
    if path == "$":
        return event
    position, value = 1, event
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            return _MISSING
        position = step.end()
        name = step[1] or step[3] or step[4]
        value = _child(value, name, step[2])
        if value is _MISSING:
            return _MISSING
    return value


def _child(value: Any, name: str | None, index: str | None) -> Any:
    if name is not None:
        return value.get(name, _MISSING) if isinstance(value, dict) else _MISSING
    if not isinstance(value, list):
        return _MISSING
    if index == "*":
        return value
    number = int(index or 0)
    return value[number] if number < len(value) else _MISSING


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Fill a template: inside a JSON string a placeholder becomes plain text, elsewhere a JSON value."""
    out: list[str] = []
    at, quoted = 0, False
    while at < len(template):
        match = _PLACEHOLDER.match(template, at)
        if match and match[1] in values:
            out.append(_filled(values[match[1]], quoted))
            at = match.end()
            continue
        char = template[at]
        if quoted and char == "\\":
            out.append(template[at : at + 2])
            at += 2
            continue
        if char == '"':
            quoted = not quoted
        out.append(char)
        at += 1
    return "".join(out)


def _filled(value: Any, quoted: bool) -> str:
    if value is _MISSING:
        return "" if quoted else '""'
    if not quoted:
        return json.dumps(value)
    text = value if isinstance(value, str) else json.dumps(value)
    return json.dumps(text)[1:-1]
