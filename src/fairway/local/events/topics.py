"""SNS subscriptions: functions get Lambda's SNS event, queues the envelope or the raw message."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from fairway.local.events.delivery import Delivery, deliver
from fairway.local.events.troubles import troubles

_NOT_DELIVERED = frozenset({"email", "email-json", "sms", "firehose", "application"})


def install() -> None:
    """Replace moto's delivery to functions; make raw delivery to queues follow its setting."""
    from moto.sns.models import Subscription

    original = Subscription.publish

    def publish(self: Any, message: str, message_id: str, *args: Any, **kwargs: Any) -> None:
        if self.protocol == "lambda":
            _to_function(self, message, message_id, *args, **kwargs)
            return
        if self.protocol in _NOT_DELIVERED:
            troubles.say(
                f"{self.topic.arn} has a subscription of protocol {self.protocol}, which is not delivered"
            )
            return
        # moto takes the text "false" for true.
        if str(self.attributes.get("RawMessageDelivery", "false")).lower() != "true":
            self.attributes.pop("RawMessageDelivery", None)
        _guarded(original, self, message, message_id, *args, **kwargs)

    Subscription.publish = publish
    Subscription.private_key = lambda self: _signing_key()  # noqa: ARG005


@lru_cache(maxsize=1)
def _signing_key() -> Any:
    """One key for all subscriptions: making one takes a tenth of a second."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _guarded(
    publish: Any, subscription: Any, message: str, message_id: str, *args: Any, **kwargs: Any
) -> None:
    """A subscriber that is gone must fail neither the publisher nor the other subscribers."""
    try:
        publish(subscription, message, message_id, *args, **kwargs)
    except Exception as error:
        troubles.say(f"{subscription.topic.arn} could not deliver to {subscription.endpoint}: {error}")


def _to_function(
    subscription: Any,
    message: str,
    message_id: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    group_id: str | None = None,  # noqa: ARG001
    deduplication_id: str | None = None,  # noqa: ARG001
    message_structure: str | None = None,
) -> None:
    matcher = subscription._filter_policy_matcher
    if matcher is not None and not matcher.matches(message_attributes, message):
        return
    if message_structure == "json":
        message = subscription._parse_message_structure(message, "lambda")
    envelope = subscription.get_post_data(message, message_id, subject, message_attributes=message_attributes)
    redrive = subscription.attributes.get("RedrivePolicy")
    deliver(
        Delivery(
            source=subscription.topic.arn,
            target=subscription.endpoint,
            payload=json.dumps(function_event(envelope, subscription.arn)),
            principal="sns.amazonaws.com",
            dead_letter=json.loads(redrive).get("deadLetterTargetArn") if redrive else None,
        )
    )


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
