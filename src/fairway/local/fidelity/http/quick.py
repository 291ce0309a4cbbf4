"""Quick create: an API that is born with a route, an integration and a $default stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_MEMBERS = ("Target", "RouteKey", "CredentialsArn")


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "apigatewayv2", "CreateApi", create
    yield "apigatewayv2", "UpdateApi", update


def create(call: Call, forward: Forward) -> Answer:
    """`Target` makes an API with a route, an integration and a $default stage (BC apigatewayv2 CreateApi)."""
    answer = forward()
    if not answer.ok or not call.params.get("Target"):
        return answer
    api = call.backend().apis[answer.data["ApiId"]]
    integration = api.create_integration(
        connection_type="INTERNET",
        description=None,
        credentials_arn=call.params.get("CredentialsArn"),
        **_proxy(call.params["Target"]),
    )
    route = api.create_route(
        api_key_required=False,
        authorization_scopes=[],
        authorization_type="NONE",
        route_key=call.params.get("RouteKey") or "$default",
        target=f"integrations/{integration.id}",
    )
    api.create_stage({"stageName": "$default", "autoDeploy": True})
    api.fairway_quick = (route.route_id, integration.id)
    return answer


def _proxy(target: str) -> Params:
    """The members of an integration that follow from the target."""
    kind, method, version = ("HTTP_PROXY", "ANY", "1.0")
    if target.startswith("arn:"):
        kind, method, version = ("AWS_PROXY", "POST", "2.0")
    return {
        "integration_type": kind,
        "integration_method": method,
        "payload_format_version": version,
        "integration_uri": target,
    }


def update(call: Call, forward: Forward) -> Answer:
    """The route and the integration of quick create can be changed (BC apigatewayv2 UpdateApi)."""
    answer = forward()
    given = {name: call.params[name] for name in _MEMBERS if call.params.get(name)}
    if answer.ok and given:
        _change(call.backend().apis[call.params["ApiId"]], given)
    return answer


def _change(api: Any, given: Params) -> None:
    made = getattr(api, "fairway_quick", None)
    if made is None:
        raise Refused("BadRequestException", "The API was not made by quick create")
    route, integration = api.routes[made[0]], api.integrations[made[1]]
    if "RouteKey" in given:
        route.route_key = given["RouteKey"]
    if "Target" in given:
        for member, value in _proxy(given["Target"]).items():
            setattr(integration, member, value)
    if "CredentialsArn" in given:
        integration.credentials_arn = given["CredentialsArn"]
