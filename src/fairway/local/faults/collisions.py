"""Changes of one thing at the same time: the second is refused, where AWS refuses it (aws-behaviour §3)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from fairway.local.faults.board import Board
from fairway.local.faults.refusal import Refusal
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Refused

MOMENT = 0.03
"""Seconds that such a change takes here: without them, changes would hardly ever meet."""


@dataclass(frozen=True)
class Alone:
    """Operations of which one at a time is carried out on what `key`, a member of their input, names."""

    service: str
    operations: tuple[str, ...]
    key: str
    refusal: Refusal
    source: str


def _each(verbs: str, *nouns: str) -> tuple[str, ...]:
    return tuple(f"{verb}{noun}" for noun in nouns for verb in verbs.split())


_ALL = "Create Update Delete"
_MODIFIED = Refusal(
    "ConflictException",
    "Unable to complete operation due to concurrent modification. Please try again later.",
    409,
)
_SETTINGS = (
    "Policy", "Encryption", "Versioning", "LifecycleConfiguration", "NotificationConfiguration", "Tagging",
    "Cors", "Website", "Logging", "OwnershipControls",
)  # fmt: skip

TABLE = (
    Alone("lambda", ("AddPermission", "RemovePermission"), "FunctionName",
          Refusal("ResourceConflictException",
                  "The request could not be completed due to a concurrent update operation.", 409), "CD"),
    Alone("apigateway",
          (*_each(_ALL, "Resource", "Stage", "Deployment", "Authorizer", "Model", "RequestValidator"),
           *_each("Put Update Delete", "Method", "Integration", "MethodResponse", "IntegrationResponse"),
           "PutRestApi", "UpdateRestApi", "PutGatewayResponse"),
          "restApiId", _MODIFIED, "TF apigateway"),
    Alone("apigatewayv2",
          (*_each(_ALL, "Route", "Integration", "Stage", "Deployment", "Authorizer"),
           "ReimportApi", "UpdateApi"),
          "ApiId", _MODIFIED, "TF apigatewayv2"),
    Alone("s3", (*_each("Put", *(f"Bucket{name}" for name in _SETTINGS)), "PutPublicAccessBlock"), "Bucket",
          Refusal("OperationAborted", "A conflicting conditional operation is currently in progress against "
                  "this resource. Please try again.", 409), "BC s3; TF s3"),
    Alone("events", ("PutTargets", "RemoveTargets"), "Rule",
          Refusal("ConcurrentModificationException",
                  "There is concurrent modification on a rule, target, archive, or replay.", 400),
          "BC events"),
    Alone("sns", ("TagResource", "UntagResource"), "ResourceArn",
          Refusal("ConcurrentAccess", "Can't perform multiple operations on a tag simultaneously.", 400),
          "BC sns"),
    Alone("logs", ("PutRetentionPolicy", "DeleteRetentionPolicy", "DeleteLogGroup"), "logGroupName",
          Refusal("OperationAbortedException",
                  "Multiple concurrent requests to update the same resource were in conflict.", 400),
          "BC logs"),
    Alone("ssm", ("PutParameter",), "Name",
          Refusal("TooManyUpdates", "There are concurrent updates for a resource.", 400), "BC ssm"),
    Alone("iam", _each("Attach Detach Put Delete", "RolePolicy"), "RoleName",
          Refusal("ConcurrentModification", "The request was rejected because multiple requests to change "
                  "this object were submitted simultaneously.", 409), "BC iam"),
)  # fmt: skip


def rows(board: Board) -> Iterator[tuple[str, str, Repair]]:
    """Every operation of the table, each row with what is under way of its own."""
    for alone in TABLE:
        repair = _one_at_a_time(board, alone)
        for operation in alone.operations:
            yield alone.service, operation, repair


def _one_at_a_time(board: Board, alone: Alone) -> Repair:
    under_way: set[tuple[str, str, str]] = set()
    lock = threading.Lock()

    def checked(call: Call, forward: Forward) -> Answer:
        if not board.faults["conflicts"]:
            return forward()
        key = (call.account, call.region, str(call.params.get(alone.key)))
        with lock:
            if key in under_way:
                raise Refused(alone.refusal.code, alone.refusal.message, alone.refusal.status)
            under_way.add(key)
        try:
            time.sleep(MOMENT)
            return forward()
        finally:
            with lock:
                under_way.discard(key)

    return checked
