"""Whether deployed things stand as they should: of each kind of things, what is asked about one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeAlias

from fairway.aws.artifacts import base64_digest
from fairway.aws.calls import Caller
from fairway.aws.failures import CallFailed, Kind
from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.subject import Subject
from fairway.model.sealing import unseal
from fairway.model.state import ResourceState
from fairway.model.values import Artifact, walk

Look: TypeAlias = Callable[[Caller, ResourceState], str]
"""What is wrong with one thing; nothing where it stands as it should. What AWS does not find need not be
caught: it is told for all kinds alike."""
FUNCTION = "AWS::Lambda::Function"
_READERS = 8
_GONE = "is not there any more"


def standing(look: Look, should_be: str, resources: Sequence[ResourceState], subject: Subject) -> Outcome:
    """How many there are, or what is wrong with those that do not stand as they should."""
    with ThreadPoolExecutor(_READERS, "standing") as readers:
        found = list(readers.map(partial(_look, look, subject.caller), resources))
    if wrong := [f"{each.address} {what}" for each, what in zip(resources, found, strict=True) if what]:
        return failed(
            "; ".join(wrong), next="see `fairway drift`; a deploy puts right what was changed by hand"
        )
    return passed(f"{len(resources)} {should_be}")


def _look(look: Look, aws: Caller, resource: ResourceState) -> str:
    try:
        return look(aws, resource)
    except CallFailed as failure:
        if failure.kind is Kind.NOT_FOUND:
            return _GONE
        raise


def function(aws: Caller, resource: ResourceState) -> str:
    """Active, its last update carried out, with the code that was built (BC lambda FunctionConfiguration).

    One that nobody has called for weeks is Inactive and wakes when it is called: that is no fault.
    """
    live = aws.call("lambda", "GetFunctionConfiguration", {"FunctionName": resource.identifier})
    if live.get("State", "Active") not in ("Active", "Inactive"):
        return f"is {live['State']}: {live.get('StateReason', '')}"
    if live.get("LastUpdateStatus", "Successful") != "Successful":
        return f"its last update is {live['LastUpdateStatus']}: {live.get('LastUpdateStatusReason', '')}"
    built = [node for node in walk(unseal(dict(resource.properties))) if isinstance(node, Artifact)]
    if built and base64_digest(built[0]) != live["CodeSha256"]:
        return "runs other code than was built"
    return ""


def layer(aws: Caller, resource: ResourceState) -> str:
    name, _, version = resource.identifier.rpartition(":")
    aws.call("lambda", "GetLayerVersion", {"LayerName": name, "VersionNumber": int(version)})
    return ""


def table(aws: Caller, resource: ResourceState) -> str:
    """BC dynamodb TableDescription, IndexStatus."""
    table = aws.call("dynamodb", "DescribeTable", {"TableName": resource.identifier})["Table"]
    if table["TableStatus"] != "ACTIVE":
        return f"is {table['TableStatus']}"
    indexes = {each["IndexName"]: each["IndexStatus"] for each in table.get("GlobalSecondaryIndexes", ())}
    return "; ".join(
        f"its index {name} is {status}" for name, status in indexes.items() if status != "ACTIVE"
    )


def state_machine(aws: Caller, resource: ResourceState) -> str:
    wanted = {"stateMachineArn": str(resource.ref)}
    status = aws.call("stepfunctions", "DescribeStateMachine", wanted)["status"]
    return "" if status == "ACTIVE" else f"is {status}"


def role(aws: Caller, resource: ResourceState) -> str:
    aws.call("iam", "GetRole", {"RoleName": resource.identifier})
    return ""


def log_group(aws: Caller, resource: ResourceState) -> str:
    name = resource.identifier
    pages = aws.pages("logs", "DescribeLogGroups", {"logGroupNamePrefix": name})
    there = any(group["logGroupName"] == name for page in pages for group in page["logGroups"])
    return "" if there else _GONE


def bucket(aws: Caller, resource: ResourceState) -> str:
    aws.call("s3", "HeadBucket", {"Bucket": resource.identifier})
    return ""
