"""What the functions share: the two tables, structured logs, and whether the outside world is simulated."""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable
from typing import Any

import boto3
import wrapt


def simulated() -> bool:
    """Whether telephony, models and the CRM are played by this app instead of called."""
    return os.environ["INTEGRATIONS"] == "simulated"


@functools.cache
def interactions() -> Any:
    return boto3.resource("dynamodb").Table(os.environ["INTERACTIONS_TABLE"])


@functools.cache
def task_tokens() -> Any:
    return boto3.resource("dynamodb").Table(os.environ["TASK_TOKENS_TABLE"])


def record(lead_id: str, kind: str, **details: Any) -> None:
    """Keep one step of the conversation with a lead."""
    item = {"leadId": lead_id, "at": f"{time.time():.6f}", "kind": kind, **details}
    interactions().put_item(Item=item)


def invoke_later(function_name: str, payload: dict[str, Any]) -> None:
    """Hand over to another function without waiting for it."""
    boto3.client("lambda").invoke(
        FunctionName=function_name, InvocationType="Event", Payload=json.dumps(payload).encode()
    )


@wrapt.decorator
def logged(wrapped: Callable[..., Any], _instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Log a handler's start and end as JSON, without the event: it holds personal data."""
    started = time.monotonic()
    outcome = "failed"
    try:
        result = wrapped(*args, **kwargs)
        outcome = "done"
        return result
    finally:
        took = round((time.monotonic() - started) * 1000)
        print(json.dumps({"function": wrapped.__module__, "outcome": outcome, "milliseconds": took}))
