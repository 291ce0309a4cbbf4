"""Request validators of REST APIs: required parameters, and bodies against models (JSON schema)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairway.local.apis.gateway_errors import GatewayError
from fairway.local.apis.proxy_v1 import Call
from fairway.local.apis.snapshot import Snapshot


def validate(call: Call, method: Mapping[str, Any], deployed: Snapshot) -> None:
    """Raise GatewayError (400) for what the method's validator does not let through."""
    validator = deployed.validators.get(str(method.get("requestValidatorId")))
    if validator is None:
        return
    if validator.get("validateRequestParameters"):
        _validate_parameters(call, method.get("requestParameters") or {})
    if validator.get("validateRequestBody"):
        _validate_body(call, method.get("requestModels") or {}, deployed)


def _validate_parameters(call: Call, parameters: Mapping[str, Any]) -> None:
    required = [name for name, needed in parameters.items() if needed in (True, "true")]
    missing = [name.rpartition(".")[2] for name in required if not _given(call, name)]
    if missing:
        message = f"Missing required request parameters: [{', '.join(missing)}]"
        raise GatewayError("BAD_REQUEST_PARAMETERS", message, message)


def _given(call: Call, parameter: str) -> bool:
    kind, _, name = parameter.removeprefix("method.request.").partition(".")
    if kind == "header":
        return bool(call.request.header(name))
    if kind == "querystring":
        return bool(call.request.query_value(name))
    return bool(call.path_parameters.get(name))


def _validate_body(call: Call, models: Mapping[str, str], deployed: Snapshot) -> None:
    content_type = (call.request.header("content-type") or "application/json").split(";")[0].strip()
    name = models.get(content_type) or models.get("$default")
    model = deployed.models.get(str(name))
    if model is None:
        return
    schema = _schema(model, deployed)
    try:
        document = json.loads(call.request.body or b"{}")
    except ValueError as error:
        raise GatewayError("BAD_REQUEST_BODY", "the body is not JSON") from error
    from jsonschema import Draft4Validator

    problems = [error.message for error in Draft4Validator(schema).iter_errors(document)]
    if problems:
        raise GatewayError("BAD_REQUEST_BODY", "; ".join(problems))


def _schema(model: Mapping[str, Any], deployed: Snapshot) -> Any:
    """A model's schema, with references to other models of the API put in place of them."""
    schema = model.get("schema") or "{}"
    return _resolved(json.loads(schema) if isinstance(schema, str) else schema, deployed, depth=0)


def _resolved(node: Any, deployed: Snapshot, depth: int) -> Any:
    if isinstance(node, list):
        return [_resolved(item, deployed, depth) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    other = deployed.models.get(str(reference).rpartition("/")[2]) if isinstance(reference, str) else None
    if other is not None and depth < 20:
        schema = other.get("schema") or "{}"
        return _resolved(json.loads(schema) if isinstance(schema, str) else schema, deployed, depth + 1)
    return {key: _resolved(value, deployed, depth) for key, value in node.items()}
