"""From a function's name or ARN to the version that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.awslambda import models
from moto.awslambda.exceptions import UnknownFunctionException

if TYPE_CHECKING:
    from fairway.local.functions.lambda_backend import LocalLambdaBackend
    from fairway.local.functions.lambda_function import LocalFunction


def split_name(name_or_arn: str) -> tuple[str, str]:
    """Name and qualifier ("" for none) of a name, `name:qualifier`, partial or full ARN."""
    tail = name_or_arn.rpartition(":function:")[2] if ":function:" in name_or_arn else name_or_arn
    name, _, qualifier = tail.partition(":")
    return name, qualifier


def find_function(
    account: str, region: str, name_or_arn: str
) -> tuple[LocalLambdaBackend, LocalFunction, str]:
    """The backend that a name or ARN leads to, the version there, and the ARN it was named by.

    Raises UnknownFunctionException.
    """
    backend = _backend(account, region, name_or_arn)
    function, asked = backend.locate(name_or_arn)
    return backend, function, backend.arn(function.function_name, asked)


def choose_version(
    account: str, region: str, name_or_arn: str
) -> tuple[LocalLambdaBackend, LocalFunction, str]:
    """The same for one invocation, with the version that the alias's weights draw for it."""
    from fairway.local import faults

    backend = _backend(account, region, name_or_arn)
    return backend, *backend.choose(name_or_arn, faults.current().draw)


def _backend(account: str, region: str, name_or_arn: str) -> LocalLambdaBackend:
    if name_or_arn.startswith("arn:"):
        parts = name_or_arn.split(":")
        if len(parts) < 7:
            raise UnknownFunctionException(name_or_arn)
        region, account = parts[3], parts[4]
    return models.lambda_backends[account][region]  # type: ignore[return-value]
