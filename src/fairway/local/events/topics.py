"""SNS subscriptions: functions get Lambda's SNS event, queues the envelope or the raw message."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from fairway.local.events.delivery import Delivery, QueueAttribute, deliver
from fairway.local.events.troubles import troubles
from fairway.local.functions.overrides import replace_attribute


def install() -> None:
    """Replace moto's delivery to functions; make raw delivery to queues follow its setting."""
    from moto.sns.models import Subscription

    original = Subscription.publish

    def publish(self: Any, message: str, message_id: str, **given: Any) -> None:
        if self.protocol in ("lambda", "sqs"):
            _publish(self, message, message_id, **given)
        elif self.protocol in ("http", "https"):
            _guarded(original, self, message, message_id, **given)
        else:
            troubles.say(f"{self.topic.arn} has subscriptions of protocol {self.protocol}: not delivered")

    replace_attribute(Subscription, "publish", publish)
    replace_attribute(Subscription, "private_key", lambda self: _signing_key())  # noqa: ARG005


@lru_cache(maxsize=1)
def _signing_key() -> Any:
    """One key for all subscriptions: making one takes a tenth of a second."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _guarded(publish: Any, subscription: Any, message: str, message_id: str, **given: Any) -> None:
    """A subscriber that is gone must fail neither the publisher nor the other subscribers."""
    try:
        publish(subscription, message, message_id, **given)
    except Exception as error:
        troubles.say(f"{subscription.topic.arn} could not deliver to {subscription.endpoint}: {error}")


def _publish(
    subscription: Any,
    message: str,
    message_id: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    group_id: str | None = None,
    deduplication_id: str | None = None,
    message_structure: str | None = None,
) -> None:
    matcher = subscription._filter_policy_matcher
    if matcher is not None and not matcher.matches(message_attributes, message):
        return
    if message_structure == "json":
        message = subscription._parse_message_structure(message, subscription.protocol)
    attributes: dict[str, QueueAttribute] = {}
    if subscription.protocol == "sqs" and is_raw(subscription):
        payload, attributes = message, queue_attributes(message_attributes or {})
    else:
        envelope = subscription.get_post_data(
            message, message_id, subject, message_attributes=message_attributes
        )
        event = envelope if subscription.protocol == "sqs" else function_event(envelope, subscription.arn)
        payload = json.dumps(event)
    redrive = subscription.attributes.get("RedrivePolicy")
    deliver(
        Delivery(
            source=subscription.topic.arn,
            target=subscription.endpoint,
            payload=payload,
            principal="sns.amazonaws.com",
            dead_letter=json.loads(redrive).get("deadLetterTargetArn") if redrive else None,
            options={
                "SqsParameters": {"MessageGroupId": group_id, "MessageDeduplicationId": deduplication_id}
            },
            attributes=attributes,
        )
    )


def is_raw(subscription: Any) -> bool:
    """Whether messages arrive without the envelope; the attribute is a text."""
    return str(subscription.attributes.get("RawMessageDelivery", "false")).lower() == "true"


def queue_attributes(given: dict[str, Any]) -> dict[str, QueueAttribute]:
    """A topic's message attributes as a queue's."""
    return {
        name: {
            "DataType": value["Type"],
            ("BinaryValue" if value["Type"].startswith("Binary") else "StringValue"): (
                value["Value"] if value["Type"].startswith("Binary") else str(value["Value"])
            ),
        }
        for name, value in given.items()
    }


def function_event(envelope: dict[str, Any], subscription_arn: str) -> dict[str, Any]:
    """Lambda's SNS event for a notification (BC Lambda developer guide, "Using Lambda with Amazon SNS")."""
    renamed = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}
    sns = {renamed.get(key, key): value for key, value in envelope.items()}
    sns.setdefault("Subject", None)
    sns.setdefault("MessageAttributes", {})
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription_arn,
                "Sns": sns,
            }
        ]
    }
