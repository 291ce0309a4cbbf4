"""The one form of documents that mean the same: JSON given as text or tree, and IAM policies.

For policies the rules are those of the IAM policy reference (docs:IAM/latest/UserGuide/reference_policies):
an element that takes a list takes a single item too, the order of lists and of statements says nothing,
action names ignore case, an account number as principal stands for the root of that account, and
`"Principal": "*"` is `{"AWS": "*"}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from fairway.model.evaluate import text
from fairway.model.values import Json

DEFAULT_POLICY_VERSION = "2008-10-17"
_ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root")


def parsed(document: Json) -> Json:
    """The tree of a document given as text; anything else as it is."""
    if not isinstance(document, str):
        return document
    try:
        tree: Json = json.loads(document)
    except ValueError:
        return document
    return tree


def canonical(document: Json) -> Json:
    """The form that equal documents share."""
    tree = parsed(document)
    if isinstance(tree, Mapping) and "Statement" in tree:
        return _policy(tree)
    return tree


def _policy(policy: Mapping[str, Json]) -> Json:
    statements = [_statement(each) for each in _list(policy["Statement"]) if isinstance(each, Mapping)]
    return {
        **policy,
        "Version": policy.get("Version", DEFAULT_POLICY_VERSION),
        "Statement": _sorted(statements),
    }


def _statement(statement: Mapping[str, Json]) -> Json:
    return {name: _element(name, value) for name, value in statement.items() if value not in ("", None)}


def _element(name: str, value: Json) -> Json:
    match name:
        case "Action" | "NotAction":
            return _sorted([str(action).lower() for action in _list(value)])
        case "Resource" | "NotResource":
            return _sorted(_list(value))
        case "Principal" | "NotPrincipal":
            return _principal(value)
        case "Condition" if isinstance(value, Mapping):
            return {operator: _condition(keys) for operator, keys in value.items()}
    return value


def _principal(value: Json) -> Json:
    if not isinstance(value, Mapping):
        return {"AWS": ["*"]} if value == "*" else value
    return {kind: _sorted([_account(each) for each in _list(who)]) for kind, who in value.items()}


def _account(principal: Json) -> Json:
    root = _ROOT.fullmatch(principal) if isinstance(principal, str) else None
    if root:
        return root.group(1)
    return str(principal) if isinstance(principal, int) else principal


def _condition(keys: Json) -> Json:
    if not isinstance(keys, Mapping):
        return keys
    return {key: _sorted([_scalar(each) for each in _list(values)]) for key, values in keys.items()}


def _scalar(value: Json) -> Json:
    return text(value) if isinstance(value, bool | int | float) else value


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _sorted(items: Sequence[Json]) -> list[Json]:
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
