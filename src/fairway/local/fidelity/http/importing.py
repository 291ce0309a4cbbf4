"""ImportApi and ReimportApi: an OpenAPI 3 document becomes an HTTP API in moto."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairway.local.fidelity import openapi
from fairway.local.fidelity.http.updates import answered, api_of
from fairway.local.fidelity.openapi import Document, Operation, X
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Call, Params, Refused

_PARTS = ("authorizers", "integrations", "models", "routes")
_CORS = {
    "allowCredentials",
    "allowHeaders",
    "allowMethods",
    "allowOrigins",
    "exposeHeaders",
    "maxAge",
}
"""Members of Cors (BC apigatewayv2), as on the wire."""


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "apigatewayv2", "ImportApi", import_api
    yield "apigatewayv2", "ReimportApi", reimport_api


def import_api(call: Call, _: Forward) -> Params:
    document = _read(call)
    api = call.backend().create_api(
        api_key_selection_expression=None,
        cors_configuration=None,
        description=None,
        disable_schema_validation=None,
        disable_execute_api_endpoint=None,
        name=document.info.get("title", ""),
        protocol_type="HTTP",
        route_selection_expression=None,
        tags=None,
        version=None,
    )
    try:
        return _fill(call, api, document)
    except Exception:
        del call.backend().apis[api.api_id]
        raise


def reimport_api(call: Call, _: Forward) -> Params:
    """Everything but the stages is replaced; on failure nothing is."""
    api, document = api_of(call), _read(call)
    before = dict(api.__dict__)
    for part in _PARTS:
        setattr(api, part, {})
    try:
        return _fill(call, api, document)
    except Exception:
        api.__dict__.update(before)
        raise


def _read(call: Call) -> Document:
    document = openapi.read(call.params["Body"])
    if document.is_v2:
        raise Refused("BadRequestException", "Only OpenAPI 3.0 documents can be imported into HTTP APIs")
    return document


def _fill(call: Call, api: Any, document: Document) -> Params:
    info = document.info
    api.name = info.get("title", api.name)
    api.description = info.get("description")
    api.version = str(info["version"]) if "version" in info else None
    api.cors_configuration = _cors(document)
    for settings in document.endpoint_settings():
        api.disable_execute_api_endpoint = settings.get("disableExecuteApiEndpoint", False)
    if tags := _tags(document):
        call.backend().tag_resource(api.arn, tags)
    authorizers = {name: _authorizer(api, name, members) for name, members in _authorizers(document).items()}
    for operation in document.operations():
        _put_route(api, document, operation, authorizers)
    if document.warnings and call.params.get("FailOnWarnings"):
        raise Refused(
            "BadRequestException", "Warnings found during import:\n\t" + "\n\t".join(document.warnings)
        )
    warnings = {"Warnings": document.warnings} if document.warnings else {}
    return {**answered(api.to_json(), "GetApi"), **warnings}


def _cors(document: Document) -> Params | None:
    found = document.root.get(f"{X}cors")
    if not found:
        return None
    if found is True:
        found = {"allowOrigins": ["*"]}
    for member in found.keys() - _CORS:
        document.warnings.append(f"{X}cors has no member {member}")
    lists = {member: [value] if isinstance(value, str) else value for member, value in found.items()}
    return {member: value for member, value in lists.items() if member in _CORS}


def _tags(document: Document) -> dict[str, str]:
    """Tags with a value are the API's (docs: apigateway, api-gateway-swagger-extensions-tag-value)."""
    value = f"{X}tag-value"
    return {tag["name"]: tag[value] for tag in document.root.get("tags") or () if value in tag}


def _authorizers(document: Document) -> dict[str, Params]:
    schemes = {name: document.resolved(scheme) for name, scheme in document.security_schemes().items()}
    return {name: s[f"{X}authorizer"] for name, s in schemes.items() if s.get(f"{X}authorizer")}


def _authorizer(api: Any, name: str, members: Params) -> Any:
    source = members.get("identitySource")
    return api.create_authorizer(
        auth_creds_arn=members.get("authorizerCredentials"),
        auth_payload_format_version=members.get("authorizerPayloadFormatVersion"),
        auth_result_ttl=members.get("authorizerResultTtlInSeconds"),
        authorizer_type=str(members.get("type", "jwt")).upper(),
        authorizer_uri=members.get("authorizerUri"),
        enable_simple_response=members.get("enableSimpleResponses"),
        identity_source=source.split(",") if isinstance(source, str) else source,
        identity_validation_expr=members.get("identityValidationExpression"),
        jwt_config=members.get("jwtConfiguration"),
        name=name,
    )


def _put_route(api: Any, document: Document, operation: Operation, authorizers: dict[str, Any]) -> None:
    found = document.integration_of(operation)
    target = f"integrations/{_integration(api, found).id}" if found else None
    api.create_route(
        api_key_required=False,
        operation_name=operation.document.get("operationId"),
        route_key=_route_key(operation),
        target=target,
        **_authorization(document, operation, authorizers),
    )


def _route_key(operation: Operation) -> str:
    return "$default" if operation.path in ("/$default", "$default") else operation.where


def _integration(api: Any, found: Params) -> Any:
    return api.create_integration(
        connection_id=found.get("connectionId"),
        connection_type=str(found.get("connectionType", "INTERNET")).upper(),
        credentials_arn=found.get("credentials"),
        description=found.get("description"),
        integration_method=found.get("httpMethod"),
        integration_type=str(found.get("type", "")).upper(),
        integration_subtype=found.get("subtype") or found.get("integrationSubtype"),
        integration_uri=found.get("uri"),
        payload_format_version=str(found.get("payloadFormatVersion", "1.0")),
        request_parameters=found.get("requestParameters"),
        response_parameters=_response_parameters(found),
        timeout_in_millis=found.get("timeoutInMillis"),
        tls_config=found.get("tlsConfig"),
    )


def _response_parameters(found: Params) -> Params | None:
    """`responseParameters` by status code, in the document as in the API."""
    given = found.get("responseParameters")
    return {str(status): values for status, values in given.items()} if given else None


def _authorization(document: Document, operation: Operation, authorizers: dict[str, Any]) -> Params:
    found: Params = {"authorization_type": "NONE", "authorizer_id": None, "authorization_scopes": []}
    schemes = document.security_schemes()
    for requirement in document.security_of(operation):
        for name, scopes in requirement.items():
            if name in authorizers:
                kind = "JWT" if authorizers[name].authorizer_type == "JWT" else "CUSTOM"
                found.update(
                    authorization_type=kind, authorizer_id=authorizers[name].id, authorization_scopes=scopes
                )
            elif str((schemes.get(name) or {}).get(f"{X}authtype", "")).lower() == "awssigv4":
                found["authorization_type"] = "AWS_IAM"
            elif name != "NONE":
                document.warnings.append(f"{operation.where}: there is no authorizer {name}")
    return found
