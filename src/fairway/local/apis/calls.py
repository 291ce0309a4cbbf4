"""Calling a function for an API, with what can go wrong sorted by what the caller is told."""

from __future__ import annotations

import json
import logging
from typing import Any

from fairway.local.store import parse_arn

log = logging.getLogger("fairway.local.apis")


class IntegrationFailed(Exception):
    """The integration gave no usable answer; `reason` is for the log and a diagnostic header."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Misconfigured(IntegrationFailed):
    """The API's own definition is wrong (a permission or a function is missing): 500 for the caller."""


class TimedOut(IntegrationFailed):
    """The function ran longer than the API waits for it."""


def call_function(function_arn: str, event: dict[str, Any]) -> Any:
    """Invoke a function with a JSON event and return its parsed result.

    Raises Misconfigured when there is no such function, TimedOut when it ran into its timeout,
    and IntegrationFailed when it failed or its result is not JSON.
    """
    from fairway.local.functions import invoke

    arn = parse_arn(function_arn)
    try:
        done = invoke(function_arn, json.dumps(event).encode(), account=arn.account, region=arn.region)
    except Exception as error:
        raise Misconfigured(f"{function_arn} could not be invoked: {error}") from error
    if done.function_error:
        text = done.payload.decode(errors="replace")
        kind = TimedOut if "Task timed out" in text else IntegrationFailed
        raise kind(f"{function_arn} failed: {text}")
    if done.status >= 300:
        raise IntegrationFailed(
            f"{function_arn} answered {done.status}: {done.payload.decode(errors='replace')}"
        )
    try:
        return json.loads(done.payload or b"null")
    except ValueError as error:
        raise IntegrationFailed(f"{function_arn} returned what is not JSON: {error}") from error
