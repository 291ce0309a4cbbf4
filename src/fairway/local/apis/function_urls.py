"""Function URLs: version 2.0 events, their own CORS, their own permission."""

from __future__ import annotations

import logging
from typing import Any

from fairway.local.apis import proxy_v2
from fairway.local.apis.calls import IntegrationFailed, call_function
from fairway.local.apis.cors import cors_of, is_preflight, preflight, with_cors
from fairway.local.apis.messages import Request, Response, json_response
from fairway.local.apis.proxy_v2 import Route
from fairway.local.permissions import statements_of
from fairway.local.store import Place

log = logging.getLogger("fairway.local.apis")

_PATIENCE = 901.0  # seconds: a URL waits as long as a function may run


def handle(function_arn: str, config: Any, place: Place, request: Request) -> Response:
    """Answer a request to a function's URL. `config` is the URL's configuration as GetFunctionUrlConfig
    answers it."""
    cors = cors_of(config.get("Cors"))
    if cors and is_preflight(request):
        return preflight(cors, request)
    signed = (request.header("authorization") or "").startswith("AWS4-HMAC-SHA256")
    auth_type = config.get("AuthType") or "NONE"
    if auth_type == "AWS_IAM" and not signed:
        return json_response(403, {"Message": "Forbidden"})
    if auth_type == "NONE" and not _open_to_all(function_arn):
        reason = (
            "no permission lets * invoke the URL: add lambda:InvokeFunctionUrl with FunctionUrlAuthType NONE"
        )
        log.warning("%s: %s", function_arn, reason)
        return json_response(403, {"Message": "Forbidden"}, [("x-fairway-reason", reason)])
    response = _invoke(function_arn, _route(config, place, request, iam=auth_type == "AWS_IAM"))
    return with_cors(response, cors, request) if cors else response


def _open_to_all(function_arn: str) -> bool:
    return any(
        statement.get("Effect") == "Allow"
        and statement.get("Action") in ("lambda:InvokeFunctionUrl", "lambda:*", "*")
        and statement.get("Principal") in ("*", {"AWS": "*"})
        for statement in statements_of(function_arn)
    )


def _route(config: Any, place: Place, request: Request, *, iam: bool) -> Route:
    domain = str(config["FunctionUrl"]).partition("://")[2].rstrip("/")
    return Route(
        request=request,
        account=place.account if iam else "anonymous",
        region=place.region,
        api_id=domain.partition(".")[0],
        stage="$default",
        route_key="$default",
        raw_path=request.path,
        domain=domain,
        authorizer={"iam": {"accountId": place.account}} if iam else None,
    )


def _invoke(function_arn: str, route: Route) -> Response:
    try:
        return proxy_v2.response_of(call_function(function_arn, proxy_v2.event_of(route), _PATIENCE))
    except IntegrationFailed as failure:
        log.warning("%s", failure.reason)
        return Response(502, (("Content-Type", "application/json"),), b"Internal Server Error")
