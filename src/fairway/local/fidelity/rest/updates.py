"""Creates that keep everything, updates that take effect, deletes that say NotFound."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused
from fairway.local.fidelity.rest.entities import ENTITIES, Entity, assign, document_of
from fairway.local.fidelity.rest.patches import converted, patched, steps_of


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "apigateway", "CreateRestApi", refuse_clone
    yield "apigateway", "CreateDeployment", settle_stage
    for entity in ENTITIES:
        if entity.create:
            yield "apigateway", entity.create, partial(complete, entity)
        yield "apigateway", entity.update, partial(update, entity)
        for operation in entity.must_exist_for():
            yield "apigateway", operation, partial(must_exist, entity)
    yield "apigateway", "DeleteResource", delete_subtree
    yield "apigateway", "DeleteUsagePlanKey", plan_key_must_exist


def _output_shape(operation: str) -> Any:
    from moto.core.utils import get_service_model

    return get_service_model("apigateway").operation_model(operation).output_shape


def _input_members(operation: str) -> dict[str, Any]:
    """Members of a call's body: those in the path name the resource's parents."""
    from moto.core.utils import get_service_model

    shape = get_service_model("apigateway").operation_model(operation).input_shape
    return {name: s for name, s in shape.members.items() if s.serialization.get("location") != "uri"}


def complete(entity: Entity, call: Call, forward: Forward) -> Answer | Params:
    """Whatever the call set and moto's answer lacks is set on moto's object too."""
    answer = forward()
    if not answer.ok:
        return answer
    created = answer.data
    target = entity.located(call, {entity.created_id: created.get("id")} if entity.created_id else None)
    members = _output_shape(call.operation).members
    document = document_of(target)
    for member in _input_members(call.operation):
        wanted = _as_answered(member, call.params.get(member))
        if member in members and wanted is not None and document.get(member) != wanted:
            assign(target, member, wanted)
    return {**created, **document_of(target)}


def _as_answered(member: str, value: Any) -> Any:
    if member == "stageKeys" and value:
        return [f"{key['restApiId']}/{key['stageName']}" for key in value]
    return value


def update(entity: Entity, call: Call, _: Forward) -> Params:
    target = entity.located(call)
    shape = _output_shape(call.operation)
    before = document_of(target)
    operations = [_in_shape(operation) for operation in call.params.get("patchOperations", [])]
    plain = [o for o in operations if not _is_method_setting(o, shape) and not _is_plan_stage(o)]
    after = patched(before, plain, shape)
    for member in {*before, *after}:
        if before.get(member) != after.get(member):
            assign(target, member, after.get(member))
    for operation in operations:
        if _is_method_setting(operation, shape):
            set_method_setting(target, operation)
        elif _is_plan_stage(operation):
            set_plan_stage(target, operation)
    return document_of(target)


def _in_shape(operation: Params) -> Params:
    """`/stages` of an API key is `stageKeys` in its document (BC apigateway UpdateApiKey)."""
    if operation["path"] == "/stages":
        return {**operation, "path": "/stageKeys"}
    return operation


def _is_method_setting(operation: Params, shape: Any) -> bool:
    """`/{resource path}/{method}/...` of a stage, where the resource path is escaped or `*`."""
    return "methodSettings" in shape.members and steps_of(operation["path"])[0] not in shape.members


def set_method_setting(stage: Any, operation: Params) -> None:
    parts = operation["path"].lstrip("/").split("/", 2)
    method = "/".join(parts[:2])
    if operation["op"] == "remove":
        if len(parts) == 2:
            stage.method_settings.pop(method, None)
        else:
            stage.method_settings.get(method, {}).pop(stage._method_settings_translations(parts[2]), None)
        return
    if len(parts) < 3 or stage._method_settings_translations(parts[2]) is None:
        raise Refused("BadRequestException", f"Invalid method setting path: {operation['path']}")
    stage._patch_method_setting(method, parts[2], operation["value"])


def _is_plan_stage(operation: Params) -> bool:
    return steps_of(operation["path"])[0] == "apiStages"


def set_plan_stage(plan: Any, operation: Params) -> None:
    """A usage plan's stages: `/apiStages` with `api:stage`, and throttles of single methods below that."""
    steps = steps_of(operation["path"])
    named = steps[1] if len(steps) > 1 else operation["value"]
    api, _, stage = named.partition(":")
    listed = next((s for s in plan.api_stages if (s["apiId"], s["stage"]) == (api, stage)), None)
    if len(steps) <= 2:
        if listed is not None and operation["op"] == "remove":
            plan.api_stages.remove(listed)
        elif listed is None and operation["op"] == "add":
            plan.api_stages.append({"apiId": api, "stage": stage})
    elif listed is None:
        raise Refused("NotFoundException", f"Usage plan has no stage {named}", 404)
    else:
        _set_throttle(listed.setdefault("throttle", {}), steps[3:], operation)


def _set_throttle(throttle: dict[str, Params], steps: list[str], operation: Params) -> None:
    shape = _output_shape("UpdateUsagePlan").members["throttle"]
    if operation["op"] == "remove":
        throttle.pop(steps[0], None)
    elif len(steps) == 2 and steps[1] in shape.members:
        setting = converted(operation["value"], shape.members[steps[1]])
        throttle.setdefault(steps[0], {})[steps[1]] = setting
    else:
        raise Refused("BadRequestException", f"Invalid patch path {operation['path']}")


def must_exist(entity: Entity, call: Call, forward: Forward) -> Answer:
    entity.located(call)
    return forward()


def plan_key_must_exist(call: Call, forward: Forward) -> Answer:
    keys = call.backend().usage_plan_keys.get(call.params["usagePlanId"], {})
    if call.params["keyId"] not in keys:
        raise Refused("NotFoundException", "Invalid API Key identifier specified", 404)
    return forward()


def refuse_clone(call: Call, forward: Forward) -> Answer:
    if call.params.get("cloneFrom"):
        raise Refused("BadRequestException", "The local cloud cannot clone an API (cloneFrom)")
    return forward()


def settle_stage(call: Call, forward: Forward) -> Answer:
    """A deployment that names a stage sets properties of it too, and keeps an existing one's others."""
    name = call.params.get("stageName")
    api = call.backend().apis.get(call.params["restApiId"])
    existing = api.stages.get(name) if api else None
    answer = forward()
    if not answer.ok or not name or api is None:
        return answer
    made = api.stages[name]
    stage = existing or made
    stage.deployment_id = made.deployment_id
    api.stages[name] = stage
    for member in (
        "variables",
        "cacheClusterEnabled",
        "cacheClusterSize",
        "tracingEnabled",
        "canarySettings",
    ):
        if call.params.get(member) is not None:
            assign(stage, member, call.params[member])
    if call.params.get("stageDescription"):
        stage.description = call.params["stageDescription"]
    return answer


def delete_subtree(call: Call, forward: Forward) -> Answer:
    """A resource goes with everything below it; moto leaves the children without a parent."""
    answer = forward()
    if answer.ok:
        resources = call.backend().apis[call.params["restApiId"]].resources
        gone = {call.params["resourceId"]}
        while orphans := [key for key, resource in resources.items() if resource.parent_id in gone]:
            for key in orphans:
                gone.add(key)
                del resources[key]
    return answer
