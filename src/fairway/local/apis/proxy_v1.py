"""The Lambda proxy integration of REST APIs: event version 1.0 in, `{statusCode, headers, body}` out.

Shapes: BC API Gateway developer guide, "Input/Output format of a Lambda function for proxy integration".
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from fairway.local.apis.calls import IntegrationFailed
from fairway.local.apis.messages import (
    Pairs,
    Request,
    Response,
    all_values,
    base64_text,
    header_pairs,
    header_text,
    last_values,
)

_RESULT_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})


@dataclass(frozen=True)
class Call:
    """A request that has found its method: everything that events and templates are made from."""

    request: Request
    account: str
    region: str
    api_id: str
    stage: str
    resource_id: str
    resource_path: str
    path_parameters: Mapping[str, str]
    stage_variables: Mapping[str, str]
    binary_types: tuple[str, ...] = ()
    authorizer: Mapping[str, Any] | None = None
    api_key: str | None = None
    api_key_id: str | None = None

    def source_arns(self) -> tuple[str, str]:
        """What a permission's SourceArn may name: the path template and the path that was asked for."""
        base = f"arn:aws:execute-api:{self.region}:{self.account}:{self.api_id}/{self.stage}"
        return (
            f"{base}/{self.request.method}{self.resource_path}",
            f"{base}/{self.request.method}{self.request.path}",
        )

    def method_arn(self) -> str:
        """The `methodArn` of authorizer events: the actual path, below the stage."""
        return self.source_arns()[1]


def is_binary(content_type: str | None, binary_types: tuple[str, ...]) -> bool:
    """Whether a media type matches one of an API's binaryMediaTypes (`*/*` and `image/*` included)."""
    media_type = (content_type or "application/json").split(";")[0].strip().lower()
    return any(fnmatchcase(media_type, pattern.lower()) for pattern in binary_types)


def event_of(call: Call) -> dict[str, Any]:
    request = call.request
    binary = is_binary(request.header("content-type"), call.binary_types)
    query = request.query_pairs()
    return {
        "resource": call.resource_path,
        "path": request.path,
        "httpMethod": request.method,
        "headers": last_values(request.headers) or None,
        "multiValueHeaders": all_values(request.headers) or None,
        "queryStringParameters": last_values(query) or None,
        "multiValueQueryStringParameters": all_values(query) or None,
        "pathParameters": dict(call.path_parameters) or None,
        "stageVariables": dict(call.stage_variables) or None,
        "requestContext": request_context(call),
        "body": _event_body(request.body, binary),
        "isBase64Encoded": binary and bool(request.body),
    }


def _event_body(body: bytes, binary: bool) -> str | None:
    if not body:
        return None
    return base64_text(body) if binary else body.decode(errors="replace")


def request_context(call: Call) -> dict[str, Any]:
    request = call.request
    context: dict[str, Any] = {
        "accountId": call.account,
        "apiId": call.api_id,
        "domainName": request.host,
        "domainPrefix": call.api_id,
        "extendedRequestId": request.id,
        "httpMethod": request.method,
        "identity": _identity(call),
        "path": f"/{call.stage}{request.path}",
        "protocol": request.protocol,
        "requestId": request.id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(request.received)),
        "requestTimeEpoch": int(request.received * 1000),
        "resourceId": call.resource_id,
        "resourcePath": call.resource_path,
        "stage": call.stage,
    }
    if call.authorizer is not None:
        context["authorizer"] = dict(call.authorizer)
    return context


def _identity(call: Call) -> dict[str, Any]:
    unset = (
        "accessKey accountId caller clientCert cognitoAuthenticationProvider cognitoAuthenticationType "
        "cognitoIdentityId cognitoIdentityPoolId principalOrgId user userArn"
    )
    identity: dict[str, Any] = dict.fromkeys(unset.split())
    identity["sourceIp"] = call.request.source_ip
    identity["userAgent"] = call.request.header("user-agent")
    if call.api_key is not None:
        identity["apiKey"] = call.api_key
        identity["apiKeyId"] = call.api_key_id
    return identity


def response_of(result: Any, call: Call) -> Response:
    """The HTTP answer a function's result stands for. Raises IntegrationFailed when it is malformed."""
    if not isinstance(result, dict):
        raise IntegrationFailed(f"malformed Lambda proxy response: a {type(result).__name__}, no object")
    if unknown := set(result) - _RESULT_KEYS:
        raise IntegrationFailed(f"malformed Lambda proxy response: keys {', '.join(sorted(unknown))}")
    body = result.get("body")
    if body is not None and not isinstance(body, str):
        raise IntegrationFailed("malformed Lambda proxy response: body is not a string")
    headers = _result_headers(result)
    content = (body or "").encode()
    if result.get("isBase64Encoded") and _accepts_binary(call, headers):
        content = _decoded(body or "")
    return Response(_status(result.get("statusCode", 200)), headers, content)


def _status(value: Any) -> int:
    try:
        status = int(value)
    except (TypeError, ValueError):
        raise IntegrationFailed(f"malformed Lambda proxy response: statusCode is {value!r}") from None
    if not 100 <= status <= 599:
        raise IntegrationFailed(f"malformed Lambda proxy response: statusCode is {status}")
    return status


def _result_headers(result: dict[str, Any]) -> Pairs:
    single = result.get("headers") or {}
    multi = result.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multi, dict):
        raise IntegrationFailed("malformed Lambda proxy response: headers are not a map")
    repeated = tuple((name, header_text(item)) for name, items in multi.items() for item in items)
    # multiValueHeaders win over headers of the same name (BC proxy integration, output format).
    names = {name.lower() for name, _ in repeated}
    pairs = tuple(pair for pair in header_pairs(single) if pair[0].lower() not in names) + repeated
    if not any(name.lower() == "content-type" for name, _ in pairs):
        pairs += (("Content-Type", "application/json"),)
    return pairs


def _accepts_binary(call: Call, headers: Pairs) -> bool:
    """REST APIs decode a base64 body only for a binary type: of the Accept header, or of the answer
    itself."""
    accept = (call.request.header("accept") or "").split(",")[0].strip()
    content_type = {name.lower(): value for name, value in headers}.get("content-type")
    return is_binary(accept or None, call.binary_types) or is_binary(content_type, call.binary_types)


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise IntegrationFailed("malformed Lambda proxy response: body is not base64") from None
