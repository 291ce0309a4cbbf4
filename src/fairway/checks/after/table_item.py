"""An item that a table must have, or must not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.part import difference
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.model.values import Json
from fairway.project.checks import TableItem

TABLE = "AWS::DynamoDB::Table"


def check(declared: TableItem, subject: Subject) -> Outcome:
    """Read it, as it is by now (BC dynamodb GetItem ConsistentRead)."""
    table = subject.resource(declared.table)
    if table.type != TABLE:
        raise WrongInput(
            "checks.kind", f"{declared.table} is {table.type}, no table", where=declared.location
        )
    key = {name: _typed(value) for name, value in declared.key.items()}
    wanted = {"TableName": table.identifier, "Key": key, "ConsistentRead": True}
    item = subject.caller.call("dynamodb", "GetItem", wanted).get("Item")
    found = None if item is None else {name: _plain(value) for name, value in item.items()}
    return _outcome(declared, found)


def _outcome(declared: TableItem, found: Json) -> Outcome:
    key = ", ".join(f"{name} = {value}" for name, value in declared.key.items())
    if declared.absent:
        return failed(f"{declared.table} has an item {key}") if found else passed(f"no item {key}")
    if found is None:
        return failed(f"{declared.table} has no item {key}")
    if declared.expect is not None and (differs := difference(declared.expect, found)):
        return failed(f"{declared.table}, item {key}: {differs}")
    return passed(f"{declared.table} has the item {key}")


def _typed(value: Json) -> Mapping[str, Any]:
    """The value with its type (BC dynamodb AttributeValue)."""
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
            return {"M": {name: _typed(each) for name, each in value.items()}}
    return {"L": [_typed(each) for each in value]}


def _plain(value: Mapping[str, Any]) -> Json:
    """The value without its type; sets are sorted lists."""
    ((kind, held),) = value.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return _number(held)
        case "NS":
            return sorted(map(_number, held))
        case "M":
            return {name: _plain(each) for name, each in held.items()}
        case "L":
            return [_plain(each) for each in held]
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
