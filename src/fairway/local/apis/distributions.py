"""CloudFront distributions: behaviours by path, origins, error pages, and what the edge keeps.

Rules: docs:AmazonCloudFront/latest/DeveloperGuide: distribution-web-values-specify.html (path patterns,
methods, default root object), HTTPStatusCodes.html (error responses),
private-content-restricting-access-to-s3.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from fairway.local.apis import lookup
from fairway.local.apis.edge import edge_of, met, policy_of
from fairway.local.apis.messages import Pairs, Request, Response
from fairway.local.apis.objects import Reader, answer, may

Fetch = Callable[[str, Request], Response | None]
"""Asks a host for something; None for a host that is not in this cloud."""

_BUCKET = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*?)\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com")
_ALL_VIEWER = frozenset({
    "216adef6-5c7f-47e4-b989-5492eafa07d3",  # AllViewer
    "b689b0a8-53d0-40ab-baf2-68738e2966ac",  # AllViewerExceptHostHeader
    "33f36d7e-f396-46d9-90e0-52428a34d9dc",  # AllViewerAndCloudFrontHeaders-2022-06
})  # fmt: skip
"""docs:AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html"""
_ONLY_BY_POLICY = ("authorization", "cookie")
_ERROR_SECONDS = 300
_KEPT_ERRORS = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})


@dataclass(frozen=True)
class _Visit:
    """One request at a distribution's edge, behind its default root object."""

    distribution: Any
    request: Request
    fetch: Fetch

    @property
    def config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = self.distribution.fairway_config
        return config


def handle(distribution: Any, request: Request, base: str, fetch: Fetch) -> Response:
    """Answer a request; `base` is what stands before the path in its URL."""
    config = distribution.fairway_config
    if not config["Enabled"]:
        return _own_error(403, "the distribution is disabled")
    if base and request.header("Sec-Fetch-Mode") == "navigate":
        return _to_own_host(distribution, request)
    if request.path == "/" and config.get("DefaultRootObject"):
        request = replace(request, path=f"/{config['DefaultRootObject']}")
    found = _through_edge(_Visit(distribution, request, fetch))
    tag = found.response.header("ETag")
    if found.response.status == 200 and tag and request.header("If-None-Match") == tag:
        return Response(304, found.response.headers)
    return found.response.with_headers([("X-Cache", found.from_where), ("Via", "1.1 cloudfront")])


def _to_own_host(distribution: Any, request: Request) -> Response:
    """A browser is sent to a host name of its own, where paths from the root are the site's."""
    label = distribution.domain_name.partition(".")[0]
    port = request.host.rpartition(":")[2]
    query = f"?{request.query}" if request.query else ""
    where = f"http://{label}.cloudfront.localhost:{port}{request.path}{query}"
    return Response(302, (("Location", where), ("Cache-Control", "no-store")))


@dataclass(frozen=True)
class _Found:
    response: Response
    from_where: str


def _through_edge(visit: _Visit) -> _Found:
    request, behavior = visit.request, _behavior(visit.config, visit.request.path)
    if any(_items(behavior, name) for name in ("FunctionAssociations", "LambdaFunctionAssociations")):
        met.say("distributions: functions at the edge are not run")
    methods = behavior.get("AllowedMethods", {})
    if request.method not in methods.get("Items", ("GET", "HEAD")):
        return _Found(_own_error(403, f"{request.method} is not allowed here"), "Error from cloudfront")
    cacheable = request.method in methods.get("CachedMethods", {}).get("Items", ("GET", "HEAD"))
    edge, policy = edge_of(visit.distribution), policy_of(behavior)
    variant = f"{request.method} {behavior['TargetOriginId']} {request.query if policy.by_query else ''}"
    kept = edge.get(request.path, variant) if cacheable else None
    if kept is not None:
        return _Found(kept, "Hit from cloudfront")
    made = _ask_origin(visit, behavior, forward_query=policy.by_query)
    if made.status in _KEPT_ERRORS:
        page, seconds = _error_page(visit, made)
        edge.keep(request.path, variant, page, seconds if cacheable else 0)
        return _Found(page, "Error from cloudfront")
    seconds = policy.seconds(made.header("Cache-Control") or "")
    edge.keep(request.path, variant, made, seconds if cacheable and made.status < 400 else 0)
    return _Found(made, "Miss from cloudfront")


def _behavior(config: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """The first whose path pattern fits, else the default one."""
    fitting = (each for each in _items(config, "CacheBehaviors") if _fits(each["PathPattern"], path))
    found: Mapping[str, Any] = next(fitting, config["DefaultCacheBehavior"])
    return found


def _fits(pattern: str, path: str) -> bool:
    """`*` and `?` are the only signs with a meaning; the slash at the beginning may be left out."""
    return fnmatchcase(path.lstrip("/"), pattern.lstrip("/").replace("[", "[[]"))


def _items(config: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = config.get(name, {}).get("Items") or []
    return found


def _ask_origin(visit: _Visit, behavior: Mapping[str, Any], *, forward_query: bool) -> Response:
    origins = {each["Id"]: each for each in _items(visit.config, "Origins")}
    origin = origins[behavior["TargetOriginId"]]
    host, path = origin["DomainName"], origin.get("OriginPath", "") + visit.request.path
    bucket = _BUCKET.fullmatch(host)
    if bucket and "S3OriginConfig" in origin:
        return _object(bucket["name"], unquote(path).lstrip("/"), origin, visit.distribution.arn)
    everything = behavior.get("OriginRequestPolicyId") in _ALL_VIEWER
    request = replace(
        visit.request,
        path=path,
        host=host,
        query=visit.request.query if everything or forward_query else "",
        headers=(*_forwarded(visit.request.headers, behavior, origin, everything), ("Host", host)),
    )
    made = visit.fetch(host, request)
    return made or _own_error(502, f"the origin {host} is not in this local cloud")


def _forwarded(
    headers: Pairs, behavior: Mapping[str, Any], origin: Mapping[str, Any], everything: bool
) -> Iterator[tuple[str, str]]:
    """The viewer's headers; who it is goes on only where a policy says so."""
    values = behavior.get("ForwardedValues", {})
    named = {str(name).lower() for name in _items(values, "Headers")}
    if values.get("Cookies", {}).get("Forward", "none") != "none":
        named.add("cookie")
    dropped = {name for name in _ONLY_BY_POLICY if not (everything or name in named or "*" in named)}
    own = {str(each["HeaderName"]): str(each["HeaderValue"]) for each in _items(origin, "CustomHeaders")}
    replaced = {"host", *dropped, *(name.lower() for name in own)}
    yield from (pair for pair in headers if pair[0].lower() not in replaced)
    yield from own.items()


def _object(bucket: str, key: str, origin: Mapping[str, Any], distribution: str) -> Response:
    """An object, as the bucket's policy lets this distribution read it.

    Who may not list a bucket does not learn which objects there are (docs:AmazonS3 GetObject).
    """
    found, reader = lookup.bucket(bucket), _reader(origin, distribution)
    if found is None:
        return _own_error(404, f"there is no bucket {bucket}")
    stored = found.keys.get(key)
    if stored is not None and may(found, "s3:GetObject", f"{found.arn}/{key}", reader):
        return answer(stored)
    if stored is None and may(found, "s3:ListBucket", found.arn, reader):
        return _own_error(404, f"there is no object {key}")
    why = "its policy does not let the distribution read it" if stored else "there is no such object to see"
    return _own_error(403, f"{bucket}/{key}: {why}")


def _reader(origin: Mapping[str, Any], distribution: str) -> Reader:
    if origin.get("OriginAccessControlId"):
        return Reader(service="cloudfront.amazonaws.com", source=distribution)
    identity = origin["S3OriginConfig"].get("OriginAccessIdentity", "")
    return Reader(identity=identity.rpartition("/")[2])


def _error_page(visit: _Visit, made: Response) -> tuple[Response, float]:
    """The page that the distribution has for such an error, else the error; and for how long it is kept."""
    own = next(
        (r for r in _items(visit.config, "CustomErrorResponses") if r["ErrorCode"] == made.status), None
    )
    if own is None:
        return made, 10  # docs: HTTPStatusCodes, without a custom error response
    seconds = float(own.get("ErrorCachingMinTTL", _ERROR_SECONDS))
    path = own.get("ResponsePagePath")
    if not path:
        return made, seconds
    request = replace(visit.request, path=path, query="")
    page = _ask_origin(replace(visit, request=request), _behavior(visit.config, path), forward_query=False)
    if page.status != 200:
        return made, seconds
    return replace(page, status=int(own.get("ResponseCode") or made.status)), seconds


def _own_error(status: int, reason: str) -> Response:
    headers = (
        ("Content-Type", "text/html"),
        ("x-fairway-reason", reason.encode("ascii", "replace").decode()),
    )
    return Response(status, headers, f"<h1>{status} ERROR</h1>The request could not be satisfied.".encode())
