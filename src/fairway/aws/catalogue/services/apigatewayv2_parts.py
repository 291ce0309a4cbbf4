"""Amazon API Gateway, HTTP and WebSocket APIs: what an API consists of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context, parameters_of, send
from fairway.aws.catalogue.declaration import Call, Codec, Facet, ResourceType, Tags, Wait
from fairway.model.errors import Failed

_SERVICE = "apigatewayv2"


def _items(context: Context, operation: str) -> Iterator[Mapping[str, Any]]:
    for page in context.pages(operation, ApiId=context["ApiId"]):
        yield from page["Items"]


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _put_request_parameters(context: Context) -> None:
    """BC apigatewayv2 UpdateRoute adds and changes; what is gone needs a call of its own."""
    after = _map(context.after.get("RequestParameters"))
    route = {"ApiId": context["ApiId"], "RouteId": context["RouteId"]}
    for key in sorted(_map(context.before.get("RequestParameters")).keys() - after.keys()):
        context.call("DeleteRouteRequestParameter", **route, RequestParameterKey=key)
    if after:
        call = Call("UpdateRoute", only=("RequestParameters",))
        send(context, call, {"RequestParameters": after}, context.derived.targets(call))


ROUTE = ResourceType(
    name="AWS::ApiGatewayV2::Route",
    service=_SERVICE,
    identity=("ApiId", "RouteId"),
    ref="{RouteId}",
    create=Call("CreateRoute"),
    read=Call("GetRoute"),
    update=(Call("UpdateRoute"),),
    delete=Call("DeleteRoute"),
    find=Call("GetRoutes", answer="Items", match={"RouteKey": "{RouteKey}"}),
    attributes={"RouteId": "{RouteId}"},
    facets=(Facet(("RequestParameters",), put=_put_request_parameters),),
    # BC apigatewayv2 CreateRoute.
    defaults={"ApiKeyRequired": False, "AuthorizationType": "NONE"},
    serialize="{ApiId}",
)


def _put_integration_parameters(context: Context) -> None:
    """TF apigatewayv2 integration: an empty text removes a request parameter, no members a status."""
    call = Call("UpdateIntegration", only=("RequestParameters", "ResponseParameters"))
    given: dict[str, Any] = {}
    for name, nothing in (("RequestParameters", ""), ("ResponseParameters", {})):
        if name in context.changed:
            gone = _map(context.before.get(name))
            given[name] = {**dict.fromkeys(gone, nothing), **_map(context.after.get(name))}
    send(context, call, given, context.derived.targets(call))


def _written(statuses: Any) -> dict[str, Any]:
    """A list of destinations and sources by status, as the API's map of destination to source."""
    lists = {status: _map(given).get("ResponseParameters") or () for status, given in _map(statuses).items()}
    for pair in (pair for listed in lists.values() for pair in listed):
        if not {"Destination", "Source"} <= _map(pair).keys():
            raise Failed("catalogue.value", "each of ResponseParameters needs a Destination and a Source")
    return {
        status: {pair["Destination"]: pair["Source"] for pair in listed} for status, listed in lists.items()
    }


def _read(statuses: Any) -> dict[str, Any]:
    pairs = {
        status: [{"Destination": where, "Source": source} for where, source in sorted(given.items())]
        for status, given in statuses.items()
    }
    return {status: {"ResponseParameters": listed} for status, listed in pairs.items() if listed}


def _find_integration(context: Context) -> Mapping[str, Any]:
    """One that is just as wanted and that no route uses: its id was lost, so nothing could refer to it."""
    create = context.derived.type.create
    assert isinstance(create, Call)
    sent = parameters_of(context, create, context.after, context.derived.create_targets)
    wanted = {name: value for name, value in sent.items() if name != "ApiId"}
    used = {route.get("Target") for route in _items(context, "GetRoutes")}
    for item in _items(context, "GetIntegrations"):
        is_free = f"integrations/{item['IntegrationId']}" not in used
        if is_free and {name: item.get(name) for name in wanted} == wanted:
            return item
    return {}


INTEGRATION = ResourceType(
    name="AWS::ApiGatewayV2::Integration",
    service=_SERVICE,
    identity=("ApiId", "IntegrationId"),
    ref="{IntegrationId}",
    create=Call("CreateIntegration"),
    read=Call("GetIntegration"),
    update=(Call("UpdateIntegration"),),
    delete=Call("DeleteIntegration"),
    find=_find_integration,
    attributes={"IntegrationId": "{IntegrationId}"},
    codecs={"ResponseParameters": Codec(_written, _read)},
    facets=(Facet(("RequestParameters", "ResponseParameters"), put=_put_integration_parameters),),
    # BC apigatewayv2 CreateIntegration; the timeout's default is another one for each kind of API.
    defaults={"ConnectionType": "INTERNET", "PayloadFormatVersion": "1.0"},
    resets={"PassthroughBehavior": "WHEN_NO_MATCH", "TlsConfig": {"ServerNameToVerify": ""}},
    unordered=("ResponseParameters.*.ResponseParameters",),
    serialize="{ApiId}",
)

# BC apigatewayv2 RouteSettings: what each member is without being set. A limit has no such value.
_UNSET: Mapping[str, Any] = {
    "DetailedMetricsEnabled": False,
    "DataTraceEnabled": False,
    "LoggingLevel": "OFF",
}
_STAGE = {"ApiId": "{ApiId}", "StageName": "{StageName}"}
_STAGE_ARN = "arn:{partition}:apigateway:{region}::/apis/{ApiId}/stages/{StageName}"


def _update_stage(context: Context, name: str, value: Any) -> None:
    call = Call("UpdateStage", only=(name,), keys=_STAGE)
    send(context, call, {name: value}, context.derived.targets(call))


def _put_variables(context: Context) -> None:
    """docs: apigateway, stage variables: an empty text removes one."""
    gone = dict.fromkeys(_map(context.before.get("StageVariables")), "")
    _update_stage(context, "StageVariables", {**gone, **_map(context.after.get("StageVariables"))})


def _put_default_settings(context: Context) -> None:
    """UpdateStage leaves members as they are that it is not given, so those that are gone are sent."""
    after = _map(context.after.get("DefaultRouteSettings"))
    gone = _map(context.before.get("DefaultRouteSettings")).keys() - after.keys()
    if limits := sorted(name for name in gone if name not in _UNSET):
        raise Failed(
            "catalogue.cannot-reset",
            f"{' and '.join(limits)} of DefaultRouteSettings cannot be taken back by leaving it away",
            why="API Gateway has no call that removes a limit from a stage",
            next="write the limit that the stage shall have instead",
        )
    _update_stage(context, "DefaultRouteSettings", {**{name: _UNSET[name] for name in gone}, **after})


def _put_route_settings(context: Context) -> None:
    """Settings of a route that lost members are removed first, because an update would keep those."""
    before, after = _map(context.before.get("RouteSettings")), _map(context.after.get("RouteSettings"))
    stage = {"ApiId": context["ApiId"], "StageName": context["StageName"]}
    for route in sorted(before):
        if _map(before[route]).keys() - _map(after.get(route)).keys():
            context.call("DeleteRouteSettings", **stage, RouteKey=route)
    if after:
        _update_stage(context, "RouteSettings", after)


STAGE = ResourceType(
    name="AWS::ApiGatewayV2::Stage",
    service=_SERVICE,
    identity=("ApiId", "StageName"),
    ref="{StageName}",
    create=Call("CreateStage"),
    read=Call("GetStage"),
    update=(Call("UpdateStage"),),
    delete=Call("DeleteStage"),
    facets=(
        Facet(
            ("AccessLogSettings",),
            put=Call("UpdateStage", keys=_STAGE),
            clear=Call("DeleteAccessLogSettings", keys=_STAGE),
        ),
        Facet(("DefaultRouteSettings",), put=_put_default_settings),
        Facet(("RouteSettings",), put=_put_route_settings),
        Facet(("StageVariables",), put=_put_variables),
    ),
    tags=Tags(
        tag=Call("TagResource", keys={"ResourceArn": _STAGE_ARN}),
        untag=Call("UntagResource", keys={"ResourceArn": _STAGE_ARN}),
    ),
    defaults={"AutoDeploy": False},  # BC apigatewayv2 CreateStage.
    serialize="{ApiId}",
)


def _find_deployment(context: Context) -> Mapping[str, Any]:
    """One of this description that no other stage uses: its id was lost, so nothing could refer to it."""
    stage = context.after.get("StageName")
    others = [item for item in _items(context, "GetStages") if item["StageName"] != stage]
    used = {item.get("DeploymentId") for item in others}
    for item in _items(context, "GetDeployments"):
        is_free = not item.get("AutoDeployed") and item["DeploymentId"] not in used
        if is_free and item.get("Description") == context.after.get("Description"):
            return item
    return {}


DEPLOYMENT = ResourceType(
    name="AWS::ApiGatewayV2::Deployment",
    service=_SERVICE,
    identity=("ApiId", "DeploymentId"),
    ref="{DeploymentId}",
    create=Call("CreateDeployment"),
    read=Call("GetDeployment"),
    update=(Call("UpdateDeployment"),),
    delete=Call("DeleteDeployment"),
    find=_find_deployment,
    attributes={"DeploymentId": "{DeploymentId}"},
    wait=(Wait("DeploymentStatus", busy=("PENDING",), failed=("FAILED",), reason="DeploymentStatusMessage"),),
    create_only=("StageName",),
    serialize="{ApiId}",
    movable=False,
)

_AUTHORIZER = Call("CreateAuthorizer")


def _create_authorizer(context: Context) -> Mapping[str, Any]:
    """BC apigatewayv2 CreateAuthorizer demands identity sources; one of kind REQUEST may have none."""
    given = {"IdentitySource": [], **context.after}
    return send(context, _AUTHORIZER, given, context.derived.targets(_AUTHORIZER), once=True)


AUTHORIZER = ResourceType(
    name="AWS::ApiGatewayV2::Authorizer",
    service=_SERVICE,
    identity=("ApiId", "AuthorizerId"),
    ref="{AuthorizerId}",
    create=_create_authorizer,
    carries=(
        "ApiId", "AuthorizerCredentialsArn", "AuthorizerPayloadFormatVersion", "AuthorizerResultTtlInSeconds",
        "AuthorizerType", "AuthorizerUri", "EnableSimpleResponses", "IdentitySource",
        "IdentityValidationExpression", "JwtConfiguration", "Name",
    ),
    read=Call("GetAuthorizer"),
    update=(Call("UpdateAuthorizer"),),
    delete=Call("DeleteAuthorizer"),
    find=Call("GetAuthorizers", answer="Items", match={"Name": "{Name}"}),
    attributes={"AuthorizerId": "{AuthorizerId}"},
    defaults={"EnableSimpleResponses": False},  # BC apigatewayv2 CreateAuthorizer.
    serialize="{ApiId}",
)  # fmt: skip

PARTS = (ROUTE, INTEGRATION, STAGE, DEPLOYMENT, AUTHORIZER)
