"""Stages that can be updated, deployments, and updates that can empty a member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

DEPLOYMENTS = "fairway_deployments"
_STAGE_MEMBERS = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "clientCertificateId": "client_certificate_id",
    "defaultRouteSettings": "default_route_settings",
    "description": "description",
    "routeSettings": "route_settings",
    "stageVariables": "stage_variables",
}
"""Members of UpdateStage that moto's stage holds, under its own names."""


def rows() -> Iterator[tuple[str, str, Repair]]:
    service = "apigatewayv2"
    yield service, "CreateStage", create_stage
    yield service, "UpdateStage", update_stage
    yield service, "GetStage", answer_stage
    yield service, "GetStages", answer_stages
    yield service, "DeleteAccessLogSettings", delete_log_settings
    yield service, "DeleteRouteSettings", delete_route_settings
    yield service, "CreateDeployment", create_deployment
    yield service, "GetDeployment", get_deployment
    yield service, "GetDeployments", get_deployments
    yield service, "UpdateDeployment", update_deployment
    yield service, "DeleteDeployment", delete_deployment
    yield service, "GetAuthorizers", get_authorizers
    yield service, "UpdateRoute", empty_lists
    for kind in ("Stage", "Route", "Integration", "Authorizer"):
        yield service, f"Delete{kind}", part_must_exist
    yield service, "DeleteApi", api_must_exist


def api_of(call: Call) -> Any:
    found = call.backend().apis.get(call.params["ApiId"])
    if found is None:
        raise not_found("API", call.params["ApiId"])
    return found


def not_found(kind: str, identifier: Any) -> Refused:
    return Refused("NotFoundException", f"Invalid {kind} identifier specified {identifier}", 404)


def stage_of(call: Call) -> Any:
    found = api_of(call).stages.get(call.params["StageName"])
    if found is None:
        raise not_found("stage", call.params["StageName"])
    return found


def answered(document: Params, operation: str) -> Params:
    """What moto holds, in the words of the operation's answer: moto words members as on the wire."""
    from moto.core.utils import get_service_model

    shape = get_service_model("apigatewayv2").operation_model(operation).output_shape
    named: Params = _named(document, shape)
    return named


def _named(value: Any, shape: Any) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        wire = {inner.serialization.get("name", name): name for name, inner in shape.members.items()}
        return {
            wire[key]: _named(inner, shape.members[wire[key]])
            for key, inner in value.items()
            if key in wire and inner is not None
        }
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _named(inner, shape.value) for key, inner in value.items()}
    return value


def stage_answer(stage: Any) -> Params:
    return {**answered(stage.to_json(), "GetStage"), **_deployment_of(stage)}


def create_stage(call: Call, forward: Forward) -> Answer | Params:
    if call.params["StageName"] in api_of(call).stages:
        raise Refused("ConflictException", "Stage already exists", 409)
    answer = forward()
    if not answer.ok:
        return answer
    stage = stage_of(call)
    _deploy(call, stage)
    return stage_answer(stage)


def _deploy(call: Call, stage: Any) -> None:
    """Point a stage at the deployment that was asked for. Automatic ones get a deployment of their own."""
    if deployment := call.params.get("DeploymentId"):
        if deployment not in deployments(call):
            raise not_found("deployment", deployment)
        stage.fairway_deployment = deployment
    elif stage.auto_deploy and not getattr(stage, "fairway_deployment", None):
        made = _new_deployment(
            call, "Automatic deployment triggered by changes to the Api configuration", True
        )
        stage.fairway_deployment = made["DeploymentId"]


def update_stage(call: Call, _: Forward) -> Params:
    stage = stage_of(call)
    for member, attribute in _STAGE_MEMBERS.items():
        value = call.params.get(member[0].upper() + member[1:])
        if value is not None:
            setattr(stage, attribute, _merged(getattr(stage, attribute), value, member))
    _deploy(call, stage)
    stage.updated = datetime.now(UTC).replace(tzinfo=None)
    return stage_answer(stage)


def _merged(before: Any, value: Any, member: str) -> Any:
    """As moto's answers hold it: nested members as on the wire. Variables that are set to "" are removed."""
    if member == "stageVariables":
        return {name: text for name, text in {**(before or {}), **value}.items() if text != ""}
    if member == "routeSettings":
        return {**(before or {}), **{route: _lowered(settings) for route, settings in value.items()}}
    if member in ("accessLogSettings", "defaultRouteSettings"):
        return {**(before or {}), **_lowered(value)}
    return value


def _lowered(members: Params) -> Params:
    return {name[0].lower() + name[1:]: value for name, value in members.items()}


def answer_stage(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    return {**answer.data, **_deployment_of(stage_of(call))} if answer.ok else answer


def answer_stages(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    if not answer.ok:
        return answer
    stages = api_of(call).stages
    items = answer.data["Items"]
    return {"Items": [{**item, **_deployment_of(stages[item["StageName"]])} for item in items]}


def _deployment_of(stage: Any) -> Params:
    deployment = getattr(stage, "fairway_deployment", None)
    return {"DeploymentId": deployment} if deployment else {}


def delete_log_settings(call: Call, _: Forward) -> Params:
    stage_of(call).access_log_settings = None
    return {}


def delete_route_settings(call: Call, _: Forward) -> Params:
    stage_of(call).route_settings.pop(call.params["RouteKey"], None)
    return {}


def deployments(call: Call) -> dict[str, Params]:
    kept: dict[str, Params] = api_of(call).__dict__.setdefault(DEPLOYMENTS, {})
    return kept


def _new_deployment(call: Call, description: str | None, automatic: bool) -> Params:
    from moto.moto_api._internal import mock_random

    made: Params = {
        "DeploymentId": mock_random.get_random_string(length=6, lower_case=True),
        "DeploymentStatus": "DEPLOYED",
        "CreatedDate": datetime.now(UTC),
        "AutoDeployed": automatic,
    }
    if description:
        made["Description"] = description
    deployments(call)[made["DeploymentId"]] = made
    return made


def create_deployment(call: Call, _: Forward) -> Params:
    if not api_of(call).routes:
        raise Refused("BadRequestException", "At least one route is required before deploying the Api.")
    made = _new_deployment(call, call.params.get("Description"), False)
    if call.params.get("StageName"):
        stage_of(call).fairway_deployment = made["DeploymentId"]
    return made


def get_deployment(call: Call, _: Forward) -> Params:
    found = deployments(call).get(call.params["DeploymentId"])
    if found is None:
        raise not_found("deployment", call.params["DeploymentId"])
    return found


def get_deployments(call: Call, _: Forward) -> Params:
    return {"Items": list(deployments(call).values())}


def update_deployment(call: Call, forward: Forward) -> Params:
    found = get_deployment(call, forward)
    found["Description"] = call.params.get("Description", found.get("Description"))
    return found


def delete_deployment(call: Call, forward: Forward) -> Params:
    deployment = get_deployment(call, forward)["DeploymentId"]
    if any(getattr(s, "fairway_deployment", None) == deployment for s in api_of(call).stages.values()):
        raise Refused(
            "BadRequestException", "Active stages pointing to this deployment must be moved or deleted"
        )
    del deployments(call)[deployment]
    return {}


def get_authorizers(call: Call, _: Forward) -> Params:
    return {
        "Items": [answered(item.to_json(), "GetAuthorizer") for item in api_of(call).authorizers.values()]
    }


def empty_lists(call: Call, forward: Forward) -> Answer | Params:
    """moto ignores an empty list of scopes, which is how scopes are taken away."""
    answer = forward()
    if not answer.ok or call.params.get("AuthorizationScopes") != []:
        return answer
    api_of(call).routes[call.params["RouteId"]].authorization_scopes = []
    return {**answer.data, "AuthorizationScopes": []}


def part_must_exist(call: Call, forward: Forward) -> Answer:
    """Deletes of what is not there; moto says yes to all."""
    kind = call.operation.removeprefix("Delete")
    key = call.params["StageName" if kind == "Stage" else f"{kind}Id"]
    if key not in getattr(api_of(call), f"{kind.lower()}s"):
        raise not_found(kind, key)
    return forward()


def api_must_exist(call: Call, forward: Forward) -> Answer:
    api_of(call)
    return forward()
