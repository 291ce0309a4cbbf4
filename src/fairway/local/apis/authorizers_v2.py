"""Authorizers of HTTP APIs: JWT, and Lambda (REQUEST) with simple or IAM answers.

Shapes: BC API Gateway developer guide, "Create a Lambda authorizer for an HTTP API" and "JWT authorizers".
"""

from __future__ import annotations

from typing import Any

from fairway.local.apis import jwt, proxy_v2
from fairway.local.apis.authorizers_v1 import policy_allows
from fairway.local.apis.calls import IntegrationFailed, call_function
from fairway.local.apis.proxy_v2 import Route
from fairway.local.apis.v2_errors import HttpApiError
from fairway.local.permissions import may_invoke
from fairway.local.store import function_arn_of


def authorize(route: Route, definition: Any, api: Any) -> dict[str, Any] | None:
    """What goes into `requestContext.authorizer`, or None for an open route. Raises HttpApiError (401, 403,
    500)."""
    kind = definition.authorization_type or "NONE"
    if kind == "NONE":
        return None
    if kind == "AWS_IAM":
        if not (route.request.header("authorization") or "").startswith("AWS4-HMAC-SHA256"):
            raise HttpApiError(403, "the route wants a request signed for execute-api")
        return {"iam": {}}
    authorizer = api.authorizers.get(definition.authorizer_id)
    if authorizer is None:
        raise HttpApiError(500, f"there is no authorizer {definition.authorizer_id}")
    if authorizer.authorizer_type == "JWT":
        return _jwt(route, definition, authorizer)
    return _lambda(route, authorizer)


def _jwt(route: Route, definition: Any, authorizer: Any) -> dict[str, Any]:
    config = {key[0].lower() + key[1:]: value for key, value in (authorizer.jwt_config or {}).items()}
    token = _identity(
        route, _sources(authorizer)[0] if _sources(authorizer) else "$request.header.Authorization"
    )
    if not token:
        raise HttpApiError(401, "the request has no token")
    try:
        claims = jwt.verified_claims(
            token.removeprefix("Bearer ").removeprefix("bearer ").strip(),
            now=route.request.received,
            issuer=config.get("issuer"),
            audience=config.get("audience") or (),
        )
    except jwt.InvalidToken as error:
        raise HttpApiError(401, str(error)) from error
    scopes = definition.authorization_scopes or ()
    if not jwt.has_scope(claims, scopes):
        raise HttpApiError(403, f"the token has none of the scopes {', '.join(scopes)}")
    return {
        "jwt": {
            "claims": {key: _claim(value) for key, value in claims.items()},
            "scopes": list(scopes) or None,
        }
    }


def _claim(value: Any) -> str:
    """Claims reach the function as text; lists as `[a b]` (BC HTTP API, JWT authorizers)."""
    if isinstance(value, list):
        return f"[{' '.join(str(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _sources(authorizer: Any) -> list[str]:
    source = authorizer.identity_source
    return [source] if isinstance(source, str) else list(source or ())


def _identity(route: Route, source: str) -> str | None:
    kind, _, name = source.removeprefix("$").rpartition(".")
    if kind == "request.header":
        return route.request.header(name)
    if kind == "request.querystring":
        return route.request.query_value(name)
    if kind == "stageVariables":
        return route.stage_variables.get(name)
    event: Any = proxy_v2.event_of(route)["requestContext"]
    for part in source.split(".")[1:]:
        event = event.get(part) if isinstance(event, dict) else None
    return None if event is None else str(event)


def _lambda(route: Route, authorizer: Any) -> dict[str, Any]:
    values = [_identity(route, source) for source in _sources(authorizer)]
    if not all(values):
        raise HttpApiError(401, "an identity source of the authorizer is missing")
    arn = function_arn_of(str(authorizer.authorizer_uri or ""))
    if arn is None:
        raise HttpApiError(500, "the authorizer's URI names no function")
    source = f"arn:aws:execute-api:{route.region}:{route.account}:{route.api_id}/authorizers/{authorizer.id}"
    if not authorizer.auth_creds_arn and not may_invoke(arn, "apigateway.amazonaws.com", [source]):
        raise HttpApiError(500, f"no permission lets apigateway.amazonaws.com invoke the authorizer {arn}")
    try:
        result = call_function(arn, _event(route, authorizer, [str(value) for value in values]))
    except IntegrationFailed as failure:
        raise HttpApiError(500, failure.reason) from failure
    return {"lambda": _context(result, authorizer, _route_arn(route))}


def _event(route: Route, authorizer: Any, identity: list[str]) -> dict[str, Any]:
    if authorizer.auth_payload_format_version == "1.0":
        from fairway.local.apis.http_api import event_v1

        event = {
            key: value for key, value in event_v1(route).items() if key not in ("body", "isBase64Encoded")
        }
        extra = {"type": "REQUEST", "methodArn": _route_arn(route), "identitySource": ",".join(identity)}
        return {**event, **extra, "authorizationToken": ",".join(identity)}
    event = {
        key: value
        for key, value in proxy_v2.event_of(route).items()
        if key not in ("body", "isBase64Encoded")
    }
    return {**event, "type": "REQUEST", "routeArn": _route_arn(route), "identitySource": identity}


def _route_arn(route: Route) -> str:
    return (
        f"arn:aws:execute-api:{route.region}:{route.account}:{route.api_id}/{route.stage}/"
        f"{route.request.method}{route.request.path}"
    )


def _context(result: Any, authorizer: Any, route_arn: str) -> dict[str, Any]:
    if not isinstance(result, dict):
        raise HttpApiError(500, "the authorizer returned no object")
    if authorizer.enable_simple_response in (True, "true"):
        if result.get("isAuthorized") is not True:
            raise HttpApiError(403, "the authorizer returned isAuthorized false")
    elif not policy_allows(result.get("policyDocument") or {}, route_arn):
        raise HttpApiError(403, "the authorizer's policy does not allow it")
    return dict(result.get("context") or {})
