"""Lambda events of version 2.0, for HTTP APIs and function URLs, and the answers they take back.

Shapes: BC API Gateway developer guide, "AWS Lambda proxy integrations for HTTP APIs"; BC Lambda developer
guide, "Request and response payloads" of function URLs.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fairway.local.apis.calls import IntegrationFailed
from fairway.local.apis.messages import (
    Request,
    Response,
    base64_text,
    header_pairs,
    header_text,
    is_text,
    joined_values,
)

_TEXT_TYPES = frozenset({"application/json", "application/xml", "application/javascript"})


@dataclass(frozen=True)
class Route:
    """A request that has found its route. `raw_path` is what `rawPath` shall be (with the stage, if it is
    named)."""

    request: Request
    account: str
    region: str
    api_id: str
    stage: str
    route_key: str
    raw_path: str
    domain: str
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    authorizer: Mapping[str, Any] | None = None


def event_of(route: Route) -> dict[str, Any]:
    request = route.request
    binary = _is_binary(request)
    cookie = request.header("cookie")
    query = joined_values(request.query_pairs())
    headers = joined_values(request.headers, lower=True)
    headers.pop("cookie", None)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.route_key,
        "rawPath": route.raw_path,
        "rawQueryString": request.query,
        "cookies": [part.strip() for part in cookie.split(";")] if cookie else None,
        "headers": headers,
        "queryStringParameters": query or None,
        "requestContext": _context(route),
        "body": _body(request.body, binary),
        "pathParameters": dict(route.path_parameters) or None,
        "isBase64Encoded": binary,
        "stageVariables": dict(route.stage_variables) or None,
    }
    return {key: value for key, value in event.items() if value is not None}


def _body(body: bytes, binary: bool) -> str | None:
    if not body:
        return None
    return base64_text(body) if binary else body.decode()


def _is_binary(request: Request) -> bool:
    """Bodies of other than text types come in base64; forms count as other, as on AWS."""
    if not request.body:
        return False
    media_type = (request.header("content-type") or "").split(";")[0].strip().lower()
    textual = (
        not media_type
        or media_type.startswith("text/")
        or media_type in _TEXT_TYPES
        or media_type.endswith(("+json", "+xml"))
    )
    return not (textual and is_text(request.body))


def _context(route: Route) -> dict[str, Any]:
    request = route.request
    context: dict[str, Any] = {
        "accountId": route.account,
        "apiId": route.api_id,
        "domainName": route.domain,
        "domainPrefix": route.domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": route.raw_path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": request.id,
        "routeKey": route.route_key,
        "stage": route.stage,
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(request.received)),
        "timeEpoch": int(request.received * 1000),
    }
    if route.authorizer is not None:
        context["authorizer"] = dict(route.authorizer)
    return context


def response_of(result: Any, *, version: str = "2.0") -> Response:
    """The HTTP answer for a function's result. Without a `statusCode`, version 2.0 takes the result itself as
    a JSON body. Raises IntegrationFailed when it is malformed."""
    if not (isinstance(result, dict) and "statusCode" in result):
        if version == "1.0":
            raise IntegrationFailed("the result has no statusCode")
        text = result if isinstance(result, str) else json.dumps(result)
        return Response(200, (("Content-Type", "application/json"),), text.encode())
    headers = result.get("headers") or {}
    if not isinstance(headers, dict):
        raise IntegrationFailed("headers are not a map")
    repeated = tuple(
        (name, header_text(item))
        for name, items in (result.get("multiValueHeaders") or {}).items()
        for item in items
    )
    cookies = tuple(("Set-Cookie", str(cookie)) for cookie in result.get("cookies") or ())
    pairs = header_pairs(headers) + repeated + cookies
    if not any(name.lower() == "content-type" for name, _ in pairs):
        pairs += (("Content-Type", "text/plain; charset=utf-8"),)
    return Response(_status(result["statusCode"]), pairs, _content(result))


def _status(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise IntegrationFailed(f"statusCode is {value!r}") from None


def _content(result: Mapping[str, Any]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        body = json.dumps(body)
    if not result.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise IntegrationFailed("body is not base64") from None
