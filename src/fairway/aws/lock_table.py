"""Leases in a DynamoDB table, for teams that have one for their locks.

Sources: BC dynamodb PutItem, DeleteItem (condition expressions), GetItem (consistent reads),
docs:amazondynamodb/latest/developerguide/TTL.html. The key attribute is that of Terraform's lock tables.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fairway.aws.calls import Answer, Caller
from fairway.aws.failures import CallFailed
from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Blob, Conflict, Version

KEY, EXPIRES = "LockID", "Expires"
LEFT_FOR = 24 * 3600
"""Seconds after which DynamoDB itself removes what nobody wrote again: far longer than any lease lasts."""


class LockTable:
    """Fulfils `Slots` in a table; `place` is the state's own, so that one table serves many.

    DynamoDB tells no times of writes: who waits here for a dead holder's lease watches it from the start.
    """

    def __init__(
        self, caller: Caller, table: str, place: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._caller, self._table, self._place, self._clock = caller, table, place, clock

    def get(self, key: str) -> Blob | None:
        """The item, by a consistent read."""
        item = self._call("GetItem", {"Key": self._key(key), "ConsistentRead": True}).get("Item")
        return Blob(item["Content"]["S"].encode(), item["Tag"]["S"]) if item else None

    def put(self, key: str, content: bytes, *, replacing: str | None = None, durable: bool = True) -> str:  # noqa: ARG002 - always is
        """Write the item; `replacing` as for `Objects`."""
        tag = hashlib.sha256(content).hexdigest()
        item = {
            **self._key(key),
            "Content": {"S": content.decode()},
            "Tag": {"S": tag},
            EXPIRES: {"N": str(int(self._clock()) + LEFT_FOR)},
        }
        self._call("PutItem", {"Item": item, **_condition(replacing)})
        return tag

    def delete(self, key: str, *, replacing: str | None = None) -> None:
        """Remove the item; `replacing` as for `Objects`."""
        self._call("DeleteItem", {"Key": self._key(key), **_condition(replacing)})

    def keys(self, prefix: str) -> Sequence[str]:
        """The keys that begin with a prefix, sorted. It reads the whole table: only who waits asks."""
        start = f"{self._place}/"
        given: dict[str, Any] = {
            "ConsistentRead": True,
            "FilterExpression": "begins_with(#key, :prefix)",
            "ProjectionExpression": "#key",
            "ExpressionAttributeNames": {"#key": KEY},
            "ExpressionAttributeValues": {":prefix": {"S": start + prefix}},
        }
        found: list[str] = []
        while True:
            page = self._call("Scan", given)
            found += [item[KEY]["S"].removeprefix(start) for item in page["Items"]]
            if not page.get("LastEvaluatedKey"):
                return sorted(found)
            given["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def versions(self, key: str) -> Sequence[Version]:  # noqa: ARG002 - of no item
        """None: the table keeps no times of its own."""
        return ()

    def _key(self, key: str) -> Mapping[str, Any]:
        return {KEY: {"S": f"{self._place}/{key}"}}

    def _call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        try:
            return self._caller.call("dynamodb", operation, {"TableName": self._table, **parameters})
        except CallFailed as failure:
            if failure.aws_code == "ConditionalCheckFailedException":
                raise Conflict from None
            if failure.aws_code == "ResourceNotFoundException":
                raise _no_table(self._table) from None
            raise


def _condition(replacing: str | None) -> Mapping[str, Any]:
    if replacing is None:
        return {}
    if replacing == ABSENT:
        return {
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": KEY},
        }
    return {
        "ConditionExpression": "#tag = :tag",
        "ExpressionAttributeNames": {"#tag": "Tag"},
        "ExpressionAttributeValues": {":tag": {"S": replacing}},
    }


def _no_table(name: str) -> Failed:
    return Failed(
        "state.no-lock-table",
        f"the lock table {name} does not exist",
        why="`lock_table` in fairway.toml names it",
        next=f"make it with `fairway bootstrap --lock-table {name}`",
    )
