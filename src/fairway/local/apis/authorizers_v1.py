"""Lambda authorizers of REST APIs: TOKEN and REQUEST events in, an IAM policy out.

Shapes: BC API Gateway developer guide, "Input to / Output from an API Gateway Lambda authorizer".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from fairway.local.apis import jwt
from fairway.local.apis.calls import FunctionFailed, IntegrationFailed, call_function
from fairway.local.apis.gateway_errors import GatewayError
from fairway.local.apis.proxy_v1 import Call, event_of
from fairway.local.permissions import as_list, may_invoke
from fairway.local.store import function_arn_of


def authorize(call: Call, authorizer: Mapping[str, Any]) -> dict[str, Any]:
    """What the authorizer adds to `requestContext.authorizer`. Raises GatewayError when it does not let the
    call in."""
    if authorizer.get("type") == "COGNITO_USER_POOLS":
        return _cognito(call, authorizer)
    if authorizer.get("type") == "TOKEN":
        event = _token_event(call, authorizer)
    else:
        event = _request_event(call, authorizer)
    result = _ask(call, authorizer, event)
    return allowed_context(result, call.method_arn())


def _token_event(call: Call, authorizer: Mapping[str, Any]) -> dict[str, Any]:
    source = str(authorizer.get("identitySource") or "method.request.header.Authorization")
    token = call.request.header(source.rpartition(".")[2])
    if not token:
        raise GatewayError("UNAUTHORIZED", f"the request has no {source}")
    expression = authorizer.get("identityValidationExpression")
    if expression and not re.fullmatch(expression, token):
        raise GatewayError(
            "UNAUTHORIZED", "the token does not match the authorizer's identityValidationExpression"
        )
    return {"type": "TOKEN", "methodArn": call.method_arn(), "authorizationToken": token}


def _request_event(call: Call, authorizer: Mapping[str, Any]) -> dict[str, Any]:
    sources = [
        item.strip() for item in str(authorizer.get("identitySource") or "").split(",") if item.strip()
    ]
    missing = [source for source in sources if not _identity(call, source)]
    if missing:
        raise GatewayError("UNAUTHORIZED", f"the request has no {', '.join(missing)}")
    event = {key: value for key, value in event_of(call).items() if key not in ("body", "isBase64Encoded")}
    return {"type": "REQUEST", "methodArn": call.method_arn(), **event}


def _identity(call: Call, source: str) -> str | None:
    """A value named as `method.request.header.X`, `method.request.querystring.X`, `stageVariables.X` or
    `context.X`."""
    kind, _, name = source.rpartition(".")
    if kind.endswith("header"):
        return call.request.header(name)
    if kind.endswith("querystring"):
        return call.request.query_value(name)
    if kind == "stageVariables":
        return call.stage_variables.get(name)
    context: Any = event_of(call)["requestContext"]
    for part in source.split(".")[1:]:
        context = context.get(part) if isinstance(context, dict) else None
    return None if context is None else str(context)


def _ask(call: Call, authorizer: Mapping[str, Any], event: dict[str, Any]) -> Any:
    arn = function_arn_of(str(authorizer.get("authorizerUri") or ""))
    if arn is None:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR", "the authorizer's URI names no function")
    base = (
        f"arn:aws:execute-api:{call.region}:{call.account}:{call.api_id}/authorizers/{authorizer.get('id')}"
    )
    if not authorizer.get("authorizerCredentials") and not may_invoke(
        arn, "apigateway.amazonaws.com", [base]
    ):
        raise GatewayError(
            "AUTHORIZER_CONFIGURATION_ERROR",
            f"no permission lets apigateway.amazonaws.com invoke {arn} from {base}: "
            "add an AWS::Lambda::Permission",
        )
    try:
        return call_function(arn, event)
    except IntegrationFailed as failure:
        # A function that raises Exception("Unauthorized") means 401 (BC Lambda authorizer output).
        unauthorized = isinstance(failure, FunctionFailed) and failure.message == "Unauthorized"
        raise GatewayError(
            "UNAUTHORIZED" if unauthorized else "AUTHORIZER_FAILURE", failure.reason
        ) from failure


def allowed_context(result: Any, method_arn: str) -> dict[str, Any]:
    """The context of an authorizer's answer whose policy allows `method_arn`. Raises GatewayError
    otherwise."""
    if not isinstance(result, dict) or not isinstance(result.get("policyDocument"), dict):
        raise GatewayError("AUTHORIZER_FAILURE", "the authorizer returned no policyDocument")
    if not result.get("principalId"):
        raise GatewayError("AUTHORIZER_FAILURE", "the authorizer returned no principalId")
    context = result.get("context") or {}
    if any(isinstance(value, dict | list) for value in context.values()):
        raise GatewayError(
            "AUTHORIZER_FAILURE", "the authorizer's context holds a map or list; only scalars may be"
        )
    if not policy_allows(result["policyDocument"], method_arn):
        raise GatewayError(
            "ACCESS_DENIED", "the authorizer's policy does not allow it", _denied_message(result)
        )
    texts = {key: value if isinstance(value, str) else _scalar(value) for key, value in context.items()}
    return {"principalId": result["principalId"], "integrationLatency": 0, **texts}


def _denied_message(result: Mapping[str, Any]) -> str:
    """An explicit Deny is worded otherwise than a missing Allow (re:Post "API Gateway 403 Lambda
    authorizer")."""
    statements = as_list(result["policyDocument"].get("Statement"))
    explicit = any(statement.get("Effect") == "Deny" for statement in statements)
    return "User is not authorized to access this resource" + (" with an explicit deny" if explicit else "")


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def policy_allows(document: Mapping[str, Any], method_arn: str) -> bool:
    """Whether an IAM policy lets execute-api:Invoke happen on a method ARN; a Deny wins."""
    effects = {
        statement.get("Effect")
        for statement in as_list(document.get("Statement"))
        if any(
            fnmatchcase("execute-api:invoke", str(action).lower())
            for action in as_list(statement.get("Action"))
        )
        and any(fnmatchcase(method_arn, str(resource)) for resource in as_list(statement.get("Resource")))
    }
    return "Allow" in effects and "Deny" not in effects


def _cognito(call: Call, authorizer: Mapping[str, Any]) -> dict[str, Any]:
    token = (call.request.header("authorization") or "").removeprefix("Bearer ").strip()
    if not token:
        raise GatewayError("UNAUTHORIZED", "the request has no Authorization header")
    pools = {str(arn).rpartition("/")[2] for arn in authorizer.get("providerARNs") or ()}
    try:
        claims = jwt.verified_claims(token, now=call.request.received)
    except jwt.InvalidToken as error:
        raise GatewayError("UNAUTHORIZED", str(error)) from error
    if str(claims.get("iss", "")).rpartition("/")[2] not in pools:
        raise GatewayError("UNAUTHORIZED", "the token is from another user pool")
    return {"claims": {key: _scalar(value) for key, value in claims.items()}}
