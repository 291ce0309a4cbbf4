"""Settings that are kept and answered but change nothing here: said at their first use, and in the status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call
from fairway.local.limits import Limits

KEPT_ONLY: Mapping[tuple[str, str], str] = {
    ("cloudwatch", "PutMetricAlarm"): "CloudWatch alarms are kept, not evaluated",
    ("cloudwatch", "PutCompositeAlarm"): "CloudWatch alarms are kept, not evaluated",
    ("logs", "PutRetentionPolicy"): "log events are kept for as long as the local cloud runs",
    ("s3", "PutBucketLifecycleConfiguration"): "lifecycle rules of buckets are kept, not carried out",
    ("s3", "PutBucketInventoryConfiguration"): "inventories of buckets are kept, not written",
    ("s3", "PutBucketLogging"): "access logs of buckets are not written",
    ("dynamodb", "EnableKinesisStreamingDestination"): "changes of tables do not reach Kinesis data streams",
    ("kms", "EnableKeyRotation"): "KMS keys are not rotated",
}
"""By the call that sets them."""

met = Limits()


def rows() -> Iterator[tuple[str, str, Repair]]:
    for service, operation in KEPT_ONLY:
        yield service, operation, say_so


def say_so(call: Call, forward: Forward) -> Answer:
    answer = forward()
    if answer.ok:
        met.say(KEPT_ONLY[call.service, call.operation])
    return answer
