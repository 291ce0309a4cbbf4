"""Calling a mapping's function with a batch, and reading which records it reports as failed."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("fairway.local.events")


@dataclass(frozen=True)
class Outcome:
    """How a batch went: whether the function failed as a whole, and what it named in batchItemFailures."""

    failed: bool
    failures: frozenset[str] = frozenset()
    error: str = ""


def call(mapping: Any, records: list[dict[str, Any]], known: frozenset[str]) -> Outcome:
    """Invoke the function with `{"Records": […]}`. `known` are the identifiers that a partial failure may
    name."""
    from fairway.local.functions import invoke

    payload = json.dumps({"Records": records}).encode()
    try:
        done = invoke(mapping.function_arn, payload, account=mapping.account_id, region=mapping.region)
    except Exception as error:
        log.warning(
            "%s could not be invoked for %s: %s", mapping.function_arn, mapping.event_source_arn, error
        )
        return Outcome(True, error=str(error))
    if done.function_error or done.status >= 300:
        return Outcome(True, error="the function failed: see its log group")
    if "ReportBatchItemFailures" not in (mapping.function_response_types or ()):
        return Outcome(False)
    return reported(done.payload, known)


def reported(payload: bytes, known: frozenset[str]) -> Outcome:
    """What a result says about single records. A malformed or unknown identifier fails the whole batch
    (BC Lambda developer guide, "Reporting batch item failures")."""
    try:
        result = json.loads(payload or b"null") or {}
        named = [item["itemIdentifier"] for item in result.get("batchItemFailures") or ()]
    except (ValueError, TypeError, KeyError, AttributeError):
        return Outcome(True, error="the function's batchItemFailures are malformed")
    if any(not name or name not in known for name in named):
        return Outcome(True, error="batchItemFailures names a record that was not in the batch")
    return Outcome(False, frozenset(named))
