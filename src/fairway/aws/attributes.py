"""Attributes of DynamoDB's items, and the plain values that they hold (BC dynamodb AttributeValue)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fairway.model.values import Json


def attribute(value: Json) -> Mapping[str, Any]:
    """A value as an attribute, which says its type."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case Mapping():
            return {"M": {name: attribute(each) for name, each in value.items()}}
    return {"L": [attribute(each) for each in value]}


def value_of(attribute: Mapping[str, Any]) -> Json:
    """What an attribute holds; sets are sorted lists, bytes their Base64."""
    ((kind, held),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return _number(held)
        case "NS":
            return sorted(map(_number, held))
        case "M":
            return {name: value_of(each) for name, each in held.items()}
        case "L":
            return [value_of(each) for each in held]
        case "SS":
            return sorted(held)
        case "B" | "BS":
            return _base64(held)
    plain: Json = held
    return plain


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _base64(held: bytes | Sequence[bytes]) -> Json:
    import base64

    if isinstance(held, bytes):
        return base64.b64encode(held).decode()
    return sorted(base64.b64encode(each).decode() for each in held)
