"""The WSGI edge: which requests belong to an API or a function URL, and their way in and out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fairway.local.apis.messages import HOP_BY_HOP, Pairs, Request, Response
from fairway.local.wsgi import HEADERS

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_PATHS = re.compile(
    r"/(?:(?P<kind>_api|_cdn|_graphql|_url)/(?P<id>[A-Za-z0-9]+)|_site/(?P<bucket>[a-z0-9.-]+))(?P<rest>/.*)?$",
    re.DOTALL,
)
_HOSTS = re.compile(
    r"(?:(?P<bucket>[a-z0-9.-]+)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com"
    r"|(?P<id>[a-z0-9]+)\.(?:(?P<kind>execute-api|lambda-url|appsync-api|cloudfront(?=\.net|\.localhost))"
    r"\.(?:localhost|net|[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|on\.aws))))"
    r"(?::\d+)?$"
)
_KINDS = {
    "_api": "api", "execute-api": "api", "_url": "url", "lambda-url": "url",
    "_cdn": "cdn", "cloudfront": "cdn", "_graphql": "graphql", "appsync-api": "graphql",
}  # fmt: skip
# The services a client signs for when it calls an API with IAM authorization (BC SigV4 "service name").
_UNSIGNED = "(never signed)"
_DATA_PLANE_SERVICES = {
    "api": "execute-api", "url": "lambda", "graphql": "appsync", "site": _UNSIGNED, "cdn": _UNSIGNED,
}  # fmt: skip
_SCOPE = re.compile(r"Credential=[^,\s]*?/\d{8}/[a-z0-9-]+/(?P<service>[a-z0-9-]+)/aws4_request")


@dataclass(frozen=True)
class Target:
    """What a request is for: `kind` is "api", "cdn", "graphql", "url", or "site" (`id` is a bucket's name).

    `path` (encoded) is what follows `base`.
    """

    kind: str
    id: str
    path: str
    base: str


def target_of(environ: Environ) -> Target | None:
    """What a request addresses, by path or by Host header; None for AWS's own APIs."""
    path, _, _ = _raw_uri(environ).partition("?")
    by_path = _PATHS.match(path)
    by_host = _HOSTS.match(environ.get("HTTP_HOST", "").lower())
    match = by_path or by_host
    if match is None:
        return None
    kind = _KINDS[match["kind"]] if match["id"] else "site"
    if not _signed_for_data_plane(environ, kind):
        return None
    rest = (by_path["rest"] or "") if by_path else path
    return Target(kind, match["id"] or match["bucket"], rest or "/", base=path.removesuffix(rest))


def target_at(host: str, path: str) -> Target | None:
    """What a path addresses at a host name of AWS's; None for any other host."""
    match = _HOSTS.match(host)
    if match is None:
        return None
    kind = _KINDS[match["kind"]] if match["id"] else "site"
    return Target(kind, match["id"] or match["bucket"], path, base="")


def _signed_for_data_plane(environ: Environ, kind: str) -> bool:
    """Requests signed for an AWS service are moto's; unsigned ones and those signed for the data plane are
    ours."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    if not authorization.startswith("AWS4-HMAC-SHA256"):
        return True
    scope = _SCOPE.search(authorization)
    return scope is not None and scope["service"] == _DATA_PLANE_SERVICES[kind]


def _raw_uri(environ: Environ) -> str:
    """The URI as sent: PATH_INFO is decoded, and an encoded slash could not be told from a real one."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw:
        return re.sub(r"^https?://[^/]+", "", str(raw))
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def request_of(environ: Environ, path: str) -> Request:
    return Request(
        method=environ["REQUEST_METHOD"].upper(),
        path=path,
        query=_raw_uri(environ).partition("?")[2],
        headers=_headers(environ),
        body=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
        source_ip=environ.get("REMOTE_ADDR") or "127.0.0.1",
        protocol=environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
        host=environ.get("HTTP_HOST", ""),
    )


def _headers(environ: Environ) -> Pairs:
    """The headers as the server received them, or else what WSGI keeps of them, in Title-Case."""
    if HEADERS in environ:
        return tuple(pair for pair in environ[HEADERS] if pair[0].lower() not in HOP_BY_HOP)
    pairs = [
        (key.removeprefix("HTTP_").replace("_", "-").title(), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_") or key in ("CONTENT_TYPE", "CONTENT_LENGTH")
    ]
    return tuple(pair for pair in pairs if pair[1] != "" and pair[0].lower() not in HOP_BY_HOP)


def send(response: Response, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [
        (name, value)
        for name, value in response.headers
        if name.lower() not in HOP_BY_HOP and name.lower() != "content-length"
    ]
    body = b"" if environ["REQUEST_METHOD"] == "HEAD" or response.status in (204, 304) else response.body
    if response.status not in (204, 304):
        headers.append(("Content-Length", str(len(response.body))))
    start_response(f"{response.status} {_reason(response.status)}", headers)
    return [body]


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
