"""An item that a table must have, or must not have."""

from __future__ import annotations

from fairway.aws.attributes import attribute, value_of
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.part import difference
from fairway.checks.subject import Subject
from fairway.model.values import Json
from fairway.project.checks import TableItem

TABLE = "AWS::DynamoDB::Table"
_NEXT = "see the log of the function that writes it, or correct what is expected"


def check(declared: TableItem, subject: Subject) -> Outcome:
    """Read it, as it is by now (BC dynamodb GetItem ConsistentRead)."""
    table = subject.resource_of(declared.table, (TABLE,), "table", declared.location)
    key = {name: attribute(value) for name, value in declared.key.items()}
    wanted = {"TableName": table.identifier, "Key": key, "ConsistentRead": True}
    item = subject.caller.call("dynamodb", "GetItem", wanted).get("Item")
    found = None if item is None else {name: value_of(value) for name, value in item.items()}
    return _outcome(declared, found)


def _outcome(declared: TableItem, found: Json) -> Outcome:
    key = ", ".join(f"{name} = {value}" for name, value in declared.key.items())
    if declared.absent:
        return (
            failed(f"{declared.table} has an item {key}", next=_NEXT) if found else passed(f"no item {key}")
        )
    if found is None:
        return failed(f"{declared.table} has no item {key}", next=_NEXT)
    if declared.expect is not None and (differs := difference(declared.expect, found)):
        return failed(f"{declared.table}, item {key}: {differs}", next=_NEXT)
    return passed(f"{declared.table} has the item {key}")
