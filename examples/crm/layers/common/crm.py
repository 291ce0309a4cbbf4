"""What the functions share: the tables, what an API answers, and the log of what happened."""

from __future__ import annotations

import functools
import json
import os
import time
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import boto3

STAGES = ("new", "talking", "won", "dormant")
Route = Callable[[Mapping[str, Any], Mapping[str, str]], Any]


class Refused(Exception):
    """What was asked cannot be done; `status` is HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@functools.cache
def table(name: str) -> Any:
    """One of the six tables, by the word for what is in it."""
    return boto3.resource("dynamodb").Table(os.environ[f"{name.upper()}_TABLE"])


def add(name: str, /, **item: Any) -> dict[str, Any]:
    """Keep something new, under an id of its own."""
    kept = {"id": uuid.uuid4().hex[:12], "touched": int(time.time()), **item}
    table(name).put_item(Item=kept)
    return kept


def everything(name: str) -> list[dict[str, Any]]:
    """All items of a table, page by page."""
    found: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    while True:
        page = table(name).scan(**more)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def one(name: str, id: str) -> dict[str, Any]:
    """An item by its id. Raises Refused where there is none."""
    item = table(name).get_item(Key={"id": id}).get("Item")
    if item is None:
        raise Refused(404, f"there is no such thing among the {name}: {id}")
    return dict(item)


def note(kind: str, about: str, /, **details: Any) -> None:
    """Keep what happened, for the history of a lead."""
    table("activity").put_item(
        Item={"about": about, "at": f"{time.time():.6f}-{uuid.uuid4().hex[:4]}", "kind": kind, **details}
    )


def needed(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """These members of a request. Raises Refused for one that is missing or empty."""
    missing = [name for name in names if not body.get(name)]
    if missing:
        raise Refused(400, f"missing: {', '.join(missing)}")
    return {name: body[name] for name in names}


def api(routes: Mapping[tuple[str, str], Route]) -> Callable[[Mapping[str, Any], Any], dict[str, Any]]:
    """A handler for these routes, by method and resource path of the API."""

    def handler(event: Mapping[str, Any], _: Any) -> dict[str, Any]:
        route = routes[event["httpMethod"], event["resource"]]
        try:
            body = json.loads(event.get("body") or "{}")
            return answer(
                201 if event["httpMethod"] == "POST" else 200, route(body, event.get("pathParameters") or {})
            )
        except json.JSONDecodeError:
            return answer(400, {"message": "the body is not JSON"})
        except Refused as refused:
            return answer(refused.status, {"message": str(refused)})

    return handler


def answer(status: int, document: Any) -> dict[str, Any]:
    """What API Gateway takes from a function."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(document, default=_number)}


def _number(value: Any) -> int | float:
    """DynamoDB's numbers are decimals."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{value!r} is no JSON")
    return int(value) if value == int(value) else float(value)
