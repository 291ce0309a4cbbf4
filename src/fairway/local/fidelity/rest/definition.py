"""What an OpenAPI document says of a REST API, in the API's own words (members as in botocore's shapes)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from fairway.local.fidelity.openapi import Document, Operation, X
from fairway.local.fidelity.protocol import Params

_PLACES = {"header": "header", "query": "querystring", "path": "path"}
_JSON = "application/json"


def settings(document: Document) -> Params:
    """Members of the API itself that the document sets."""
    info, root = document.info, document.root
    found: Params = {
        "name": info.get("title"),
        "description": info.get("description"),
        "version": str(info["version"]) if "version" in info else None,
        "binaryMediaTypes": root.get(f"{X}binary-media-types"),
        "apiKeySource": root.get(f"{X}api-key-source"),
        "minimumCompressionSize": root.get(f"{X}minimum-compression-size"),
        "policy": json.dumps(root[f"{X}policy"]) if f"{X}policy" in root else None,
    }
    return {member: value for member, value in found.items() if value is not None}


def authorizers(document: Document) -> dict[str, Params]:
    """By the name of their security scheme."""
    found = {}
    for name, scheme in document.security_schemes().items():
        authorizer = document.resolved(scheme).get(f"{X}authorizer")
        if authorizer:
            found[name] = _authorizer(name, document.resolved(scheme), dict(authorizer))
    return found


def _authorizer(name: str, scheme: Params, authorizer: Params) -> Params:
    kind = str(authorizer.get("type", "token")).upper()
    members = {**authorizer, "name": name, "type": kind}
    members["authType"] = scheme.get(f"{X}authtype", "custom")
    members.setdefault("authorizerResultTtlInSeconds", 300)
    if kind != "REQUEST" and "identitySource" not in members:
        members["identitySource"] = f"method.request.header.{scheme.get('name', 'Authorization')}"
    return members


def models(document: Document, api_id: str) -> dict[str, Params]:
    """Schemas by name. References among them become URLs of models, as API Gateway keeps them."""
    url = f'"https://apigateway.amazonaws.com/restapis/{api_id}/models/'
    found = {}
    for name, schema in document.schemas().items():
        text = re.sub(r'"#/(?:definitions|components/schemas)/', url, json.dumps(schema))
        found[name] = {"name": name, "contentType": _JSON, "schema": text}
        if isinstance(schema, Mapping) and "description" in schema:
            found[name]["description"] = schema["description"]
    return found


def validators(document: Document) -> dict[str, Params]:
    return {
        name: {"name": name, "validateRequestBody": False, "validateRequestParameters": False, **members}
        for name, members in (document.root.get(f"{X}request-validators") or {}).items()
    }


def gateway_responses(document: Document) -> dict[str, Params]:
    return {
        kind: {
            "statusCode": str(response["statusCode"]) if "statusCode" in response else None,
            "responseParameters": response.get("responseParameters"),
            "responseTemplates": response.get("responseTemplates"),
        }
        for kind, response in (document.root.get(f"{X}gateway-responses") or {}).items()
    }


def method(document: Document, operation: Operation) -> Params:
    """PutMethod's members; `authorizer` and `validator` are names, to be turned into ids."""
    source = operation.document
    return {
        "operationName": source.get("operationId"),
        "requestParameters": _request_parameters(operation) or None,
        "requestModels": _request_models(document, operation) or None,
        "validator": source.get(f"{X}request-validator", document.root.get(f"{X}request-validator")),
        **_authorization(document, operation),
    }


def _request_parameters(operation: Operation) -> dict[str, bool]:
    return {
        f"method.request.{_PLACES[p['in']]}.{p['name']}": bool(p.get("required"))
        for p in operation.parameters
        if p.get("in") in _PLACES
    }


def _request_models(document: Document, operation: Operation) -> dict[str, str]:
    source = operation.document
    content = (document.resolved(source.get("requestBody")) or {}).get("content") or {}
    found = {kind: name for kind, body in content.items() if (name := _model_name(body.get("schema")))}
    kinds = source.get("consumes") or document.root.get("consumes") or [_JSON]
    for parameter in operation.parameters:
        if parameter.get("in") == "body" and (name := _model_name(parameter.get("schema"))):
            found.update(dict.fromkeys(kinds, name))
    return found


def _model_name(schema: Any) -> str | None:
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    return str(reference).rpartition("/")[2] if reference else None


def _authorization(document: Document, operation: Operation) -> Params:
    """What the security requirements mean: an API key, a signature, or an authorizer with scopes."""
    found: Params = {"authorizationType": "NONE", "apiKeyRequired": False}
    found["authorizationType"] = (operation.document.get(f"{X}auth") or {}).get("type", "NONE")
    schemes = document.security_schemes()
    for requirement in document.security_of(operation):
        for name, scopes in requirement.items():
            if name in schemes:
                found.update(_requirement(name, document.resolved(schemes[name]), scopes))
            elif name != "NONE":
                document.warnings.append(f"{operation.where}: there is no security definition {name}")
    return found


def _requirement(name: str, scheme: Params, scopes: list[str]) -> Params:
    if authorizer := scheme.get(f"{X}authorizer"):
        cognito = str(authorizer.get("type", "")).lower() == "cognito_user_pools"
        kind = "COGNITO_USER_POOLS" if cognito else "CUSTOM"
        return {"authorizationType": kind, "authorizer": name, "authorizationScopes": scopes or None}
    if str(scheme.get(f"{X}authtype", "")).lower() == "awssigv4":
        return {"authorizationType": "AWS_IAM"}
    if scheme.get("type") == "apiKey":
        return {"apiKeyRequired": True}
    return {}


def method_responses(document: Document, operation: Operation) -> dict[str, Params]:
    """By status code."""
    found = {}
    for status, response in (operation.document.get("responses") or {}).items():
        if str(status).isdigit():
            found[str(status)] = _method_response(document, operation, document.resolved(response) or {})
    return found


def _method_response(document: Document, operation: Operation, response: Params) -> Params:
    kinds = operation.document.get("produces") or document.root.get("produces") or [_JSON]
    models = {kind: name for kind in kinds if (name := _model_name(response.get("schema")))}
    for kind, body in (response.get("content") or {}).items():
        if name := _model_name(body.get("schema")):
            models[kind] = name
    headers = response.get("headers") or {}
    return {
        "responseModels": models or None,
        "responseParameters": {f"method.response.header.{header}": False for header in headers} or None,
    }


def integration(found: Params) -> Params:
    """PutIntegration's members, `httpMethod` the integration's own."""
    members = {k: v for k, v in found.items() if k != "responses"}
    members["type"] = str(found.get("type", "")).upper()
    for member in ("passthroughBehavior", "contentHandling", "connectionType"):
        if members.get(member):
            members[member] = str(members[member]).upper()
    return members


def integration_responses(found: Params) -> list[Params]:
    """Members of each integration response; the pattern `default` is the empty one."""
    return [
        {
            "statusCode": str(response.get("statusCode", "200")),
            "selectionPattern": None if pattern == "default" else pattern,
            "responseTemplates": response.get("responseTemplates"),
            "responseParameters": response.get("responseParameters"),
            "contentHandling": response.get("contentHandling"),
        }
        for pattern, response in (found.get("responses") or {}).items()
    ]
