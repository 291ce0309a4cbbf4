"""Amazon SQS."""

from __future__ import annotations

from fairway.aws.catalogue.declaration import Call, Naming, ResourceType, Tags

_URL = {"QueueUrl": "{QueueUrl}"}

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
    holds_data=False,
    overwrites=True,
)

TYPES = (QUEUE,)
