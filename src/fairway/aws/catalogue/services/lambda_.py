"""AWS Lambda: functions, versions, aliases, layers. What invokes them is in `lambda_triggers`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairway.aws.artifacts import artifact_of, base64_digest
from fairway.aws.calls import Answer
from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Codec, Facet, Naming, ResourceType, Tags, Wait
from fairway.aws.catalogue.services.lambda_triggers import TRIGGERS, qualified
from fairway.aws.catalogue.users import NAMING
from fairway.aws.catalogue.waiting import pauses
from fairway.model.errors import Failed
from fairway.model.values import Artifact


def _prove_code(context: Context) -> None:
    """The live code must be what was built; the write's own answer says so (invariant 2)."""
    wanted = context.after.get("Code")
    live = context.answer.get("CodeSha256")
    if not isinstance(wanted, Artifact) or live is None or "Code" not in (context.changed or {"Code"}):
        return
    if live != base64_digest(wanted):
        raise Failed(
            "lambda.stale-code",
            f"the function runs code {live}, not {base64_digest(wanted)} as was built",
            next="deploy again; if it stays so, something else writes to this function",
        )


def _read_code(context: Context) -> Mapping[str, Any]:
    """The live code: the image, or the artifact where one was deployed; S3 locations are never answered.

    What a function runs that AWS could not set up or update is not known, whatever the answer says.
    """
    if "Failed" in (context.answer.get("State"), context.answer.get("LastUpdateStatus")):
        return {}
    if context.answer.get("PackageType") == "Image":
        image = context.answer["/"]["Code"].get("ImageUri")
        return {"Code": {"ImageUri": image}} if image else {}
    applied, digest = context.after.get("Code"), context.answer.get("CodeSha256")
    return {"Code": artifact_of(digest)} if digest and isinstance(applied, Artifact) else {}


_LAYERS = Codec(read=lambda layers: [item["Arn"] if isinstance(item, dict) else item for item in layers])

FUNCTION = ResourceType(
    name="AWS::Lambda::Function",
    service="lambda",
    identity=("FunctionName",),
    create=Call("CreateFunction"),
    read=Call(
        "GetFunction",
        answer="Configuration",
        rename={
            "Arn": "FunctionArn",
            "Tags": "/.Tags",
            "ReservedConcurrentExecutions": "/.Concurrency.ReservedConcurrentExecutions",
            "ImageConfig": "ImageConfigResponse.ImageConfig",
        },
    ),
    update=(
        Call("UpdateFunctionCode", rename={"Code": "."}, only=("Code", "Architectures"), whole=True),
        Call("UpdateFunctionConfiguration"),
    ),
    delete=Call("DeleteFunction"),
    attributes={"Arn": "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}"},
    codecs={"Layers": _LAYERS},
    facets=(
        Facet(
            ("ReservedConcurrentExecutions",),
            put=Call("PutFunctionConcurrency"),
            clear=Call("DeleteFunctionConcurrency"),
        ),
        Facet(
            ("RuntimeManagementConfig",),
            put=Call("PutRuntimeManagementConfig", rename={"RuntimeManagementConfig": "."}),
            get=Call("GetRuntimeManagementConfig", rename={"RuntimeManagementConfig": "."}),
        ),
        Facet(
            ("RecursiveLoop",),
            put=Call("PutFunctionRecursionConfig"),
            get=Call("GetFunctionRecursionConfig"),
        ),
        Facet(
            ("CodeSigningConfigArn",),
            put=Call("PutFunctionCodeSigningConfig"),
            get=Call("GetFunctionCodeSigningConfig"),
            clear=Call("DeleteFunctionCodeSigningConfig"),
        ),
    ),
    read_more=_read_code,
    also_readable=("Code",),
    tags=Tags(
        tag=Call("TagResource", keys={"Resource": "{Arn}"}),
        untag=Call("UntagResource", keys={"Resource": "{Arn}"}),
    ),
    wait=(
        Wait("State", busy=("Pending",), failed=("Failed",), reason="StateReason", after="create"),
        Wait(
            "LastUpdateStatus",
            busy=("InProgress",),
            failed=("Failed",),
            reason="LastUpdateStatusReason",
            after="update",
        ),
    ),
    retried_by=("Code",),
    named_by=NAMING,
    naming=Naming("FunctionName", 64),
    # BC lambda CreateFunction.
    defaults={
        "Architectures": ["x86_64"],
        "Description": "",
        "EphemeralStorage": {"Size": 512},
        "MemorySize": 128,
        "PackageType": "Zip",
        "RecursiveLoop": "Terminate",
        "Timeout": 3,
        "TracingConfig": {"Mode": "PassThrough"},
    },
    resets={
        "DeadLetterConfig": {"TargetArn": ""},
        "Environment": {"Variables": {}},
        "ImageConfig": {},
        "KmsKeyArn": "",
        "LoggingConfig": {"LogFormat": "Text"},
        "RuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
        "SnapStart": {"ApplyOn": "None"},
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
    },
    refused={
        "FunctionScalingConfig": "Lambda Managed Instances are not handled yet",
        "PublishToLatestPublished": "Lambda Managed Instances are not handled yet",
    },
    interrupts=("VpcConfig",),
    # docs:lambda/latest/dg/durable-configuration.html: durable execution cannot be enabled later.
    settled_by_create=("DurableConfig",),
    confirm=_prove_code,
)


PROVISIONED_TIMEOUT = 900.0
"""Seconds until a provisioned concurrency counts as stuck (TF lambda: 15 minutes)."""


def _put_provisioned(context: Context) -> None:
    wanted = context.after.get("ProvisionedConcurrencyConfig")
    target = qualified(context["FunctionArn"] if context.get("AliasArn") is None else context["AliasArn"])
    where: dict[str, Any] = {"FunctionName": target["FunctionName"], "Qualifier": target["Qualifier"]}
    if not wanted:
        context.call("DeleteProvisionedConcurrencyConfig", **where)
        return
    count = int(wanted["ProvisionedConcurrentExecutions"])
    answer = context.call("PutProvisionedConcurrencyConfig", ProvisionedConcurrentExecutions=count, **where)
    _wait_until_provisioned(context, answer, where)


def _wait_until_provisioned(context: Context, answer: Answer, where: Mapping[str, Any]) -> None:
    what = f"the provisioned concurrency is still IN_PROGRESS after {PROVISIONED_TIMEOUT:.0f} s"
    waiting = pauses(context, PROVISIONED_TIMEOUT, Failed("aws.wait", what, next="deploy again"))
    while answer["Status"] == "IN_PROGRESS":
        context.progress("provisioned concurrency is IN_PROGRESS")
        next(waiting)
        answer = context.call("GetProvisionedConcurrencyConfig", **where)
    if answer["Status"] == "FAILED":
        raise Failed(
            "aws.failed", "the provisioned concurrency could not be made", why=answer.get("StatusReason", "")
        )


def _read_provisioned(context: Context) -> Mapping[str, Any]:
    target = qualified(context.identifier)
    answer = context.call("GetProvisionedConcurrencyConfig", **target)
    count = answer["RequestedProvisionedConcurrentExecutions"]
    return {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": count}}


_PROVISIONED_FACET = Facet(
    ("ProvisionedConcurrencyConfig",),
    put=_put_provisioned,
    get=_read_provisioned,
    absent=("ProvisionedConcurrencyConfigNotFoundException",),
)


def _read_digest(context: Context) -> Mapping[str, Any]:
    digest = context.answer.get("CodeSha256")
    applied = context.after.get("CodeSha256")
    return {"CodeSha256": artifact_of(digest) if isinstance(applied, Artifact) else digest} if digest else {}


def _find_version(context: Context) -> Mapping[str, Any]:
    """The newest version, when it is the function as it stands (publishing again would answer it too)."""
    pages = context.pages("ListVersionsByFunction", FunctionName=context["FunctionName"])
    versions = [version for page in pages for version in page["Versions"]]
    if len(versions) < 2:
        return {}
    latest, newest = versions[0], max(versions[1:], key=lambda version: int(version["Version"]))
    wanted = (latest["CodeSha256"], str(context.after.get("Description", "")))
    return newest if (newest["CodeSha256"], newest.get("Description", "")) == wanted else {}


VERSION = ResourceType(
    name="AWS::Lambda::Version",
    service="lambda",
    identity=("FunctionArn",),
    names=qualified,
    create=Call("PublishVersion"),
    read=Call("GetFunctionConfiguration", keys={"Qualifier": "{Qualifier}"}, without=("FunctionName",)),
    delete=Call("DeleteFunction", keys={"Qualifier": "{Qualifier}"}),
    find=_find_version,
    attributes={"FunctionArn": "{FunctionArn}", "Version": "{Version}"},
    codecs={"FunctionName": Codec(read=lambda _: None)},
    read_more=_read_digest,
    also_readable=("CodeSha256",),
    unreadable=("FunctionName",),
    facets=(
        _PROVISIONED_FACET,
        Facet(
            ("RuntimePolicy",),
            put=Call(
                "PutRuntimeManagementConfig", keys={"Qualifier": "{Version}"}, rename={"RuntimePolicy": "."}
            ),
            get=Call(
                "GetRuntimeManagementConfig", keys={"Qualifier": "{Qualifier}"}, rename={"RuntimePolicy": "."}
            ),
        ),
    ),
    wait=(Wait("State", busy=("Pending",), failed=("Failed",), reason="StateReason"),),
    defaults={"Description": ""},
    refused={"FunctionScalingConfig": "Lambda Managed Instances are not handled yet"},
    movable=False,
)

_WEIGHTS = Codec(
    write=lambda routing: {
        "AdditionalVersionWeights": {
            item["FunctionVersion"]: item["FunctionWeight"]
            for item in routing.get("AdditionalVersionWeights") or ()
        }
    },
    read=lambda routing: (
        {
            "AdditionalVersionWeights": [
                {"FunctionVersion": version, "FunctionWeight": weight}
                for version, weight in sorted(routing.get("AdditionalVersionWeights", {}).items())
            ]
        }
        if routing.get("AdditionalVersionWeights")
        else None
    ),
)

ALIAS = ResourceType(
    name="AWS::Lambda::Alias",
    service="lambda",
    identity=("AliasArn",),
    names=lambda arn: {**qualified(arn), "Name": arn.rpartition(":")[2]},
    create=Call("CreateAlias"),
    read=Call("GetAlias"),
    update=(Call("UpdateAlias"),),
    delete=Call("DeleteAlias"),
    find=Call("GetAlias"),
    attributes={"AliasArn": "{AliasArn}"},
    codecs={"RoutingConfig": _WEIGHTS},
    facets=(_PROVISIONED_FACET,),
    defaults={"Description": "", "RoutingConfig": {"AdditionalVersionWeights": []}},
    unreadable=("FunctionName",),
)


def _layer(arn: str) -> Mapping[str, str]:
    """docs: arn:partition:lambda:region:account:layer:name:version."""
    parts = arn.split(":")
    return {"LayerName": parts[6], "VersionNumber": parts[7]} if len(parts) > 7 else {}


def _read_content(context: Context) -> Mapping[str, Any]:
    digest = (context.answer.get("Content") or {}).get("CodeSha256")
    applied = context.after.get("Content")
    return {"Content": artifact_of(digest)} if digest and isinstance(applied, Artifact) else {}


def _find_layer(context: Context) -> Mapping[str, Any]:
    """The newest version of the layer, when its content is what should be published."""
    wanted = context.after.get("Content")
    page = context.call("ListLayerVersions", LayerName=context["LayerName"])
    if not isinstance(wanted, Artifact) or not page["LayerVersions"]:
        return {}
    newest = page["LayerVersions"][0]
    live = context.call("GetLayerVersion", LayerName=context["LayerName"], VersionNumber=newest["Version"])
    found = live["Content"].get("CodeSha256") == base64_digest(wanted)
    return {"LayerVersionArn": newest["LayerVersionArn"]} if found else {}


LAYER_VERSION = ResourceType(
    name="AWS::Lambda::LayerVersion",
    service="lambda",
    identity=("LayerVersionArn",),
    names=_layer,
    create=Call("PublishLayerVersion"),
    read=Call("GetLayerVersion", rename={"LayerName": "LayerArn"}),
    delete=Call("DeleteLayerVersion"),
    find=_find_layer,
    attributes={"LayerVersionArn": "{LayerVersionArn}"},
    codecs={"LayerName": Codec(read=lambda arn: arn.rpartition(":")[2])},
    read_more=_read_content,
    also_readable=("Content",),
    naming=Naming("LayerName", 64, versioned=True),
    defaults={"Description": ""},
    movable=False,
)


def _read_layer_statement(context: Context) -> Mapping[str, Any]:
    where = _layer(context["LayerVersionArn"])
    policy = context.call(
        "GetLayerVersionPolicy", LayerName=where["LayerName"], VersionNumber=int(where["VersionNumber"])
    )
    for statement in json.loads(policy["Policy"])["Statement"]:
        if statement["Sid"] == context["StatementId"]:
            return {"LayerVersionArn": context["LayerVersionArn"], "Action": statement["Action"]}
    return {}


LAYER_VERSION_PERMISSION = ResourceType(
    name="AWS::Lambda::LayerVersionPermission",
    service="lambda",
    identity=("LayerVersionArn", "StatementId"),
    names=_layer,
    ref="{LayerVersionArn}#{StatementId}",
    create=Call("AddLayerVersionPermission"),
    read=_read_layer_statement,
    delete=Call("RemoveLayerVersionPermission"),
    attributes={"Id": "{LayerVersionArn}#{StatementId}", "StatementId": "{unique_name}"},
    carries=("LayerVersionArn",),
    also_readable=("LayerVersionArn", "Action"),
    serialize="layer/{LayerVersionArn}",
)

TYPES = (FUNCTION, VERSION, ALIAS, LAYER_VERSION, LAYER_VERSION_PERMISSION, *TRIGGERS)
