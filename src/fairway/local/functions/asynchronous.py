"""Asynchronous events: retried when they fail, their end delivered to a destination or dead-letter queue."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import JsonRESTError

from fairway.local.events.delivery import Delivery, deliver
from fairway.local.functions.executor import Executor, Result
from fairway.local.functions.lambda_function import LocalFunction
from fairway.local.functions.lookup import choose_version, find_function, split_name
from fairway.local.functions.model import Throttled
from fairway.local.store import parse_arn

log = logging.getLogger(__name__)

_RETRIES = 2  # BC lambda PutFunctionEventInvokeConfig: default of MaximumRetryAttempts
# AWS waits one minute, then two (docs: lambda/latest/dg/invocation-async-error-handling.html)
_RETRY_SECONDS = (1.0, 2.0)
_THROTTLED_SECONDS = 1.0

Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class AsyncEvent:
    """An event that has been accepted; `name` is what was invoked, with its qualifier."""

    name: str
    payload: bytes
    account: str
    region: str


def follow(event: AsyncEvent, executor: Executor, sleep: Sleep, dropped: Callable[[], bool]) -> None:
    """Run the event to its end; `dropped` tells that the cloud has been reset meanwhile. Raises nothing."""
    try:
        _follow(event, executor, sleep, dropped)
    except JsonRESTError as error:
        log.info("event for %s dropped: %s", event.name, error)  # the function was deleted while it waited
    except Exception:
        log.exception("event for %s", event.name)


def _follow(event: AsyncEvent, executor: Executor, sleep: Sleep, dropped: Callable[[], bool]) -> None:
    attempts = 0
    while not dropped():
        try:
            function, result = _attempt(event, executor)
        except Throttled:
            # AWS keeps a throttled event for hours; it does not count as an attempt
            sleep(_THROTTLED_SECONDS)
            continue
        attempts += 1
        config = _config(event)
        if not result.error or attempts > config.get("MaximumRetryAttempts", _RETRIES):
            _deliver(event, function, config, result, attempts)
            return
        sleep(_RETRY_SECONDS[min(attempts, len(_RETRY_SECONDS)) - 1])


def _attempt(event: AsyncEvent, executor: Executor) -> tuple[LocalFunction, Result]:
    """Whatever is deployed now runs: an update between two attempts counts."""
    backend, function, invoked = choose_version(event.account, event.region, event.name)
    reserved = backend.reserved(function.function_name)
    return function, executor.run(function.spec(), event.payload, arn=invoked, reserved=reserved)


def _config(event: AsyncEvent) -> dict[str, Any]:
    backend, function, _ = find_function(event.account, event.region, event.name)
    return backend.invoke_configs.get((function.function_name, split_name(event.name)[1] or "$LATEST"), {})


def _deliver(
    event: AsyncEvent, ran: LocalFunction, config: dict[str, Any], result: Result, attempts: int
) -> None:
    """Send the end of the event, in which version `ran` ran, where it is to go."""
    _, _, invoked = find_function(event.account, event.region, event.name)
    side = "OnFailure" if result.error else "OnSuccess"
    target = (config.get("DestinationConfig") or {}).get(side, {}).get("Destination")
    if target:
        record = _destination_record(invoked, str(ran.version), event.payload, result, attempts)
        deliver(Delivery(invoked, target, json.dumps(_for_target(target, record, invoked))))
    dead_letters = ran.settings.get("DeadLetterConfig")
    if result.error and dead_letters:
        deliver(Delivery(invoked, dead_letters["TargetArn"], event.payload.decode()))


def _for_target(target: str, record: dict[str, Any], arn: str) -> dict[str, Any]:
    """A bus gets the record in an event (docs: lambda/latest/dg/invocation-async-retain-records.html)."""
    if parse_arn(target).service != "events":
        return record
    result = "Failure" if "functionError" in record["responseContext"] else "Success"
    return {
        "source": "lambda",
        "detail-type": f"Lambda Function Invocation Result - {result}",
        "detail": record,
        "resources": [arn],
    }


def _destination_record(
    arn: str, version: str, payload: bytes, result: Result, attempts: int
) -> dict[str, Any]:
    """What a destination receives (docs: lambda/latest/dg/invocation-async-retain-records.html)."""
    context = {"statusCode": 200, "executedVersion": version}
    if result.error:
        context["functionError"] = "Unhandled"
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": result.request_id,
            "functionArn": arn,
            "condition": "RetriesExhausted" if result.error else "Success",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": json.loads(payload),
        "responseContext": context,
        "responsePayload": json.loads(result.payload or b"null"),
    }
