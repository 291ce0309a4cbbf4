"""REST APIs (version 1): a request in, the deployed method found, authorised, integrated, answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fairway.local.apis import backends, mapping, proxy_v1, snapshot
from fairway.local.apis.api_keys import find_key
from fairway.local.apis.authorizers_v1 import authorize
from fairway.local.apis.calls import (
    FunctionFailed,
    IntegrationFailed,
    Misconfigured,
    TimedOut,
    call_function,
)
from fairway.local.apis.gateway_errors import GatewayError, error_response
from fairway.local.apis.messages import Request, Response, header_pairs
from fairway.local.apis.proxy_v1 import Call
from fairway.local.apis.routing import best_match
from fairway.local.apis.snapshot import Snapshot
from fairway.local.apis.validation import validate
from fairway.local.permissions import may_invoke
from fairway.local.store import Place, function_arn_of

log = logging.getLogger("fairway.local.apis")

ServiceCaller = Callable[[backends.Outgoing], mapping.Answer]


def handle(api: Any, place: Place, request: Request, call_service: ServiceCaller) -> Response:
    """Answer a request whose path starts with the stage: `/STAGE/path`."""
    stage_name, _, path = request.path.lstrip("/").partition("/")
    request = replace(request, path=f"/{path}")
    stage = api.stages.get(stage_name)
    deployment = api.deployments.get(stage.deployment_id) if stage else None
    deployed = snapshot.of_deployment(deployment) if deployment else None
    if deployed is None:
        error = GatewayError("FORBIDDEN", f"API {api.id} has no deployed stage {stage_name!r}")
        return error_response(error, {}, {"requestId": request.id})
    call = Call(
        request=request,
        account=place.account,
        region=place.region,
        api_id=api.id,
        stage=stage_name,
        resource_id="",
        resource_path="",
        path_parameters={},
        stage_variables=stage.variables or {},
        binary_types=deployed.binary_types,
    )
    try:
        return _answer(call, deployed, call_service)
    except GatewayError as error:
        log.warning("%s %s: %s: %s", request.method, request.path, error.type, error.reason)
        return error_response(error, deployed.gateway_responses, proxy_v1.request_context(call))


def _answer(call: Call, deployed: Snapshot, call_service: ServiceCaller) -> Response:
    call, method = _route(call, deployed)
    if method.get("apiKeyRequired"):
        call = _with_api_key(call, deployed)
    call = _authorised(call, method, deployed)
    validate(call, method, deployed)
    return _integrate(call, method.get("methodIntegration") or {}, call_service)


def _route(call: Call, deployed: Snapshot) -> tuple[Call, Mapping[str, Any]]:
    for template, match in best_match(deployed.resources, call.request.path):
        resource = deployed.resources[template]
        methods = resource.get("resourceMethods") or {}
        method = methods.get(call.request.method) or methods.get("ANY")
        if method is not None:
            found = replace(
                call, resource_id=resource["id"], resource_path=template, path_parameters=match.parameters
            )
            return found, method
    raise GatewayError(
        "MISSING_AUTHENTICATION_TOKEN",
        f"the deployment of stage {call.stage} has no {call.request.method} {call.request.path}",
    )


def _with_api_key(call: Call, deployed: Snapshot) -> Call:
    if deployed.key_source != "HEADER":
        raise GatewayError("API_CONFIGURATION_ERROR", "the local cloud takes API keys from the header only")
    value = call.request.header("x-api-key")
    key = find_key(value, call.account, call.region, call.api_id, call.stage) if value else None
    if key is None:
        raise GatewayError("INVALID_API_KEY", "no enabled API key of a usage plan with this stage was sent")
    return replace(call, api_key=value, api_key_id=key)


def _authorised(call: Call, method: Mapping[str, Any], deployed: Snapshot) -> Call:
    kind = method.get("authorizationType") or "NONE"
    if kind == "NONE":
        return call
    if kind == "AWS_IAM":
        if not (call.request.header("authorization") or "").startswith("AWS4-HMAC-SHA256"):
            raise GatewayError(
                "MISSING_AUTHENTICATION_TOKEN", "the method wants a request signed for execute-api"
            )
        return call
    authorizer = deployed.authorizers.get(str(method.get("authorizerId")))
    if authorizer is None:
        raise GatewayError(
            "AUTHORIZER_CONFIGURATION_ERROR", f"there is no authorizer {method.get('authorizerId')}"
        )
    return replace(call, authorizer=authorize(call, authorizer))


def _integrate(call: Call, integration: Mapping[str, Any], call_service: ServiceCaller) -> Response:
    kind = str(integration.get("type") or "").upper()
    if kind == "AWS_PROXY":
        return _lambda_proxy(call, integration)
    if kind == "MOCK":
        answer = backends.mock_answer(mapping.mapped_body(call, integration))
    elif kind == "HTTP_PROXY":
        return _http_proxy(call, integration)
    elif kind == "HTTP":
        status, headers, body = backends.call_http(_http_request(call, integration, proxied=False))
        answer = mapping.Answer(status, dict(headers), body.decode(errors="replace"), str(status))
    elif kind == "AWS":
        answer = _aws(call, integration, call_service)
    else:
        raise GatewayError("API_CONFIGURATION_ERROR", f"no integration of type {kind or 'none'} can be run")
    return mapping.mapped_response(call, integration, answer)


def _integration_function(call: Call, integration: Mapping[str, Any]) -> str:
    """The function an integration calls, once its permission has been seen to allow it."""
    uri = mapping.with_stage_variables(str(integration.get("uri") or ""), call.stage_variables)
    arn = function_arn_of(uri)
    if arn is None:
        raise GatewayError("API_CONFIGURATION_ERROR", f"the integration URI {uri} names no function")
    if not integration.get("credentials") and not may_invoke(
        arn, "apigateway.amazonaws.com", call.source_arns()
    ):
        raise GatewayError(
            "API_CONFIGURATION_ERROR",
            f"no permission lets apigateway.amazonaws.com invoke {arn} from {call.source_arns()[0]}: "
            "add an AWS::Lambda::Permission",
        )
    return arn


def _lambda_proxy(call: Call, integration: Mapping[str, Any]) -> Response:
    arn = _integration_function(call, integration)
    try:
        result = call_function(arn, proxy_v1.event_of(call), _patience(integration))
        return proxy_v1.response_of(result, call)
    except TimedOut as failure:
        raise GatewayError("INTEGRATION_TIMEOUT", failure.reason) from failure
    except Misconfigured as failure:
        raise GatewayError("API_CONFIGURATION_ERROR", failure.reason) from failure
    except IntegrationFailed as failure:
        raise GatewayError("DEFAULT_5XX", failure.reason) from failure


def _aws(call: Call, integration: Mapping[str, Any], call_service: ServiceCaller) -> mapping.Answer:
    uri = mapping.with_stage_variables(str(integration.get("uri") or ""), call.stage_variables)
    body = mapping.mapped_body(call, integration)
    if function_arn_of(uri) is not None:
        return _lambda_custom(_integration_function(call, integration), body, _patience(integration))
    for name, value in mapping.request_parameters(call, integration, "path").items():
        uri = uri.replace(f"{{{name}}}", value)
    outgoing = backends.service_request(
        uri,
        str(integration.get("httpMethod") or "POST"),
        mapping.request_parameters(call, integration, "header"),
        body,
        mapping.request_parameters(call, integration, "querystring"),
    )
    return call_service(outgoing)


def _patience(integration: Mapping[str, Any]) -> float:
    """Seconds to wait for a backend."""
    return float(integration.get("timeoutInMillis") or 29000) / 1000


def _lambda_custom(arn: str, body: str, patience: float) -> mapping.Answer:
    try:
        result = call_function(arn, json.loads(body or "{}"), patience)
    except ValueError as error:
        raise GatewayError(
            "API_CONFIGURATION_ERROR", f"the request template renders no JSON: {error}"
        ) from error
    except TimedOut as failure:
        raise GatewayError("INTEGRATION_TIMEOUT", failure.reason) from failure
    except Misconfigured as failure:
        raise GatewayError("API_CONFIGURATION_ERROR", failure.reason) from failure
    except FunctionFailed as failure:
        return mapping.Answer(200, {}, json.dumps(failure.document), failure.message)
    except IntegrationFailed as failure:
        raise GatewayError("DEFAULT_5XX", failure.reason) from failure
    return mapping.Answer(200, {}, json.dumps(result), "")


def _http_request(call: Call, integration: Mapping[str, Any], *, proxied: bool) -> backends.Outgoing:
    uri = mapping.with_stage_variables(str(integration.get("uri") or ""), call.stage_variables)
    for name, value in mapping.request_parameters(call, integration, "path").items():
        uri = uri.replace(f"{{{name}}}", value)
    query = call.request.query if proxied else ""
    extra_query = mapping.request_parameters(call, integration, "querystring")
    query = "&".join([part for part in (query, urlencode(extra_query)) if part])
    method = str(integration.get("httpMethod") or call.request.method)
    passed = {
        name: value for name, value in call.request.headers if name.lower() not in ("host", "content-length")
    }
    return backends.Outgoing(
        method=call.request.method if method == "ANY" else method,
        url=f"{uri}?{query}" if query else uri,
        headers={**(passed if proxied else {}), **mapping.request_parameters(call, integration, "header")},
        body=call.request.body if proxied else mapping.mapped_body(call, integration).encode(),
        timeout=_patience(integration),
    )


def _http_proxy(call: Call, integration: Mapping[str, Any]) -> Response:
    status, headers, body = backends.call_http(_http_request(call, integration, proxied=True))
    return Response(status, header_pairs(dict(headers)), body)
