"""AWS Lambda."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.artifacts import artifact_of, base64_digest
from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Codec, Facet, Naming, ResourceType, Tags, Wait
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
    """The live code: the image, or the artifact where one was deployed; S3 locations are never answered."""
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
        Wait("State", busy=("Pending",), failed=("Failed",), reason="StateReason"),
        Wait("LastUpdateStatus", busy=("InProgress",), failed=("Failed",), reason="LastUpdateStatusReason"),
    ),
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
    confirm=_prove_code,
)

TYPES = (FUNCTION,)
