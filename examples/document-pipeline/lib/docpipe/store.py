"""Where documents are kept: their text in a bucket, what is known of them in a table."""

from __future__ import annotations

import json
import os
import time
from decimal import Decimal
from functools import cache
from typing import Any

RECEIVED, PROCESSING, DONE, REJECTED, FAILED = "RECEIVED", "PROCESSING", "DONE", "REJECTED", "FAILED"


def key_of(document_id: str) -> str:
    return f"documents/{document_id}.txt"


def save_text(document_id: str, text: str) -> None:
    _bucket().put_object(Key=key_of(document_id), Body=text.encode())


def load_text(document_id: str) -> str:
    return _bucket().Object(key_of(document_id)).get()["Body"].read().decode()


def create(document_id: str, kind: str, name: str) -> dict[str, Any]:
    document = {"id": document_id, "kind": kind, "name": name, "status": RECEIVED, "at": _now()}
    _table().put_item(Item=document)
    return plain(document)


def find(document_id: str) -> dict[str, Any] | None:
    found = _table().get_item(Key={"id": document_id}).get("Item")
    return plain(found) if found else None


def newest(limit: int) -> list[dict[str, Any]]:
    found = _table().scan()["Items"]
    return [plain(item) for item in sorted(found, key=lambda item: item["at"], reverse=True)[:limit]]


def set_status(document_id: str, status: str, result: dict[str, Any] | None = None) -> dict[str, Any]:
    values = {
        ":status": status,
        ":at": _now(),
        ":result": json.loads(json.dumps(result), parse_float=Decimal),
    }
    updated = _table().update_item(
        Key={"id": document_id},
        UpdateExpression="SET #status = :status, #result = :result, #at = :at",
        ExpressionAttributeNames={"#status": "status", "#result": "result", "#at": "at"},
        ExpressionAttributeValues=values,
        ReturnValues="ALL_NEW",
    )
    return plain(updated["Attributes"])


def plain(value: Any) -> Any:
    """A table's value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def _now() -> int:
    return int(time.time() * 1000)


@cache
def _table() -> Any:
    import boto3

    return boto3.resource("dynamodb").Table(os.environ["DOCUMENTS_TABLE"])


@cache
def _bucket() -> Any:
    import boto3

    return boto3.resource("s3").Bucket(os.environ["DOCUMENTS_BUCKET"])
