"""ImportRestApi and PutRestApi: an OpenAPI document becomes moto's objects."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from fairway.local.fidelity import openapi
from fairway.local.fidelity.openapi import Document, Operation
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Call, Params, Refused
from fairway.local.fidelity.rest import definition
from fairway.local.fidelity.rest.entities import assign, document_of


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "apigateway", "ImportRestApi", import_api
    yield "apigateway", "PutRestApi", put_api


def import_api(call: Call, _: Forward) -> Params:
    document = openapi.read(call.params["body"])
    api = call.backend().create_rest_api(name=document.info.get("title", ""), description=None)
    try:
        return _fill(call, api, document)
    except Exception:
        del call.backend().apis[api.id]
        raise


def put_api(call: Call, _: Forward) -> Params:
    backend, api_id = call.backend(), call.params["restApiId"]
    if api_id not in backend.apis:
        raise Refused("NotFoundException", f"Invalid API identifier specified {call.account}:{api_id}", 404)
    api = backend.apis[api_id]
    document = openapi.read(call.params["body"])
    # Deep, as a merge writes into the resources, models and methods that are there.
    before = copy.deepcopy(api.__dict__, {id(api): api})
    if call.params.get("mode", "merge") == "overwrite":
        _empty(api)
    try:
        return _fill(call, api, document)
    except Exception:
        api.__dict__ = before
        raise


def _empty(api: Any) -> None:
    """Start from the root."""
    root = api.resources[api.root_resource_id]
    api.default = type(root)(root.id, api.account_id, api.region_name, api.id, root.path_part, None)
    api.resources = {root.id: api.default}
    api.models, api.request_validators, api.gateway_responses = {}, {}, {}
    api.binaryMediaTypes, api.policy = [], None


def _fill(call: Call, api: Any, document: Document) -> Params:
    for member, value in definition.settings(document).items():
        assign(api, member, value)
    _set_endpoint(api, document, call.params.get("parameters") or {})
    for name, members in definition.models(document, api.id).items():
        api.add_model(name, members.get("description"), members["schema"], members["contentType"])
    for kind, members in definition.gateway_responses(document).items():
        api.put_gateway_response(kind, *members.values())
    ids = {**_authorizers(api, document), **_validators(api, document)}
    for operation in sorted(document.operations(), key=lambda o: o.path):
        _put_method(call.backend(), api, document, operation, ids)
    if document.warnings and call.params.get("failOnWarnings"):
        raise Refused(
            "BadRequestException", "Warnings found during import:\n\t" + "\n\t".join(document.warnings)
        )
    warnings = {"warnings": document.warnings} if document.warnings else {}
    return {**document_of(api), **warnings}


def _set_endpoint(api: Any, document: Document, parameters: dict[str, str]) -> None:
    """The import's parameters (endpointConfigurationTypes=REGIONAL, …; BC apigateway ImportRestApi) and the
    document's extension on its servers."""
    configuration = dict(api.endpoint_configuration)
    if kinds := parameters.get("endpointConfigurationTypes"):
        configuration["types"] = kinds.split(",")
    for settings in document.endpoint_settings():
        if "vpcEndpointIds" in settings:
            configuration["vpcEndpointIds"] = settings["vpcEndpointIds"]
        if "disableExecuteApiEndpoint" in settings:
            api.disableExecuteApiEndpoint = settings["disableExecuteApiEndpoint"]
    api.endpoint_configuration = configuration


Ids = dict[tuple[str, str], str]


def _authorizers(api: Any, document: Document) -> Ids:
    """Ids by name. An authorizer that is there under its name keeps its id."""
    from moto.apigateway.models import Authorizer
    from moto.apigateway.utils import create_id

    known = {authorizer.name: key for key, authorizer in api.authorizers.items()}
    ids: Ids = {}
    kept = dict(api.authorizers)
    for name, members in definition.authorizers(document).items():
        key = known.get(name) or create_id()
        authorizer = Authorizer(key, name, members["type"])
        for member, value in members.items():
            assign(authorizer, member, value)
        kept[key] = authorizer
        ids["authorizer", name] = key
    api.authorizers = kept
    return ids


def _validators(api: Any, document: Document) -> Ids:
    ids: Ids = {}
    for name, members in definition.validators(document).items():
        validator = api.create_request_validator(*members.values())
        ids["validator", name] = validator.id
    return ids


def _resource(api: Any, path: str) -> Any:
    """The resource at a path; it and those above it are made where they are missing."""
    found = api.resources[api.root_resource_id]
    for part in filter(None, path.split("/")):
        children = (r for r in api.resources.values() if r.parent_id == found.id and r.path_part == part)
        found = next(children, None) or api.add_child(part, found.id)
    return found


def _put_method(backend: Any, api: Any, document: Document, operation: Operation, ids: Ids) -> None:
    resource = _resource(api, operation.path)
    members = definition.method(document, operation)
    made = resource.add_method(
        operation.verb,
        members["authorizationType"],
        members["apiKeyRequired"],
        request_parameters=members["requestParameters"],
        request_models=members["requestModels"],
        operation_name=members["operationName"],
        authorizer_id=ids.get(("authorizer", str(members.get("authorizer")))),
        authorization_scopes=members.get("authorizationScopes"),
        request_validator_id=ids.get(("validator", str(members["validator"]))),
    )
    for status, response in definition.method_responses(document, operation).items():
        made.create_response(status, response["responseModels"], response["responseParameters"])
    if found := document.integration_of(operation):
        _put_integration(backend, api, resource, operation, found)


def _put_integration(backend: Any, api: Any, resource: Any, operation: Operation, found: Params) -> None:
    members = definition.integration(found)
    made = backend.put_integration(
        api.id,
        resource.id,
        operation.verb,
        integration_type=members["type"],
        uri=members.get("uri"),
        integration_method=members.get("httpMethod"),
        credentials=_role(members.get("credentials")),
    )
    for member, value in members.items():
        if member not in ("type", "uri", "httpMethod"):
            assign(made, member, value)
    for response in definition.integration_responses(found):
        made.create_integration_response(*response.values())


def _role(credentials: str | None) -> str | None:
    """`arn:aws:iam::*:user/*` (the caller's own credentials) is no role to be checked."""
    return None if credentials and credentials.startswith("arn:aws:iam::*") else credentials
