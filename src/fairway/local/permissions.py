"""Whether a function's resource policy lets a service invoke it: a forgotten AWS::Lambda::Permission shows
here."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from fairway.local.store import parse_arn


def may_invoke(
    function_arn: str, principal: str, source_arns: Iterable[str], action: str = "lambda:InvokeFunction"
) -> bool:
    """Whether any statement of the function's policy allows `action` to `principal` for one of `source_arns`.

    `source_arns` are the forms AWS accepts for one call, such as the path template and the path asked for.
    """
    sources = tuple(source_arns)
    return any(_allows(statement, principal, sources, action) for statement in statements_of(function_arn))


def statements_of(function_arn: str) -> list[dict[str, Any]]:
    """The statements of the policy on that function, version or alias; none when it does not exist."""
    from moto.awslambda.models import lambda_backends
    from moto.core.exceptions import JsonRESTError

    arn = parse_arn(function_arn)
    backend: Any = lambda_backends[arn.account][arn.region]
    try:
        statements: list[dict[str, Any]] = backend.statements(function_arn)
    except JsonRESTError:
        return []
    return statements


def _allows(statement: dict[str, Any], principal: str, sources: tuple[str, ...], action: str) -> bool:
    return (
        statement.get("Effect") == "Allow"
        and fnmatchcase(action, str(statement.get("Action", "")))
        and _names_principal(statement.get("Principal"), principal)
        and _source_allowed(statement.get("Condition", {}), sources)
    )


def _names_principal(stated: Any, principal: str) -> bool:
    values = stated.values() if isinstance(stated, dict) else [stated]
    flat = [item for value in values for item in as_list(value)]
    return principal in flat or "*" in flat


def _source_allowed(condition: dict[str, dict[str, Any]], sources: tuple[str, ...]) -> bool:
    for operator in ("ArnLike", "StringEquals", "StringLike", "ArnEquals"):
        for key, stated in condition.get(operator, {}).items():
            if key.lower() != "aws:sourcearn":
                continue
            if not any(fnmatchcase(source, pattern) for source in sources for pattern in as_list(stated)):
                return False
    return True


def as_list(value: Any) -> list[Any]:
    """Policies write one thing alone or in a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
