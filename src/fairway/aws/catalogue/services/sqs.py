"""Amazon SQS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Naming, ResourceType, Tags
from fairway.aws.failures import CallFailed, Kind

QUEUE = ResourceType(
    name="AWS::SQS::Queue",
    service="sqs",
    identity=("QueueUrl",),
    create=Call("CreateQueue", into="Attributes"),
    read=Call("GetQueueAttributes", fixed={"AttributeNames": ["All"]}, answer="Attributes"),
    update=(Call("SetQueueAttributes", into="Attributes"),),
    delete=Call("DeleteQueue"),
    find=Call("GetQueueUrl"),
    attributes={
        "Arn": "arn:{partition}:sqs:{region}:{account}:{QueueName}",
        "QueueName": "{QueueName}",
        "QueueUrl": "{QueueUrl}",
    },
    tags=Tags(tag=Call("TagQueue"), untag=Call("UntagQueue"), list=Call("ListQueueTags")),
    naming=Naming("QueueName", 80, suffix_when=("FifoQueue", ".fifo")),
    # BC sqs CreateQueue.
    defaults={
        "VisibilityTimeout": 30,
        "DelaySeconds": 0,
        "MaximumMessageSize": 1048576,
        "MessageRetentionPeriod": 345600,
        "ReceiveMessageWaitTimeSeconds": 0,
        "SqsManagedSseEnabled": True,
        "KmsDataKeyReusePeriodSeconds": 300,
        "FifoQueue": False,
        "ContentBasedDeduplication": False,
    },
    resets={"RedrivePolicy": "", "RedriveAllowPolicy": "", "KmsMasterKeyId": ""},
    overwrites=True,
)


def _put_policy(context: Context) -> None:
    """Sets the policy on every queue, and takes it from those that are no longer named."""
    before, after = set(context.before.get("Queues") or ()), set(context.after.get("Queues") or ())
    document = context.after["PolicyDocument"]
    text = document if isinstance(document, str) else json.dumps(document)
    for queue in sorted(after):
        context.call("SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": text})
    _remove_policy(context, before - after)


def _create_policy(context: Context) -> Mapping[str, Any]:
    _put_policy(context)
    return {}


def _remove_policy(context: Context, queues: set[str]) -> None:
    for queue in sorted(queues):
        try:
            context.call("SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": ""})
        except CallFailed as failure:
            if failure.kind is not Kind.NOT_FOUND:
                raise


def _read_policy(context: Context) -> Mapping[str, Any]:
    """The policy, and the queues among those it was set on that still have one."""
    found: dict[str, Any] = {}
    for queue in context.after.get("Queues") or ():
        try:
            answer = context.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=["Policy"])
        except CallFailed as failure:
            if failure.kind is not Kind.NOT_FOUND:
                raise
            continue
        if policy := answer.get("Attributes", {}).get("Policy"):
            found = {"PolicyDocument": json.loads(policy), "Queues": [*found.get("Queues", ()), queue]}
    return found


QUEUE_POLICY = ResourceType(
    name="AWS::SQS::QueuePolicy",
    service="sqs",
    identity=("Id",),
    create=_create_policy,
    read=_read_policy,
    update_hook=_put_policy,
    delete=lambda context: _remove_policy(context, set(context.after.get("Queues") or ())),
    attributes={"Id": "{unique_name}"},
    carries=("PolicyDocument", "Queues"),
    also_readable=("PolicyDocument", "Queues"),
    unordered=("Queues",),
    documents=("PolicyDocument",),
    delete_first=True,
)

TYPES = (QUEUE, QUEUE_POLICY)
