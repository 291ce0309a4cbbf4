"""First-class AWS service integrations of HTTP APIs: parameters with `$request…` expressions become one AWS
call."""

from __future__ import annotations

import json
import re
from typing import Any

from fairway.local.apis import backends
from fairway.local.apis.messages import Response
from fairway.local.apis.proxy_v2 import Route
from fairway.local.apis.rest import ServiceCaller
from fairway.local.apis.v2_errors import HttpApiError
from fairway.local.apis.vtl_objects import json_path

# Integration subtype -> (service, action). Source: BC API Gateway developer guide, "Integration subtype
# reference".
_ACTIONS = {
    "EventBridge-PutEvents": ("events", "PutEvents"),
    "SQS-SendMessage": ("sqs", "SendMessage"),
    "StepFunctions-StartExecution": ("states", "StartExecution"),
    "Kinesis-PutRecord": ("kinesis", "PutRecord"),
}
_EXPRESSION = re.compile(r"\$\{?(request|context|stageVariables)([\w.$\[\]'-]*)\}?")


def run_service_route(route: Route, integration: Any, call_service: ServiceCaller) -> Response:
    """Make the call and pass its answer on. Raises HttpApiError for subtypes the local cloud does not
    have."""
    subtype = integration.integration_subtype
    if subtype not in _ACTIONS:
        raise HttpApiError(500, f"the local cloud does not have the integration {subtype}")
    service, action = _ACTIONS[subtype]
    values = {
        name: _value(route, str(source)) for name, source in (integration.request_parameters or {}).items()
    }
    region = values.pop("Region", route.region)
    uri = f"arn:aws:apigateway:{region}:{service}:action/{action}"
    outgoing = backends.service_request(uri, "POST", {}, json.dumps(_input(subtype, values)), {})
    answer = call_service(outgoing)
    return Response(answer.status, (("Content-Type", "application/json"),), answer.body.encode())


def _input(subtype: str, values: dict[str, str]) -> dict[str, Any]:
    if subtype == "EventBridge-PutEvents":
        entry: dict[str, Any] = dict(values)
        if "Resources" in entry:
            entry["Resources"] = [item.strip() for item in entry["Resources"].split(",")]
        return {"Entries": [entry]}
    if subtype == "StepFunctions-StartExecution":
        return {key[0].lower() + key[1:]: value for key, value in values.items()}
    return dict(values)


def _value(route: Route, source: str) -> str:
    """A parameter's value: `$request.body.x`, `$request.header.x`… alone, or inside a text as `${…}`."""
    return _EXPRESSION.sub(lambda match: _resolved(route, match[1], match[2].lstrip(".")), source)


def _resolved(route: Route, root: str, path: str) -> str:
    kind, _, name = path.partition(".")
    found: Any = None
    if root == "stageVariables":
        found = route.stage_variables.get(path)
    elif root == "context":
        found = {"requestId": route.request.id, "stage": route.stage, "apiId": route.api_id}.get(path)
    elif kind == "header":
        found = route.request.header(name)
    elif kind == "querystring":
        found = route.request.query_value(name)
    elif kind == "path":
        found = route.path_parameters.get(name) if name else route.request.path
    elif kind == "body":
        found = _from_body(route.request.body, name)
    if found is None:
        raise HttpApiError(500, f"the request has no {root}.{path}")
    return found if isinstance(found, str) else json.dumps(found)


def _from_body(body: bytes, path: str) -> Any:
    if not path:
        return body.decode(errors="replace")
    try:
        return json_path(json.loads(body), f"$.{path}")
    except ValueError:
        return None
