"""Bucket policies with conditions: moto takes a denial under a condition for one that always holds.

docs:AmazonS3/latest/userguide/amazon-s3-policy-keys.html: a statement applies only when its conditions do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from fairway.local.fidelity.overlay import Forward
from fairway.local.fidelity.protocol import Answer, Call


def _like(value: str, wanted: list[str]) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in wanted)


_OPERATORS: Mapping[str, Callable[[str, list[str]], bool]] = {
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, wanted: value in wanted,
    "StringLike": _like,
    "StringEquals": lambda value, wanted: value in wanted,
    "StringNotEquals": lambda value, wanted: value not in wanted,
}


def weigh_conditions(call: Call, forward: Forward) -> Answer:
    """Let the bucket answer for its policy by what is true of the local cloud's requests."""
    answer = forward()
    if answer.ok:
        bucket = call.backend().get_bucket(call.params["Bucket"])
        facts = facts_of(call.backend().account_id)
        bucket.get_permission = lambda action, resource: _permission(bucket.policy, action, resource, facts)
    return answer


def facts_of(account: str) -> Mapping[str, str]:
    """By condition key: the local cloud stands for AWS reached by TLS, and has one account."""
    return {
        "aws:securetransport": "true",
        "aws:principalaccount": account,
        "aws:sourceaccount": account,
        "aws:principalisawsservice": "false",
    }


def _permission(policy: bytes | None, action: str, resource: str, facts: Mapping[str, str]) -> Any:
    from moto.iam.access_control import IAMPolicy, PermissionResult

    document = json.loads(policy) if policy else {"Statement": []}
    applying = [
        {key: value for key, value in statement.items() if key != "Condition"}
        for statement in document["Statement"]
        if applies(statement.get("Condition", {}), facts)
    ]
    if not applying:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({**document, "Statement": applying})).is_action_permitted(action, resource)


def applies(conditions: Mapping[str, Mapping[str, Any]], facts: Mapping[str, str]) -> bool:
    """Whether all conditions hold; one on what is not known here does not."""
    return all(
        operator in _OPERATORS
        and key.lower() in facts
        and _OPERATORS[operator](facts[key.lower()], _texts(wanted))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _texts(wanted: Any) -> list[str]:
    values = wanted if isinstance(wanted, list) else [wanted]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
