"""Amazon SQS."""

from __future__ import annotations

from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.declaration import Call, Naming, ResourceType, Tags
from fairway.aws.catalogue.services.attached_policy import AttachedPolicy

QUEUE = ResourceType(
    name="AWS::SQS::Queue",
    service="sqs",
    identity=("QueueUrl",),
    names=lambda url: {"QueueName": url.rpartition("/")[2]},
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
    tags=Tags(tag=Call("TagQueue"), untag=Call("UntagQueue"), list=Call("ListQueueTags"), arn="{Arn}"),
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


def _put_policy(context: Context, queue: str, text: str) -> None:
    context.call("SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": text})


def _get_policy(context: Context, queue: str) -> str | None:
    answer = context.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=["Policy"])
    found: str | None = answer.get("Attributes", {}).get("Policy")
    return found


QUEUE_POLICY = AttachedPolicy(
    "Queues", _put_policy, _get_policy, lambda context, queue: _put_policy(context, queue, "")
).resource_type("AWS::SQS::QueuePolicy", "sqs")

TYPES = (QUEUE, QUEUE_POLICY)
