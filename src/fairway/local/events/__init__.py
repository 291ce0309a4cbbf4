"""Event sources of the local cloud: queues, topics, buckets, rules, schedules, streams and logs reach
functions.

`install()` is called once, before any moto backend exists; `limitations()` says what could not be delivered.
"""

from __future__ import annotations

# What of moto is replaced or relied on; see fairway.local.selftest.
RELIES_ON = {
    "moto.awslambda.models:LambdaBackend.create_event_source_mapping": ("self", "spec"),
    "moto.awslambda.models:LambdaBackend.update_event_source_mapping": ("self", "uuid", "spec"),
    "moto.awslambda.models:LambdaBackend.send_log_event": (
        "self", "function_arn", "filter_name", "log_group_name", "log_stream_name", "log_events",
    ),
    "moto.dynamodb.models.table:StreamShard.add": ("self", "old", "new"),
    "moto.events.models:EventsBackend.put_events": ("self", "events"),
    "moto.events.models:EventPattern.matches_event": ("self", "event"),
    "moto.events.models:Rule.send_to_targets": ("self", "original_event", "transform_input"),
    "moto.kinesis.models:Stream.put_record": ("self", "partition_key", "explicit_hash_key", "data"),
    "moto.logs.utils:EventMessageFilter.matches": ("self", "message"),
    "moto.s3.notifications:send_event": ("account_id", "event_name", "bucket", "key"),
    "moto.s3.notifications:send_test_event": ("account_id", "bucket"),
    "moto.sns.models:Subscription.publish": (
        "self", "message", "message_id", "subject", "message_attributes", "group_id", "deduplication_id",
        "message_structure",
    ),
    "moto.sns.models:Subscription.get_post_data": (
        "self", "message", "message_id", "subject", "message_attributes",
    ),
    "moto.sqs.models:Queue.add_message": ("self", "message"),
    "moto.sqs.models:Queue.delete_message": ("self", "receipt_handle"),
    "moto.sqs.models:SQSBackend.receive_message": (
        "self", "queue_name", "count", "wait_seconds_timeout", "visibility_timeout",
        "message_attribute_names",
    ),
    "moto.stepfunctions.responses:get_backend": ("account", "region"),
}  # fmt: skip

_NEVER = (
    "events: policies of queues, topics and buses are not enforced; those of functions are",
    "events: SNS does not deliver to e-mail, SMS, Firehose or phones; EventBridge not to API destinations",
)


def install() -> None:
    """Replace moto's deliveries with ours and start the schedule clock."""
    from fairway.local.events import buckets, log_groups, mappings, queues, rules, schedules, streams, topics

    for feature in (mappings, queues, streams, topics, buckets, rules, log_groups, schedules):
        feature.install()


def limitations() -> list[str]:
    """What is never done here, and what was asked for and could not be delivered so far."""
    from fairway.local.events.troubles import troubles

    return [*_NEVER, *troubles.met()]


def reset() -> None:
    """Forget the troubles of a cloud that has been emptied; pollers end with their mappings."""
    from fairway.local.events.troubles import troubles

    troubles.forget()
