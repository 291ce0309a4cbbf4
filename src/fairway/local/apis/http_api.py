"""HTTP APIs (version 2): stage and route found, authorised, integrated, answered, with CORS."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from fairway.local.apis import backends, proxy_v1, proxy_v2
from fairway.local.apis.authorizers_v2 import authorize
from fairway.local.apis.calls import IntegrationFailed, TimedOut, call_function
from fairway.local.apis.cors import Cors, cors_of, is_preflight, preflight, with_cors
from fairway.local.apis.gateway_errors import GatewayError
from fairway.local.apis.mapping import with_stage_variables
from fairway.local.apis.messages import Request, Response, header_pairs, json_response, one_line
from fairway.local.apis.proxy_v2 import Route
from fairway.local.apis.rest import ServiceCaller
from fairway.local.apis.routing import match_path
from fairway.local.apis.service_routes import run_service_route
from fairway.local.apis.v2_errors import HttpApiError
from fairway.local.permissions import may_invoke
from fairway.local.store import Place, function_arn_of

log = logging.getLogger("fairway.local.apis")


def handle(api: Any, place: Place, request: Request, call_service: ServiceCaller) -> Response:
    """Answer a request whose path may start with a named stage; otherwise it is for `$default`."""
    cors = cors_of(api.cors_configuration)
    if cors and is_preflight(request):
        return preflight(cors, request)
    try:
        response = _answer(api, place, request, call_service)
    except HttpApiError as error:
        log.warning("%s %s: %d: %s", request.method, request.path, error.status, error.reason)
        response = json_response(
            error.status, {"message": error.message}, [("x-fairway-reason", one_line(error.reason))]
        )
    except GatewayError as error:
        log.warning("%s %s: %s: %s", request.method, request.path, error.type, error.reason)
        response = json_response(503, {"message": "Service Unavailable"})
    return _finished(response, cors, request)


def _finished(response: Response, cors: Cors | None, request: Request) -> Response:
    response = response.with_headers([("Apigw-Requestid", request.id)])
    return with_cors(response, cors, request) if cors else response


def _answer(api: Any, place: Place, request: Request, call_service: ServiceCaller) -> Response:
    stage, request, raw_path = _stage_of(api, request)
    # The deployment is recorded by fairway.local.fidelity.http; moto has none.
    if not (stage.auto_deploy or getattr(stage, "fairway_deployment", None)):
        raise HttpApiError(404, f"stage {stage.name} has no deployment and no AutoDeploy")
    route, definition = _route(api, place, request, stage, raw_path)
    route = replace(route, authorizer=authorize(route, definition, api))
    integration_id = str(definition.target or "").removeprefix("integrations/")
    integration = api.integrations.get(integration_id)
    if integration is None:
        raise HttpApiError(500, f"route {definition.route_key} has no integration")
    return _integrate(route, integration, call_service)


def _stage_of(api: Any, request: Request) -> tuple[Any, Request, str]:
    """The stage, the request below it, and the path with the stage in it."""
    first, _, rest = request.path.lstrip("/").partition("/")
    raw_path = unquote(request.path)
    if first in api.stages:
        return api.stages[first], replace(request, path=f"/{rest}"), raw_path
    if "$default" in api.stages:
        return api.stages["$default"], request, raw_path
    raise HttpApiError(404, f"API {api.api_id} has no stage {first!r} and no $default stage")


def _route(api: Any, place: Place, request: Request, stage: Any, raw_path: str) -> tuple[Route, Any]:
    found: list[tuple[tuple[Any, ...], Any, Mapping[str, str]]] = []
    for definition in api.routes.values():
        method, _, template = definition.route_key.partition(" ")
        match = match_path(template, request.path) if template else None
        if match is not None and method in (request.method, "ANY"):
            # The path decides before the method (BC HTTP API, "Routing API requests").
            found.append(((match.rank, method == "ANY"), definition, match.parameters))
    if found:
        _, definition, parameters = min(found, key=lambda item: item[0])
    else:
        definition = next((item for item in api.routes.values() if item.route_key == "$default"), None)
        parameters = {}
    if definition is None:
        raise HttpApiError(404, f"no route of API {api.api_id} fits {request.method} {request.path}")
    route = Route(
        request=request,
        account=place.account,
        region=place.region,
        api_id=api.api_id,
        stage=stage.name,
        route_key=definition.route_key,
        raw_path=raw_path,
        domain=f"{api.api_id}.execute-api.{place.region}.amazonaws.com",
        path_parameters=parameters,
        stage_variables=stage.stage_variables or {},
    )
    return route, definition


def _integrate(route: Route, integration: Any, call_service: ServiceCaller) -> Response:
    if integration.integration_type == "HTTP_PROXY":
        return _http_proxy(route, integration)
    if integration.integration_type != "AWS_PROXY":
        raise HttpApiError(
            500, f"integration type {integration.integration_type} cannot be run by the local cloud"
        )
    if integration.integration_subtype:
        return run_service_route(route, integration, call_service)
    return _lambda(route, integration)


def _lambda(route: Route, integration: Any) -> Response:
    uri = with_stage_variables(str(integration.integration_uri or ""), route.stage_variables)
    arn = function_arn_of(uri)
    if arn is None:
        raise HttpApiError(500, f"the integration URI {uri} names no function")
    if not integration.credentials_arn and not may_invoke(
        arn, "apigateway.amazonaws.com", source_arns(route)
    ):
        raise HttpApiError(
            500,
            f"no permission lets apigateway.amazonaws.com invoke {arn} from {source_arns(route)[0]}: "
            "add an AWS::Lambda::Permission",
        )
    version = integration.payload_format_version or "1.0"
    event = event_v1(route) if version == "1.0" else proxy_v2.event_of(route)
    try:
        return proxy_v2.response_of(call_function(arn, event, _patience(integration)), version=version)
    except TimedOut as failure:
        raise HttpApiError(503, failure.reason) from failure
    except IntegrationFailed as failure:
        raise HttpApiError(500, failure.reason) from failure


def _patience(integration: Any) -> float:
    """Seconds to wait for a backend."""
    return float(integration.timeout_in_millis or 30000) / 1000


def source_arns(route: Route) -> tuple[str, ...]:
    """What a permission's SourceArn may name for this route: its template, the path itself, `$default`."""
    base = f"arn:aws:execute-api:{route.region}:{route.account}:{route.api_id}/{route.stage}"
    if route.route_key == "$default":
        return (f"{base}/$default", f"{base}/{route.request.method}{route.request.path}")
    _, _, template = route.route_key.partition(" ")
    method = route.request.method
    return (f"{base}/{method}{template}", f"{base}/{method}{route.request.path}", f"{base}{template}")


def event_v1(route: Route) -> dict[str, Any]:
    """The event of payload format 1.0: that of a REST API, with its version."""
    call = proxy_v1.Call(
        request=replace(route.request, path=route.raw_path),
        account=route.account,
        region=route.region,
        api_id=route.api_id,
        stage=route.stage,
        resource_id=route.route_key,
        resource_path=route.route_key.partition(" ")[2] or route.route_key,
        path_parameters=route.path_parameters,
        stage_variables=route.stage_variables,
        authorizer=route.authorizer,
    )
    event = proxy_v1.event_of(call)
    event["requestContext"]["path"] = route.raw_path
    return {"version": "1.0", **event}


def _http_proxy(route: Route, integration: Any) -> Response:
    uri = with_stage_variables(str(integration.integration_uri or ""), route.stage_variables)
    for name, value in route.path_parameters.items():
        uri = uri.replace(f"{{{name}}}", value).replace(f"{{{name}+}}", value)
    if integration.request_parameters:
        raise HttpApiError(500, "the local cloud does not map parameters of HTTP_PROXY integrations")
    method = integration.integration_method or "ANY"
    passed = {
        name: value for name, value in route.request.headers if name.lower() not in ("host", "content-length")
    }
    outgoing = backends.Outgoing(
        method=route.request.method if method == "ANY" else method,
        url=f"{uri}?{route.request.query}" if route.request.query else uri,
        headers=passed,
        body=route.request.body,
        timeout=_patience(integration),
    )
    status, headers, body = backends.call_http(outgoing)
    return Response(status, header_pairs(dict(headers)), body)
