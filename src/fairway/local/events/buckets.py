"""S3 notifications: to functions, queues, topics and EventBridge, in the shape S3 sends them."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from typing import Any
from urllib.parse import quote_plus

from fairway.local.events.delivery import Delivery, deliver
from fairway.local.events.rules import offer
from fairway.local.events.times import iso_millis, iso_seconds
from fairway.local.functions.overrides import replace_attribute

_sequence = itertools.count(1)


def install() -> None:
    """Replace the senders of moto's notification module."""
    from moto.s3 import notifications

    replace_attribute(notifications, "_get_s3_event", s3_event)
    replace_attribute(notifications, "_send_event_bridge_message", _to_event_bridge)
    replace_attribute(notifications, "send_event", send_event)
    replace_attribute(notifications, "send_test_event", _send_test_event)


def send_event(account_id: str, event_name: str, bucket: Any, key: Any) -> None:
    """Notify whoever a bucket's configuration names for an event on a key."""
    configuration = bucket.notification_configuration
    if configuration is None or key is None:
        return
    for notification in (*configuration.cloud_function, *configuration.queue, *configuration.topic):
        if notification.matches(event_name, key.name):
            event = s3_event(event_name, bucket, key, notification.id)
            _notify(bucket, notification.arn, json.dumps(event))
    if configuration.event_bridge is not None:
        _to_event_bridge(account_id, bucket, event_name, key)


def _notify(bucket: Any, target: str, payload: str) -> None:
    deliver(Delivery(source=bucket.arn, target=target, payload=payload, principal="s3.amazonaws.com"))


def s3_event(event_name: str, bucket: Any, key: Any, notification_id: str) -> dict[str, Any]:
    """One S3 record (BC S3 user guide, "Event message structure", version 2.1)."""
    name = str(getattr(event_name, "value", event_name)).removeprefix("s3:")
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": bucket.region_name,
                "eventTime": iso_millis(time.time()),
                "eventName": name,
                "userIdentity": {"principalId": "AWS:fairway"},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {
                    "x-amz-request-id": uuid.uuid4().hex[:16].upper(),
                    "x-amz-id-2": "local",
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": notification_id,
                    "bucket": {
                        "name": bucket.name,
                        "ownerIdentity": {"principalId": "fairway"},
                        "arn": bucket.arn,
                    },
                    "object": _object(name, bucket, key),
                },
            }
        ]
    }


def _object(event_name: str, bucket: Any, key: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"key": quote_plus(key.name, safe="/")}
    if not event_name.startswith("ObjectRemoved:"):
        described |= {"size": key.size, "eTag": key.etag.replace('"', "")}
    if bucket.is_versioned and getattr(key, "version_id", None):
        described["versionId"] = key.version_id
    described["sequencer"] = f"{next(_sequence):018X}"
    return described


def _to_event_bridge(account_id: str, bucket: Any, event_name: str, key: Any) -> None:
    from moto.events.models import events_backends
    from moto.s3.notifications import _detail_type

    name = str(getattr(event_name, "value", event_name))
    described = _object("", bucket, key) | {"key": key.name}
    described["etag"] = described.pop("eTag")
    if "versionId" in described:
        described["version-id"] = described.pop("versionId")
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": _detail_type(name),
        "source": "aws.s3",
        "account": account_id,
        "time": iso_seconds(time.time()),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": described,
            "request-id": uuid.uuid4().hex[:16].upper(),
            "requester": account_id,
            "source-ip-address": "127.0.0.1",
            "reason": _reason(name),
        },
    }
    for rule in list(events_backends[account_id][bucket.region_name].event_buses["default"].rules.values()):
        offer(rule, event)


# BC S3 user guide, "EventBridge event message structure": the API call behind the event.
_REASONS = {"Put": "PutObject", "Post": "POST Object", "Copy": "CopyObject", "Delete": "DeleteObject"}


def _reason(event_name: str) -> str:
    kind = event_name.rpartition(":")[2]
    return _REASONS.get(kind, "DeleteObject" if "Removed" in event_name else kind)


def _send_test_event(account_id: str, bucket: Any) -> None:  # noqa: ARG001
    """S3 proves that it may send to a queue or topic when the configuration is put."""
    configuration = bucket.notification_configuration
    event = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": iso_millis(time.time()),
        "Bucket": bucket.name,
        "RequestId": uuid.uuid4().hex[:16].upper(),
        "HostId": "local",
    }
    for arn in {item.arn for item in (*configuration.queue, *configuration.topic)}:
        _notify(bucket, arn, json.dumps(event))
