"""DynamoDB's typed values and plain ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def typed(value: Any) -> dict[str, Any]:
    """A plain value as DynamoDB writes it."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case Mapping():
            return {"M": {name: typed(each) for name, each in value.items()}}
        case list():
            return {"L": [typed(each) for each in value]}
    return {"S": str(value)}


def untyped(value: Mapping[str, Any]) -> Any:
    """The plain value of one that DynamoDB wrote."""
    [(kind, content)] = value.items()
    match kind:
        case "N":
            return _number(content)
        case "NS":
            return [_number(each) for each in content]
        case "M":
            return item(content)
        case "L":
            return [untyped(each) for each in content]
        case "NULL":
            return None
    return content


def item(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """An item with plain values."""
    return {name: untyped(value) for name, value in attributes.items()}


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)
