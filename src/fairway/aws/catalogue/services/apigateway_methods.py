"""API Gateway: a method of a REST API with its integration and its responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.convert import to_input
from fairway.aws.catalogue.declaration import Call, Codec, Facet, ResourceType
from fairway.aws.failures import CallFailed, Kind

_RENAME = {
    "Integration": "methodIntegration",
    "Integration.IntegrationHttpMethod": "httpMethod",
}


def _method(context: Context) -> dict[str, Any]:
    return {
        "restApiId": context["RestApiId"],
        "resourceId": context["ResourceId"],
        "httpMethod": context["HttpMethod"],
    }


def _by_status(responses: Any) -> dict[str, Mapping[str, Any]]:
    return {str(response["StatusCode"]): response for response in responses or ()}


def _put_integration(context: Context) -> None:
    """Sets the integration anew, for that call replaces it, and then what is to become of its answers."""
    before, after = (properties.get("Integration") or {} for properties in (context.before, context.after))
    if not after:
        context.call("DeleteIntegration", **_method(context))
        return
    old, new = (_by_status(settings.get("IntegrationResponses")) for settings in (before, after))
    rest = {name: value for name, value in after.items() if name != "IntegrationResponses"}
    _send(context, "PutIntegration", rest)
    for status in sorted(old.keys() - new.keys()):
        _gone(context, "DeleteIntegrationResponse", status)
    for response in new.values():
        _send(context, "PutIntegrationResponse", response)


def _put_responses(context: Context) -> None:
    """BC apigateway PutMethodResponse only makes new ones, so one that changes goes first."""
    old, new = (
        _by_status(properties.get("MethodResponses")) for properties in (context.before, context.after)
    )
    for status in sorted(old):
        if old[status] != new.get(status):
            _gone(context, "DeleteMethodResponse", status)
    for status, response in new.items():
        if old.get(status) != response:
            _send(context, "PutMethodResponse", response)


def _gone(context: Context, operation: str, status: str) -> None:
    try:
        context.call(operation, **_method(context), statusCode=status)
    except CallFailed as failure:
        if failure.kind is not Kind.NOT_FOUND:
            raise


def _send(context: Context, operation: str, settings: Mapping[str, Any]) -> None:
    shape = context.derived.operation(Call(operation)).input_shape
    context.call(operation, **{**to_input(settings, shape), **_method(context)})


def _listed(answer: Any) -> Any:
    """GetMethod answers a map by status code, the schema has a list."""
    return [answer[status] for status in sorted(answer)]


def _integration(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    responses = answer.get("integrationResponses")
    return {**answer, "integrationResponses": _listed(responses)} if responses else answer


METHOD = ResourceType(
    name="AWS::ApiGateway::Method",
    service="apigateway",
    identity=("RestApiId", "ResourceId", "HttpMethod"),
    create=Call("PutMethod"),
    read=Call("GetMethod", rename=_RENAME),
    update=(Call("UpdateMethod", patch=True),),
    delete=Call("DeleteMethod"),
    codecs={"Integration": Codec(read=_integration), "MethodResponses": Codec(read=_listed)},
    facets=(
        Facet(("MethodResponses",), put=_put_responses),
        Facet(("Integration",), put=_put_integration),
    ),
    # BC apigateway PutMethod.
    defaults={"ApiKeyRequired": False, "AuthorizationType": "NONE"},
    unordered=("MethodResponses", "Integration.IntegrationResponses", "AuthorizationScopes"),
    serialize="{RestApiId}",
)
