"""AWS Lambda: what invokes functions, and who may."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import (
    Bulk,
    Call,
    Codec,
    Pages,
    ResourceType,
    Tags,
    Told,
    Wait,
)

_MAPPING_ARN = {"Resource": "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}"}

# BC lambda GetEventSourceMapping: the answer has a state where the input has a switch.
_ENABLED = Codec(read=lambda state: state not in ("Disabled", "Disabling"))


def _tell_mappings(pages: Pages, _: Collection[str]) -> Iterator[Told]:
    for page in pages("ListEventSourceMappings"):
        for mapping in page["EventSourceMappings"]:
            name = mapping["UUID"]
            yield Told(name, (("GetEventSourceMapping", {"UUID": name}, mapping),))


EVENT_SOURCE_MAPPING = ResourceType(
    name="AWS::Lambda::EventSourceMapping",
    service="lambda",
    identity=("UUID",),
    create=Call("CreateEventSourceMapping"),
    read=Call("GetEventSourceMapping", rename={"Enabled": "State"}),
    bulk=Bulk(_tell_mappings, "{UUID}"),
    update=(Call("UpdateEventSourceMapping"),),
    delete=Call("DeleteEventSourceMapping"),
    find=Call(
        "ListEventSourceMappings",
        keys={"FunctionName": "{FunctionName}", "EventSourceArn": "{EventSourceArn}?"},
        answer="EventSourceMappings",
    ),
    attributes={
        "Id": "{UUID}",
        "EventSourceMappingArn": "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}",
    },
    codecs={"Enabled": _ENABLED},
    tags=Tags(
        tag=Call("TagResource", keys=_MAPPING_ARN),
        untag=Call("UntagResource", keys=_MAPPING_ARN),
        list=Call("ListTags", keys=_MAPPING_ARN),
        arn=_MAPPING_ARN["Resource"],
    ),
    wait=(Wait("State", busy=("Creating", "Updating")),),
    going={"State": "Deleting"},
    wait_deleted="settled",
    # BC lambda CreateEventSourceMapping; the batch size depends on the source, so it is not among them.
    defaults={
        "Enabled": True,
        "MaximumBatchingWindowInSeconds": 0,
        "BisectBatchOnFunctionError": False,
        "TumblingWindowInSeconds": 0,
        "ParallelizationFactor": 1,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
    },
    resets={
        "FilterCriteria": {},
        "DestinationConfig": {},
        "ScalingConfig": {},
        "KmsKeyArn": "",
        "LoggingConfig": {},
        "ProvisionedPollerConfig": {},
        "MetricsConfig": {"Metrics": []},
    },
    unreadable=("FunctionName", "StartingPositionTimestamp"),
    create_only=("Queues", "Topics"),
)


def qualified(arn: str) -> Mapping[str, Any]:
    """docs: arn:partition:lambda:region:account:function:name:qualifier."""
    return dict(zip(("FunctionName", "Qualifier"), arn.split(":")[6:], strict=False))


def _function(context: Context) -> dict[str, Any]:
    """The function and, where the name or ARN has one, the qualifier."""
    given = str(context["FunctionName"])
    parts = given.split(":")[6:] if given.startswith("arn:") else given.split(":")
    return dict(zip(("FunctionName", "Qualifier"), parts, strict=False))


_STATEMENT = (
    "Action", "EventSourceToken", "FunctionUrlAuthType", "InvokedViaFunctionUrl", "Principal",
    "PrincipalOrgID", "SourceAccount", "SourceArn",
)  # fmt: skip


def _add_permission(context: Context) -> Mapping[str, Any]:
    given = {name: context.after[name] for name in _STATEMENT if context.after.get(name) is not None}
    if "InvokedViaFunctionUrl" in given:
        given["InvokedViaFunctionUrl"] = str(given["InvokedViaFunctionUrl"]).lower() == "true"
    context.call("AddPermission", once=True, StatementId=context["Id"], **_function(context), **given)
    return {}


def _remove_permission(context: Context) -> None:
    context.call("RemovePermission", StatementId=context["Id"], **_function(context))


def _read_permission(context: Context) -> Mapping[str, Any]:
    policy = json.loads(context.call("GetPolicy", **_function(context))["Policy"])
    for statement in policy["Statement"]:
        if statement.get("Sid") == context["Id"]:
            return {"FunctionName": context["FunctionName"], **dict(_permission_of(statement))}
    return {}


def _permission_of(statement: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A policy statement as the arguments of AddPermission that made it (docs: lambda resource policies)."""
    yield "Action", statement["Action"]
    principal = statement["Principal"]
    yield "Principal", principal if isinstance(principal, str) else next(iter(principal.values()))
    conditions = {
        key.lower(): value for test in statement.get("Condition", {}).values() for key, value in test.items()
    }
    for name, key in _CONDITIONS.items():
        if key in conditions:
            value = conditions[key]
            yield name, str(value).lower() == "true" if name == "InvokedViaFunctionUrl" else value


_CONDITIONS = {
    "SourceArn": "aws:sourcearn",
    "SourceAccount": "aws:sourceaccount",
    "PrincipalOrgID": "aws:principalorgid",
    "EventSourceToken": "lambda:eventsourcetoken",
    "FunctionUrlAuthType": "lambda:functionurlauthtype",
    "InvokedViaFunctionUrl": "lambda:invokedviafunctionurl",
}

PERMISSION = ResourceType(
    name="AWS::Lambda::Permission",
    service="lambda",
    identity=("FunctionName", "Id"),
    ref="{Id}",
    create=_add_permission,
    read=_read_permission,
    delete=_remove_permission,
    attributes={"Id": "{unique_name}"},
    carries=("FunctionName", *_STATEMENT),
    also_readable=_STATEMENT,
    serialize="policy/{FunctionName}",
)

_TARGET = {"FunctionName": "{TargetFunctionArn}", "Qualifier": "{Qualifier}?"}
_MADE = {"FunctionName": "{FunctionName}", "Qualifier": "{Qualifier}?"}

URL = ResourceType(
    name="AWS::Lambda::Url",
    service="lambda",
    identity=("FunctionArn",),
    names=qualified,
    create=Call("CreateFunctionUrlConfig", keys=_TARGET),
    read=Call("GetFunctionUrlConfig", keys=_MADE),
    update=(Call("UpdateFunctionUrlConfig", keys=_MADE),),
    delete=Call("DeleteFunctionUrlConfig", keys=_MADE),
    find=Call("GetFunctionUrlConfig", keys=_TARGET),
    attributes={"FunctionArn": "{FunctionArn}", "FunctionUrl": "{FunctionUrl}"},
    carries=("TargetFunctionArn",),
    unreadable=("TargetFunctionArn", "Qualifier"),
    defaults={"InvokeMode": "BUFFERED"},
    resets={"Cors": {}},
)

EVENT_INVOKE_CONFIG = ResourceType(
    name="AWS::Lambda::EventInvokeConfig",
    service="lambda",
    identity=("FunctionName", "Qualifier"),
    ref="{FunctionName}|{Qualifier}",
    create=Call("PutFunctionEventInvokeConfig"),
    read=Call("GetFunctionEventInvokeConfig", keys={"Qualifier": "{Qualifier}"}),
    update=(Call("PutFunctionEventInvokeConfig", keys={"Qualifier": "{Qualifier}"}, whole=True),),
    delete=Call("DeleteFunctionEventInvokeConfig", keys={"Qualifier": "{Qualifier}"}),
    unreadable=("FunctionName", "Qualifier"),
)

TRIGGERS = (EVENT_SOURCE_MAPPING, PERMISSION, URL, EVENT_INVOKE_CONFIG)
