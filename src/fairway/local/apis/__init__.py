"""Web data planes of the local cloud on its one port: REST and HTTP APIs, function URLs, S3 websites and
CloudFront distributions.

`/_api/API_ID/STAGE/path`, `/_url/URL_ID/path`, `/_site/BUCKET/path`, `/_cdn/ID/path`, or AWS host names in
the Host header.
`install()` is called once before any moto backend exists; `middleware(app)` goes in front of moto.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fairway.local.apis.messages import Request, Response
    from fairway.local.apis.wsgi import Environ, Target, WsgiApp

log = logging.getLogger("fairway.local.apis")

# What of moto is replaced; see fairway.local.selftest.
RELIES_ON = {
    "moto.apigateway.models:RestAPI.create_deployment": ("self", "name", "description", "stage_variables"),
    "moto.apigateway.models:Resource.to_dict": ("self",),
    "moto.cognitoidp.responses:CognitoIdpJsonWebKeyResponse.serve_json_web_key": (),
}

_NEVER = (
    "APIs: throttling, quotas, response caches, resource policies, WAF, mutual TLS, custom domain names",
    "APIs: access logs and execution logs; streamed answers of function URLs",
    "APIs: WebSocket APIs; HTTP API stages without AutoDeploy serve the current routes",
    "distributions: HTTPS, compression, signed URLs, WAF, functions at the edge, origins elsewhere",
)


def install() -> None:
    """Teach moto's REST APIs to keep what was deployed."""
    from fairway.local.apis import snapshot

    snapshot.install()


def limitations() -> list[str]:
    """What the data planes do not do."""
    from fairway.local.apis.edge import met

    return [*_NEVER, *met.met()]


def middleware(app: WsgiApp) -> WsgiApp:
    """A WSGI app that answers API and function URL requests and hands everything else to `app`."""
    from fairway.local.apis import wsgi

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        target = wsgi.target_of(environ)
        if target is None:
            return app(environ, start_response)
        return wsgi.send(
            _respond(target, wsgi.request_of(environ, target.path), app), environ, start_response
        )

    return answer


def _respond(target: Target, request: Request, app: WsgiApp) -> Response:
    from fairway.local.apis.messages import json_response

    try:
        return _dispatch(target, request, app)
    except Exception:
        log.exception("%s %s failed inside the local cloud", request.method, request.path)
        return json_response(
            500, {"message": "Internal server error"}, [("x-fairway-reason", "see the cloud's log")]
        )


def _dispatch(target: Target, request: Request, app: WsgiApp) -> Response:
    from fairway.local.apis import backends, distributions, function_urls, http_api, lookup, rest, websites
    from fairway.local.apis.messages import json_response

    call_service = partial(backends.call_service, app)
    if target.kind == "cdn":
        if found_distribution := lookup.distribution(target.id):
            fetch = partial(_fetch, app)
            return distributions.handle(found_distribution, request, target.base, fetch)
    elif target.kind == "site":
        if found_bucket := lookup.bucket(target.id):
            return websites.handle(found_bucket, request, target.base)
    elif target.kind == "url":
        if found := lookup.function_url(target.id):
            place, function_arn, config = found
            return function_urls.handle(function_arn, config, place, request)
    elif target.kind == "graphql":
        if found_graphql := lookup.graphql_api(target.id):
            from fairway.local.graphql import server

            return server.handle(found_graphql[1], found_graphql[0], request, call_service)
    elif found_rest := lookup.rest_api(target.id):
        return rest.handle(found_rest[1], found_rest[0], request, call_service)
    elif found_http := lookup.http_api(target.id):
        place, api = found_http
        if api.protocol_type == "WEBSOCKET":
            return json_response(501, {"message": "The local cloud does not serve WebSocket APIs"})
        return http_api.handle(api, place, request, call_service)
    kinds = {
        "api": "API", "cdn": "distribution", "graphql": "GraphQL API", "site": "bucket",
        "url": "function URL",
    }  # fmt: skip
    what = kinds[target.kind]
    reason = f"there is no {what} {target.id} in the local cloud"
    return json_response(403, {"message": "Forbidden"}, [("x-fairway-reason", reason)])


def _fetch(app: WsgiApp, host: str, request: Request) -> Response | None:
    """What a host name of this cloud answers; None for one that is none."""
    from fairway.local.apis import wsgi

    target = wsgi.target_at(host, request.path)
    return None if target is None else _dispatch(target, request, app)
