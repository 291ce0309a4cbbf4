"""An item that a table must have, or must not have."""

from __future__ import annotations

from fairway.aws.attributes import attribute, value_of
from fairway.aws.failures import CallFailed
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.part import difference
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.model.values import Json
from fairway.project.checks import TableItem

TABLE = "AWS::DynamoDB::Table"
_WRONG_KEY = "ValidationException"
"""The key is not the table's, by its names or types (BC dynamodb GetItem): waiting does not change that."""
_NEXT = "see the log of the function that writes it, or correct what is expected"


def check(declared: TableItem, subject: Subject) -> Outcome:
    """Read it, as it is by now (BC dynamodb GetItem ConsistentRead)."""
    table = subject.resource_of(declared.table, (TABLE,), "table", declared.location)
    key = {name: attribute(value) for name, value in declared.key.items()}
    wanted = {"TableName": table.identifier, "Key": key, "ConsistentRead": True}
    try:
        item = subject.caller.call("dynamodb", "GetItem", wanted).get("Item")
    except CallFailed as failure:
        if failure.aws_code != _WRONG_KEY:
            raise
        raise _no_such_key(declared, failure) from None
    found = None if item is None else {name: value_of(value) for name, value in item.items()}
    return _outcome(declared, found)


def _no_such_key(declared: TableItem, failure: CallFailed) -> WrongInput:
    return WrongInput(
        "checks.key",
        f"{declared.table} cannot have an item with this key: {failure.what}",
        where=declared.location,
        why=failure.why,
        next="give every part of the table's key, of its type, and nothing else",
    )


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
