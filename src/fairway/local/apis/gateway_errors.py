"""API Gateway's own answers: the gateway response types of REST APIs with their statuses and words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairway.local.apis.messages import Response, one_line
from fairway.local.apis.vtl import render

# type -> (status, message, x-amzn-ErrorType). Source: BC API Gateway developer guide, "Gateway response
# types".
TYPES: dict[str, tuple[int, str, str]] = {
    "ACCESS_DENIED": (403, "User is not authorized to access this resource", "AccessDeniedException"),
    "API_CONFIGURATION_ERROR": (500, "Internal server error", "InternalServerErrorException"),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, "Internal server error", "AuthorizerConfigurationException"),
    "AUTHORIZER_FAILURE": (500, "Internal server error", "AuthorizerConfigurationException"),
    "BAD_REQUEST_BODY": (400, "Invalid request body", "BadRequestException"),
    "BAD_REQUEST_PARAMETERS": (400, "Missing required request parameters", "BadRequestException"),
    "DEFAULT_5XX": (502, "Internal server error", "InternalServerErrorException"),
    "FORBIDDEN": (403, "Forbidden", "ForbiddenException"),
    "INTEGRATION_FAILURE": (504, "Network error communicating with endpoint", "InternalServerErrorException"),
    "INTEGRATION_TIMEOUT": (504, "Endpoint request timed out", "InternalServerErrorException"),
    "INVALID_API_KEY": (403, "Forbidden", "ForbiddenException"),
    "MISSING_AUTHENTICATION_TOKEN": (
        403,
        "Missing Authentication Token",
        "MissingAuthenticationTokenException",
    ),
    "UNAUTHORIZED": (401, "Unauthorized", "UnauthorizedException"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Unsupported Media Type", "BadRequestException"),
}


class GatewayError(Exception):
    """A request that API Gateway answers itself.

    `type` is a key of TYPES; `message` replaces its words; `reason` says what happened, for the log and the
    `x-fairway-reason` header, which AWS does not send.
    """

    def __init__(self, type: str, reason: str, message: str | None = None) -> None:
        super().__init__(reason)
        self.type = type
        self.reason = reason
        self.message = message if message is not None else TYPES[type][1]


def error_response(
    error: GatewayError, customised: Mapping[str, dict[str, Any]], context: Mapping[str, Any]
) -> Response:
    """The answer for an error, with the API's own GatewayResponse of that type, or of its class, applied."""
    status, _, error_type = TYPES[error.type]
    own = customised.get(error.type) or customised.get(f"DEFAULT_{status // 100}XX") or {}
    scope = {**context, "error": _error_context(error)}
    templates = own.get("responseTemplates") or {
        "application/json": '{"message":$context.error.messageString}'
    }
    content_type, template = next(iter(templates.items()))
    headers = [
        ("Content-Type", content_type),
        ("x-amzn-RequestId", str(context.get("requestId", ""))),
        ("x-amzn-ErrorType", error_type),
        ("x-fairway-reason", one_line(error.reason)),
    ]
    for name, value in (own.get("responseParameters") or {}).items():
        if name.startswith("gatewayresponse.header."):
            headers.append((name.removeprefix("gatewayresponse.header."), str(value).strip("'")))
    body = render(template, {"context": scope})
    return Response(int(own.get("statusCode") or status), tuple(headers), body.encode())


def _error_context(error: GatewayError) -> dict[str, Any]:
    return {
        "message": error.message,
        "messageString": json.dumps(error.message),
        "responseType": error.type,
        "validationErrorString": error.reason,
    }
