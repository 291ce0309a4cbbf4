"""API Gateway: deployments of a REST API and the stages that show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Codec, Facet, Hook, ResourceType, Tags
from fairway.aws.catalogue.patch import Operation, escape, patch_operations, without_unset
from fairway.aws.catalogue.writing import send_operations
from fairway.aws.failures import CallFailed, Kind
from fairway.model.evaluate import text

_UPDATE = Call("UpdateStage", patch=True)

# docs: apigateway patch-operations.html, UpdateStage: the path of a method's setting, and what it is unset.
# A throttle of -1 is the account's.
_METHOD_SETTINGS: Mapping[str, tuple[str, Any]] = {
    "CacheDataEncrypted": ("caching/dataEncrypted", False),
    "CacheTtlInSeconds": ("caching/ttlInSeconds", 300),
    "CachingEnabled": ("caching/enabled", False),
    "DataTraceEnabled": ("logging/dataTrace", False),
    "LoggingLevel": ("logging/loglevel", "OFF"),
    "MetricsEnabled": ("metrics/enabled", False),
    "ThrottlingBurstLimit": ("throttling/burstLimit", -1),
    "ThrottlingRateLimit": ("throttling/rateLimit", -1),
}


def _method_key(setting: Mapping[str, Any]) -> str:
    """`*/*` for all; else the escaped path and the method: `~1rays~1{id}/GET`."""
    path = str(setting.get("ResourcePath", "/*"))
    return f"{'*' if path == '/*' else escape(path)}/{setting.get('HttpMethod', '*')}"


def _by_method(settings: Any) -> dict[str, Mapping[str, Any]]:
    return {_method_key(setting): setting for setting in settings or ()}


def method_operations(before: Any, after: Any) -> Iterator[Operation]:
    """From one list of method settings to the other; a method that is gone goes as a whole."""
    old, new = _by_method(before), _by_method(after)
    for key in sorted(old.keys() - new.keys()):
        yield {"op": "remove", "path": f"/{key}"}
    for key, setting in new.items():
        for name, (path, unset) in _METHOD_SETTINGS.items():
            was = old.get(key, {}).get(name)
            value = setting.get(name, unset if was is not None else None)
            if value is not None and value != (unset if was is None else was):
                yield {"op": "replace", "path": f"/{key}/{path}", "value": text(value)}


def _read_methods(answer: Any) -> Any:
    """The map of GetStage as the schema's list."""
    found = []
    for key, setting in sorted(answer.items()):
        path, _, method = key.rpartition("/")
        path = "/*" if path == "*" else path.replace("~1", "/").replace("~0", "~")
        found.append({"ResourcePath": path, "HttpMethod": method, **setting})
    return found


# What UpdateStage takes for "not set", where a removal is no operation (patch-operations.html).
_SCALARS: Mapping[str, Any] = {
    "CacheClusterEnabled": False,
    "CacheClusterSize": None,
    "ClientCertificateId": "",
    "DeploymentId": None,
    "Description": "",
    "DocumentationVersion": "",
    "TracingEnabled": False,
}
_STRUCTURES = {"AccessLogSetting": "accessLogSettings", "CanarySetting": "canarySettings"}


def stage_operations(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Operation]:
    """From a stage's properties to others: those that either of the two names."""
    old, new = _tree({**dict.fromkeys(after), **before}), _tree({**dict.fromkeys(before), **after})
    for member in _STRUCTURES.values():
        if member in old and member in new:
            old[member] = without_unset(old[member], new[member])
    methods = method_operations(before.get("MethodSettings"), after.get("MethodSettings"))
    return [*patch_operations(old, new), *methods]


def _tree(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties in the shape of GetStage's answer."""
    tree: dict[str, Any] = {}
    for name, value in properties.items():
        if name in _SCALARS:
            tree[_member(name)] = _SCALARS[name] if value is None else value
        elif name in _STRUCTURES and value is not None:
            tree[_STRUCTURES[name]] = {_member(key): child for key, child in value.items()}
        elif name == "Variables":
            tree["variables"] = dict(value or {})
    return tree


def _member(name: str) -> str:
    return name[0].lower() + name[1:]


def _put(*names: str) -> Hook:
    """Patches these properties of a stage."""

    def put(context: Context) -> None:
        before, after = ({n: p[n] for n in names if n in p} for p in (context.before, context.after))
        send_operations(context, _UPDATE, stage_operations(before, after))

    return put


_APART = ("AccessLogSetting", "ClientCertificateId", "MethodSettings")
_AS_CREATED = ("CacheClusterEnabled", "CacheClusterSize", "CanarySetting", "DeploymentId", "Description",
               "DocumentationVersion", "TracingEnabled", "Variables")  # fmt: skip
_ARN = {"resourceArn": "arn:{partition}:apigateway:{region}::/restapis/{RestApiId}/stages/{StageName}"}

STAGE = ResourceType(
    name="AWS::ApiGateway::Stage",
    service="apigateway",
    identity=("RestApiId", "StageName"),
    ref="{StageName}",
    create=Call("CreateStage"),
    read=Call("GetStage"),
    delete=Call("DeleteStage"),
    rename={"CanarySetting": "canarySettings", "AccessLogSetting": "accessLogSettings"},
    codecs={"MethodSettings": Codec(read=_read_methods)},
    facets=(Facet(_APART, put=_put(*_APART)), Facet(_AS_CREATED, put=_put(*_AS_CREATED))),
    tags=Tags(tag=Call("TagResource", keys=_ARN), untag=Call("UntagResource", keys=_ARN)),
    # BC apigateway CreateStage.
    defaults={"CacheClusterEnabled": False, "TracingEnabled": False},
    serialize="{RestApiId}",
)


def described_stage(description: Mapping[str, Any]) -> dict[str, Any]:
    """A deployment's StageDescription as a stage's properties: its own settings are those of every method."""
    common = {name: description[name] for name in _METHOD_SETTINGS if name in description}
    methods = [*([{**common, "ResourcePath": "/*", "HttpMethod": "*"}] if common else ())]
    rest = {name: value for name, value in description.items() if name not in _METHOD_SETTINGS}
    if methods or "MethodSettings" in rest:
        rest["MethodSettings"] = [*methods, *rest.get("MethodSettings", ())]
    return rest


def _put_description(context: Context) -> None:
    before, after = (
        described_stage(p.get("StageDescription") or {}) for p in (context.before, context.after)
    )
    send_operations(context, _UPDATE, stage_operations(before, after))
    if before.get("Tags") != after.get("Tags"):
        tags = {tag["Key"]: str(tag["Value"]) for tag in after.get("Tags", ())}
        gone = sorted({tag["Key"] for tag in before.get("Tags", ())} - tags.keys())
        if gone:
            context.call("UntagResource", resourceArn=context.expand(_ARN["resourceArn"]), tagKeys=gone)
        if tags:
            context.call("TagResource", resourceArn=context.expand(_ARN["resourceArn"]), tags=tags)


def _delete_own_stage(context: Context) -> None:
    """The stage that the deployment made, unless it shows another one by now; AWS deletes none in use."""
    name, api = context.after.get("StageName"), context["RestApiId"]
    if not name:
        return
    try:
        stage = context.call("GetStage", restApiId=api, stageName=name)
        if stage["deploymentId"] == context["DeploymentId"]:
            context.call("DeleteStage", restApiId=api, stageName=name)
    except CallFailed as failure:
        if failure.kind is not Kind.NOT_FOUND:
            raise


def _find_deployment(context: Context) -> Mapping[str, Any]:
    """The newest of this description that no other stage shows: its id was lost, so nothing refers to it."""
    api, own = context["RestApiId"], context.after.get("StageName")
    stages = context.call("GetStages", restApiId=api)["item"]
    shown = {stage["deploymentId"] for stage in stages if stage["stageName"] != own}
    pages = context.pages("GetDeployments", restApiId=api)
    free = [item for page in pages for item in page["items"] if item["id"] not in shown]
    wanted = context.after.get("Description") or None
    same = [item for item in free if (item.get("description") or None) == wanted]
    return max(same, key=lambda item: item["createdDate"], default={})


DEPLOYMENT = ResourceType(
    name="AWS::ApiGateway::Deployment",
    service="apigateway",
    identity=("DeploymentId", "RestApiId"),
    create=Call("CreateDeployment", without=("StageDescription",)),
    read=Call("GetDeployment"),
    update=(Call("UpdateDeployment", patch=True),),
    delete=Call("DeleteDeployment"),
    find=_find_deployment,
    rename={"DeploymentCanarySettings": "canarySettings"},
    attributes={"DeploymentId": "{id}"},
    facets=(Facet(("StageDescription",), put=_put_description),),
    create_only=("StageName",),
    unreadable=("RestApiId",),
    prepare_delete=_delete_own_stage,
    serialize="{RestApiId}",
)

STAGES = (DEPLOYMENT, STAGE)
