"""API Gateway: API keys, usage plans and which keys may use which plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Codec, Facet, Naming, ResourceType, Tags
from fairway.aws.catalogue.patch import Operation, escape, patch_operations
from fairway.aws.catalogue.services.apigateway_find import own
from fairway.aws.catalogue.writing import send_operations


def _tags(kind: str, id_name: str) -> Tags:
    arn = {"resourceArn": f"arn:{{partition}}:apigateway:{{region}}::/{kind}/{{{id_name}}}"}
    return Tags(tag=Call("TagResource", keys=arn), untag=Call("UntagResource", keys=arn))


def _stage_keys(answer: Any) -> Any:
    """`api/stage` in the answer, two members in the schema."""
    pairs = (key.split("/", 1) for key in answer)
    return [{"RestApiId": api, "StageName": stage} for api, stage in pairs]


def _put_stage_keys(context: Context) -> None:
    """docs: apigateway patch-operations.html, UpdateApiKey: `/stages` with `api/stage`."""
    old, new = (
        [f"{key['RestApiId']}/{key['StageName']}" for key in properties.get("StageKeys") or ()]
        for properties in (context.before, context.after)
    )
    gone = [{"op": "remove", "path": "/stages", "value": key} for key in old if key not in new]
    come = [{"op": "add", "path": "/stages", "value": key} for key in new if key not in old]
    send_operations(context, _UPDATE_KEY, [*gone, *come])


_KEY_ID = {"apiKey": "{APIKeyId}"}
_UPDATE_KEY = Call("UpdateApiKey", keys=_KEY_ID, patch=True)

API_KEY = ResourceType(
    name="AWS::ApiGateway::ApiKey",
    service="apigateway",
    identity=("APIKeyId",),
    create=Call("CreateApiKey"),
    # The value is a secret: it is not asked for.
    read=Call("GetApiKey", keys=_KEY_ID, fixed={"includeValue": False}),
    update=(_UPDATE_KEY,),
    delete=Call("DeleteApiKey", keys=_KEY_ID),
    find=own("GetApiKeys"),
    attributes={"APIKeyId": "{id}"},
    codecs={"StageKeys": Codec(read=_stage_keys)},
    facets=(Facet(("StageKeys",), put=_put_stage_keys),),
    tags=_tags("apikeys", "APIKeyId"),
    naming=Naming("Name", 1024),
    # BC apigateway CreateApiKey.
    defaults={"Enabled": False},
    unordered=("StageKeys",),
    unreadable=("Value", "GenerateDistinctId"),
)


def _stages(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A usage plan's stages by `api:stage`, each with its throttles by method path."""
    return {f"{s['ApiId']}:{s['Stage']}": s.get("Throttle") or {} for s in properties.get("ApiStages") or ()}


def plan_operations(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Operation]:
    """docs: apigateway patch-operations.html, UpdateUsagePlan: stages are values, throttles steps below."""
    old, new = _stages(before), _stages(after)
    for stage in sorted(old.keys() - new.keys()):
        yield {"op": "remove", "path": "/apiStages", "value": stage}
    for stage, throttles in new.items():
        if stage not in old:
            yield {"op": "add", "path": "/apiStages", "value": stage}
        yield from _throttles(f"/apiStages/{escape(stage)}/throttle", old.get(stage, {}), throttles)


def _throttles(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Operation]:
    trees = (
        {
            method: {name[0].lower() + name[1:]: rate for name, rate in limits.items()}
            for method, limits in t.items()
        }
        for t in (old, new)
    )
    for operation in patch_operations(*trees):
        yield {**operation, "path": path + operation["path"]}


def _put_stages(context: Context) -> None:
    send_operations(context, _UPDATE_PLAN, list(plan_operations(context.before, context.after)))


def _leave_stages(context: Context) -> None:
    """A plan that still has stages cannot be deleted (TF apigateway/usage_plan.go)."""
    plan = context.call("GetUsagePlan", usagePlanId=context["Id"])
    stages = [f"{stage['apiId']}:{stage['stage']}" for stage in plan.get("apiStages", ())]
    operations = [{"op": "remove", "path": "/apiStages", "value": stage} for stage in stages]
    send_operations(context, _UPDATE_PLAN, operations)


_PLAN_ID = {"usagePlanId": "{Id}"}
_UPDATE_PLAN = Call("UpdateUsagePlan", keys=_PLAN_ID, patch=True)

USAGE_PLAN = ResourceType(
    name="AWS::ApiGateway::UsagePlan",
    service="apigateway",
    identity=("Id",),
    create=Call("CreateUsagePlan"),
    read=Call("GetUsagePlan", keys=_PLAN_ID),
    update=(_UPDATE_PLAN,),
    delete=Call("DeleteUsagePlan", keys=_PLAN_ID),
    find=own("GetUsagePlans"),
    rename={"UsagePlanName": "name"},
    attributes={"Id": "{id}"},
    facets=(Facet(("ApiStages",), put=_put_stages),),
    tags=_tags("usageplans", "Id"),
    naming=Naming("UsagePlanName", 1024),
    prepare_delete=_leave_stages,
    serialize="usageplans",
)

_PLAN_KEY = {"usagePlanId": "{UsagePlanId}", "keyId": "{KeyId}"}

USAGE_PLAN_KEY = ResourceType(
    name="AWS::ApiGateway::UsagePlanKey",
    service="apigateway",
    identity=("Id",),
    names=lambda identifier: dict(zip(("KeyId", "UsagePlanId"), identifier.split(":"), strict=False)),
    create=Call("CreateUsagePlanKey"),
    read=Call("GetUsagePlanKey", keys=_PLAN_KEY, rename={"KeyId": "id", "KeyType": "type"}),
    delete=Call("DeleteUsagePlanKey", keys=_PLAN_KEY),
    # CFN: the key's id and the plan's.
    attributes={"Id": "{KeyId}:{UsagePlanId}"},
    unreadable=("UsagePlanId",),
    serialize="usageplans",
)

KEYS = (API_KEY, USAGE_PLAN, USAGE_PLAN_KEY)
