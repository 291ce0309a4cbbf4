"""Converts rays that arrive over HTTP, on a queue or a topic, as files, or on a schedule."""

from __future__ import annotations

import base64
import json
import os
from typing import Any
from urllib.parse import unquote_plus

from rays import NotARay, convert

VERSION = "1"


def handler(event: dict[str, Any], context: Any) -> Any:
    """One entry for all triggers: the event's shape tells which one it is."""
    if "httpMethod" in event:
        return _http(event)
    records = event.get("Records")
    if not records:
        return _convert(event["ray"], "schedule")
    source = records[0].get("eventSource") or records[0].get("EventSource")
    return _FROM_RECORDS[source](records)


def _http(event: dict[str, Any]) -> dict[str, Any]:
    try:
        body = event.get("body") or "null"
        text = base64.b64decode(body) if event.get("isBase64Encoded") else body
        return _answer(200, {**_convert(json.loads(text), "http"), "version": VERSION})
    except (NotARay, json.JSONDecodeError) as error:
        _log("rejected", source="http", reason=str(error))
        return _answer(400, {"error": str(error)})


def _answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


def _queue(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Reports single failures, so that good rays of a batch are not delivered again."""
    failed = []
    for record in records:
        try:
            _convert(json.loads(record["body"]), "queue")
        except (NotARay, json.JSONDecodeError) as error:
            _log("rejected", source="queue", reason=str(error))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _topic(records: list[dict[str, Any]]) -> None:
    for record in records:
        _convert(json.loads(record["Sns"]["Message"]), "topic")


def _bucket(records: list[dict[str, Any]]) -> None:
    import boto3

    s3 = boto3.client("s3")
    for record in records:
        bucket = record["s3"]["bucket"]["name"]
        key = unquote_plus(record["s3"]["object"]["key"])
        rays = json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])
        converted = [_convert(ray, "bucket") for ray in rays]
        target = "converted/" + key.removeprefix("incoming/")
        s3.put_object(Bucket=bucket, Key=target, Body=json.dumps(converted).encode())


_FROM_RECORDS = {"aws:sqs": _queue, "aws:sns": _topic, "aws:s3": _bucket}


def _convert(ray: Any, source: str) -> dict[str, Any]:
    converted = convert(ray)
    _log("converted", source=source, **converted)
    return converted


def _log(event: str, **details: Any) -> None:
    print(json.dumps({"event": event, "stage": os.environ.get("STAGE", ""), **details}))
