"""Calling a function for an API, with what can go wrong sorted by what the caller is told."""

from __future__ import annotations

import json
from queue import Empty, Queue
from threading import Thread
from typing import Any

from fairway.local.functions import Invocation
from fairway.local.store import parse_arn

# Seconds that an API waits for a function (BC API Gateway quotas: 29 s for REST, 30 s for HTTP APIs).
_PATIENCE = 29.0


class IntegrationFailed(Exception):
    """The integration gave no usable answer.

    `reason` is for the log and a diagnostic header; it quotes nothing of what the function said.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Misconfigured(IntegrationFailed):
    """The API's own definition is wrong (a permission or a function is missing): 500 for the caller."""


class TimedOut(IntegrationFailed):
    """The function ran longer than the API waits for it."""


class FunctionFailed(IntegrationFailed):
    """The function raised; `document` is the error as Lambda answers it (errorMessage, errorType, …)."""

    def __init__(self, function_arn: str, document: dict[str, Any]) -> None:
        kind = document.get("errorType", "an error")
        super().__init__(f"{function_arn} failed with {kind}: see its log group")
        self.document = document

    @property
    def message(self) -> str:
        return str(self.document.get("errorMessage", ""))


def call_function(function_arn: str, event: dict[str, Any], seconds: float = _PATIENCE) -> Any:
    """Invoke a function with a JSON event and return its parsed result.

    Raises Misconfigured when there is no such function, TimedOut when it takes longer than `seconds` or than
    its own timeout, FunctionFailed when it raises, and IntegrationFailed when its result is not JSON.
    """
    done = _within(seconds, function_arn, json.dumps(event).encode())
    try:
        result = json.loads(done.payload or b"null")
    except ValueError:
        raise IntegrationFailed(f"{function_arn} returned what is not JSON") from None
    if not done.function_error:
        return result
    failed = FunctionFailed(function_arn, result if isinstance(result, dict) else {})
    if "Task timed out" in failed.message:
        raise TimedOut(f"{function_arn} ran into its timeout") from failed
    raise failed


def _within(seconds: float, function_arn: str, payload: bytes) -> Invocation:
    """The function's answer, unless it takes too long; then it goes on unheard, as on AWS."""
    from fairway.local.functions import invoke

    arn = parse_arn(function_arn)
    answers: Queue[Invocation | Exception] = Queue()

    def run() -> None:
        try:
            answers.put(invoke(function_arn, payload, account=arn.account, region=arn.region))
        except Exception as error:
            answers.put(error)

    Thread(target=run, name="integration", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimedOut(f"{function_arn} did not answer within {seconds:g} s") from None
    if isinstance(answer, Exception):
        raise Misconfigured(f"{function_arn} could not be invoked: {answer}") from answer
    return answer
