"""CORS as HTTP APIs and function URLs do it themselves. Both services name the same settings, in two
spellings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairway.local.apis.messages import Request, Response


@dataclass(frozen=True)
class Cors:
    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int | None = None


def cors_of(config: Mapping[str, Any] | None) -> Cors | None:
    """Read a CorsConfiguration (`allowOrigins`) or a function URL's Cors (`AllowOrigins`)."""
    if not config:
        return None
    given = {key[0].lower() + key[1:]: value for key, value in config.items()}
    max_age = given.get("maxAge")
    return Cors(
        origins=tuple(given.get("allowOrigins") or ()),
        methods=tuple(given.get("allowMethods") or ()),
        headers=tuple(given.get("allowHeaders") or ()),
        exposed=tuple(given.get("exposeHeaders") or ()),
        credentials=str(given.get("allowCredentials", False)).lower() == "true",
        max_age=None if max_age is None else int(max_age),
    )


def is_preflight(request: Request) -> bool:
    return (
        request.method == "OPTIONS"
        and bool(request.header("origin"))
        and bool(request.header("access-control-request-method"))
    )


def preflight(cors: Cors, request: Request) -> Response:
    """The answer to a preflight: 204, with the allowances when the origin is one of them."""
    origin = _allowed_origin(cors, request)
    if origin is None:
        return Response(204)
    headers = [*_common(cors, origin)]
    if cors.methods:
        headers.append(("Access-Control-Allow-Methods", ",".join(cors.methods)))
    if cors.headers:
        headers.append(("Access-Control-Allow-Headers", ",".join(cors.headers)))
    if cors.max_age is not None:
        headers.append(("Access-Control-Max-Age", str(cors.max_age)))
    return Response(204, tuple(headers))


def with_cors(response: Response, cors: Cors, request: Request) -> Response:
    """The answer with the CORS headers of the configuration, which replace the function's own."""
    own = tuple(pair for pair in response.headers if not pair[0].lower().startswith("access-control-"))
    stripped = Response(response.status, own, response.body)
    origin = _allowed_origin(cors, request)
    return stripped if origin is None else stripped.with_headers(_common(cors, origin))


def _common(cors: Cors, origin: str) -> list[tuple[str, str]]:
    headers = [("Access-Control-Allow-Origin", origin)]
    if origin != "*":
        headers.append(("Vary", "Origin"))
    if cors.credentials:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    if cors.exposed:
        headers.append(("Access-Control-Expose-Headers", ",".join(cors.exposed)))
    return headers


def _allowed_origin(cors: Cors, request: Request) -> str | None:
    origin = request.header("origin")
    if not origin:
        return None
    if "*" in cors.origins:
        return origin if cors.credentials else "*"
    scheme_wildcard = origin.partition("://")[0] + "://*"
    return origin if origin in cors.origins or scheme_wildcard in cors.origins else None
