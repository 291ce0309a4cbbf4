"""One event to one target: the function, queue, topic, state machine, log group, bus or stream that an ARN
names.

Deliveries are asynchronous on AWS: a failure never reaches the sender. It goes to the dead-letter queue if
there is one, and is said in the log and in status.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fairway.local.events.troubles import troubles
from fairway.local.permissions import may_invoke
from fairway.local.store import Arn, parse_arn

log = logging.getLogger("fairway.local.events")


QueueAttribute = dict[str, Any]  # DataType with StringValue or BinaryValue, as SendMessage takes it


class Undeliverable(Exception):
    """The target cannot take the event; the message says why."""


@dataclass(frozen=True)
class Delivery:
    """An event on its way.

    `source` is the ARN of what sends (rule, topic, bucket, schedule, function); `principal` the service that
    a function's policy must allow, or None where a role does that; `options` the target's own parameters
    (`SqsParameters`, `KinesisParameters`, …); `attributes` a queue message's.
    """

    source: str
    target: str
    payload: str
    principal: str | None = None
    dead_letter: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, QueueAttribute] = field(default_factory=dict)


def deliver(delivery: Delivery) -> bool:
    """Hand an event to its target; whether that worked. Never raises."""
    try:
        target = parse_arn(delivery.target)
        sender = _SENDERS.get(target.service)
        if sender is None:
            raise Undeliverable(f"the local cloud does not deliver events to {target.service}")
        sender(delivery, target)
    except Exception as error:
        log.warning("%s could not deliver to %s: %s", delivery.source, delivery.target, error)
        troubles.say(f"{delivery.source} could not deliver to {delivery.target}: {error}")
        _dead_letter(delivery, error)
        return False
    return True


def _to_function(delivery: Delivery, target: Arn) -> None:
    from fairway.local.functions import invoke

    if delivery.principal and not may_invoke(delivery.target, delivery.principal, [delivery.source]):
        raise Undeliverable(
            f"no permission lets {delivery.principal} invoke it from {delivery.source}: "
            "add an AWS::Lambda::Permission"
        )
    invoke(
        delivery.target,
        delivery.payload.encode(),
        asynchronous=True,
        account=target.account,
        region=target.region,
    )


def _to_queue(delivery: Delivery, _: Arn) -> None:
    parameters = delivery.options.get("SqsParameters") or {}
    send_to_queue(
        delivery.target,
        delivery.payload,
        delivery.attributes,
        group_id=parameters.get("MessageGroupId"),
        deduplication_id=parameters.get("MessageDeduplicationId"),
    )


def send_to_queue(
    queue_arn: str,
    body: str,
    attributes: Mapping[str, QueueAttribute],
    group_id: str | None = None,
    deduplication_id: str | None = None,
) -> None:
    """Put a message on a queue. Raises moto's errors when there is no such queue or it refuses."""
    from moto.sqs.models import sqs_backends

    arn = parse_arn(queue_arn)
    if arn.resource.endswith(".fifo") and group_id is None:
        raise Undeliverable("a FIFO queue wants a MessageGroupId")
    sqs_backends[arn.account][arn.region].send_message(
        queue_name=arn.resource,
        message_body=body,
        message_attributes=dict(attributes),
        group_id=group_id,
        deduplication_id=deduplication_id,
        validate_group_id=False,  # a standard queue takes one too
    )


def _to_topic(delivery: Delivery, target: Arn) -> None:
    from moto.sns.models import sns_backends

    sns_backends[target.account][target.region].publish(message=delivery.payload, arn=delivery.target)


def _to_state_machine(delivery: Delivery, target: Arn) -> None:
    from moto.stepfunctions.responses import get_backend

    get_backend(target.account, target.region).start_execution(
        delivery.target, str(uuid.uuid4()), delivery.payload
    )


def _to_log_group(delivery: Delivery, target: Arn) -> None:
    from moto.logs.models import logs_backends

    group = target.resource.removeprefix("log-group:").removesuffix(":*")
    stream = str(uuid.uuid4())
    backend = logs_backends[target.account][target.region]
    backend.create_log_stream(group, stream)
    backend.put_log_events(
        group, stream, [{"timestamp": int(time.time() * 1000), "message": delivery.payload}]
    )


def _to_bus(delivery: Delivery, target: Arn) -> None:
    from moto.events.models import events_backends

    if not target.resource.startswith("event-bus/"):
        raise Undeliverable("the local cloud does not call API destinations")
    event = json.loads(delivery.payload)
    parameters = delivery.options.get("EventBridgeParameters") or {}
    entry = {
        "Source": parameters.get("Source") or event["source"],
        "DetailType": parameters.get("DetailType") or event["detail-type"],
        "Detail": json.dumps(event if parameters else event["detail"]),
        "Resources": event.get("resources", []) if isinstance(event, dict) else [],
        "EventBusName": target.resource.removeprefix("event-bus/"),
    }
    events_backends[target.account][target.region].put_events([entry])


def _to_stream(delivery: Delivery, target: Arn) -> None:
    import base64

    from moto.kinesis.models import kinesis_backends

    key = (delivery.options.get("KinesisParameters") or {}).get("PartitionKey") or str(uuid.uuid4())
    kinesis_backends[target.account][target.region].put_record(
        stream_arn=delivery.target,
        stream_name=target.resource.removeprefix("stream/"),
        partition_key=key,
        explicit_hash_key="",
        data=base64.b64encode(delivery.payload.encode()).decode(),
    )


_SENDERS: dict[str, Callable[[Delivery, Arn], None]] = {
    "lambda": _to_function,
    "sqs": _to_queue,
    "sns": _to_topic,
    "states": _to_state_machine,
    "logs": _to_log_group,
    "events": _to_bus,
    "kinesis": _to_stream,
}


def _dead_letter(delivery: Delivery, error: Exception) -> None:
    """The event itself goes to the queue, with why and where from (BC EventBridge, "Using dead-letter
    queues")."""
    if not delivery.dead_letter:
        return
    attributes = {
        "ERROR_CODE": type(error).__name__,
        "ERROR_MESSAGE": str(error)[:1000] or "unknown",
        "RULE_ARN": delivery.source,
        "TARGET_ARN": delivery.target,
    }
    try:
        texts = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        send_to_queue(delivery.dead_letter, delivery.payload, texts)
    except Exception as second:
        log.warning("the dead-letter queue %s did not take it either: %s", delivery.dead_letter, second)
        troubles.say(f"the dead-letter queue {delivery.dead_letter} takes no messages: {second}")
