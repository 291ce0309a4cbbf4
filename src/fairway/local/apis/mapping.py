"""Non-proxy integrations: request parameters and templates in, the integration response chosen and mapped
out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairway.local.apis.gateway_errors import GatewayError
from fairway.local.apis.messages import Response, last_values
from fairway.local.apis.proxy_v1 import Call, request_context
from fairway.local.apis.vtl import render
from fairway.local.apis.vtl_objects import Input, Unsupported, Util, json_path


@dataclass(frozen=True)
class Answer:
    """What an integration's backend said. `selector` is what selectionPattern is matched with:
    the status code of HTTP and AWS service backends, a Lambda function's errorMessage or nothing."""

    status: int
    headers: Mapping[str, str]
    body: str
    selector: str


def scope_of(call: Call, body: str) -> dict[str, Any]:
    """The root references of a mapping template for one call."""
    request = call.request
    return {
        "input": Input(
            body, call.path_parameters, last_values(request.query_pairs()), last_values(request.headers)
        ),
        "context": request_context(call),
        "util": Util(),
        "stageVariables": dict(call.stage_variables),
    }


def mapped_body(call: Call, integration: Mapping[str, Any]) -> str:
    """The body that the backend gets: the template for the request's content type, or the body itself where
    passthroughBehavior allows. Raises GatewayError (415, or 500 for what the template subset lacks)."""
    body = call.request.body.decode(errors="replace")
    templates = integration.get("requestTemplates") or {}
    content_type = (call.request.header("content-type") or "application/json").split(";")[0].strip().lower()
    template = next((text for kind, text in templates.items() if kind.lower() == content_type), None)
    if template is None and "$default" in templates:
        template = templates["$default"]
    if template is not None:
        return render_or_refuse(template, scope_of(call, body))
    behaviour = integration.get("passthroughBehavior") or "WHEN_NO_MATCH"
    if behaviour == "NEVER" or (behaviour == "WHEN_NO_TEMPLATES" and templates):
        raise GatewayError("UNSUPPORTED_MEDIA_TYPE", f"no request template for {content_type}")
    return body


def render_or_refuse(template: str, scope: Mapping[str, Any]) -> str:
    """Render, or refuse with the name of what the local cloud's template subset does not have."""
    try:
        return render(template, scope)
    except Unsupported as error:
        reason = f"the local cloud's mapping templates do not support {error}"
        raise GatewayError("API_CONFIGURATION_ERROR", reason, reason) from error
    except (ValueError, TypeError, IndexError, KeyError) as error:
        raise GatewayError("API_CONFIGURATION_ERROR", f"the mapping template failed: {error!r}") from error


def request_parameters(call: Call, integration: Mapping[str, Any], kind: str) -> dict[str, str]:
    """The `integration.request.KIND.*` parameters (kind: header, querystring, path) with their values."""
    prefix = f"integration.request.{kind}."
    given = (integration.get("requestParameters") or {}).items()
    values = {
        key.removeprefix(prefix): _source(call, str(source))
        for key, source in given
        if key.startswith(prefix)
    }
    return {key: value for key, value in values.items() if value is not None}


def _source(call: Call, source: str) -> str | None:
    """The value of a mapping source: a quoted constant, or where in the request or context to look."""
    if source.startswith("'") and source.endswith("'"):
        return source[1:-1]
    request = call.request
    kind, _, name = source.partition("method.request.")[2].partition(".")
    found: Any = None
    if kind == "header":
        found = request.header(name)
    elif kind in ("querystring", "multivaluequerystring"):
        found = request.query_value(name)
    elif kind == "path":
        found = call.path_parameters.get(name)
    elif kind == "body":
        found = json_path(
            scope_of(call, request.body.decode(errors="replace"))["input"].document(), name or "$"
        )
    elif source.startswith("stageVariables."):
        found = call.stage_variables.get(source.partition(".")[2])
    elif source.startswith("context."):
        found = request_context(call)
        for part in source.split(".")[1:]:
            found = found.get(part) if isinstance(found, dict) else None
    return None if found is None else str(found)


def with_stage_variables(text: str, variables: Mapping[str, str]) -> str:
    """A URI with its `${stageVariables.name}` filled in."""
    return re.sub(r"\$\{stageVariables\.(\w+)\}", lambda match: variables.get(match[1], ""), text)


def mapped_response(call: Call, integration: Mapping[str, Any], answer: Answer) -> Response:
    """The HTTP answer after the integration response that matches. Raises GatewayError when none does."""
    chosen = choose(integration.get("integrationResponses") or {}, answer.selector)
    if chosen is None:
        raise GatewayError("API_CONFIGURATION_ERROR", f"no integration response matches {answer.selector!r}")
    templates = chosen.get("responseTemplates") or {}
    body, content_type = answer.body, answer.headers.get("Content-Type", "application/json")
    if templates:
        content_type, template = next(iter(templates.items()))
        body = render_or_refuse(template, scope_of(call, answer.body)) if template else answer.body
    headers = [("Content-Type", content_type)]
    for target, source in (chosen.get("responseParameters") or {}).items():
        value = _response_source(call, str(source), answer)
        if target.startswith("method.response.header.") and value is not None:
            headers.append((target.removeprefix("method.response.header."), value))
    response = Response(int(chosen["statusCode"]), (), body.encode())
    return response.with_headers({name.lower(): (name, value) for name, value in headers}.values())


def choose(responses: Mapping[str, Mapping[str, Any]], selector: str) -> Mapping[str, Any] | None:
    """The integration response whose selectionPattern matches the whole selector, else the default one."""
    for response in responses.values():
        pattern = response.get("selectionPattern")
        if pattern and re.fullmatch(pattern, selector, re.DOTALL):
            return response
    return next((response for response in responses.values() if not response.get("selectionPattern")), None)


def _response_source(call: Call, source: str, answer: Answer) -> str | None:
    if source.startswith("integration.response.header."):
        wanted = source.removeprefix("integration.response.header.").lower()
        return next((value for name, value in answer.headers.items() if name.lower() == wanted), None)
    if source.startswith("integration.response.body"):
        path = "$" + source.removeprefix("integration.response.body")
        value = json_path(Input(answer.body, {}, {}, {}).document(), path)
        return None if value is None else str(value)
    return _source(call, source)
