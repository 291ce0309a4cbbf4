"""Objects of a bucket as web answers, for those whom the bucket's policy lets read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from fairway.local.apis.messages import Response
from fairway.local.fidelity.s3_policies import applies, facts_of
from fairway.local.permissions import as_list

_SHOWN = ("content-type", "cache-control", "content-encoding", "content-language", "etag", "last-modified")


@dataclass(frozen=True)
class Reader:
    """Who asks: a service in the name of a resource (its ARN), an `identity`, or anybody."""

    service: str = ""
    source: str = ""
    identity: str = ""


ANYBODY = Reader()


def answer(key: Any) -> Response:
    """An object with the headers it was stored with."""
    headers = {**key.metadata, **key.response_dict}
    pairs = tuple((name.title(), str(value)) for name, value in headers.items() if name.lower() in _SHOWN)
    return Response(200, pairs, key.value)


def may(bucket: Any, action: str, arn: str, reader: Reader = ANYBODY) -> bool:
    """Whether the bucket's policy allows it."""
    document = json.loads(bucket.policy) if bucket.policy else {}
    effects = {
        statement.get("Effect")
        for statement in as_list(document.get("Statement"))
        if _is_for(statement, action, arn, bucket, reader)
    }
    return "Allow" in effects and "Deny" not in effects


def _is_for(statement: Mapping[str, Any], action: str, arn: str, bucket: Any, reader: Reader) -> bool:
    return (
        _names(statement.get("Principal"), reader)
        and _holds(statement.get("Condition") or {}, bucket, reader)
        and any(fnmatchcase(action.lower(), str(item).lower()) for item in as_list(statement.get("Action")))
        and any(fnmatchcase(arn, str(item)) for item in as_list(statement.get("Resource")))
    )


def _names(principal: Any, reader: Reader) -> bool:
    if principal == "*":
        return True
    stated = principal if isinstance(principal, dict) else {}
    people = as_list(stated.get("AWS"))
    if "*" in people or (reader.identity and any(str(who).endswith(reader.identity) for who in people)):
        return True
    return bool(reader.service) and reader.service in as_list(stated.get("Service"))


def _holds(condition: Mapping[str, Mapping[str, Any]], bucket: Any, reader: Reader) -> bool:
    facts = {**facts_of(bucket.account_id), "aws:sourcearn": reader.source}
    return applies(condition, {**facts, "aws:principalisawsservice": str(bool(reader.service)).lower()})
