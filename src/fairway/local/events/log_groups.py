"""CloudWatch Logs subscription filters that send to functions."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from fairway.local.events.delivery import Delivery, deliver
from fairway.local.functions.overrides import replace_attribute
from fairway.local.store import parse_arn


def install() -> None:
    """Deliver to functions asynchronously, and only the events that the filter pattern takes."""
    from moto.awslambda.models import LambdaBackend

    def send_log_event(
        self: Any,
        function_arn: str,
        filter_name: str,
        log_group_name: str,
        log_stream_name: str,
        log_events: Any,
    ) -> None:
        # A function that logs into the group it subscribes to would call itself for ever.
        if log_group_name == f"/aws/lambda/{parse_arn(function_arn).resource.split(':')[1]}":
            return
        matching = _matching(self, log_group_name, filter_name, log_events)
        if not matching:
            return
        group_arn = f"arn:aws:logs:{self.region_name}:{self.account_id}:log-group:{log_group_name}:*"
        document = {
            "messageType": "DATA_MESSAGE",
            "owner": self.account_id,
            "logGroup": log_group_name,
            "logStream": log_stream_name,
            "subscriptionFilters": [filter_name],
            "logEvents": [{**event, "id": str(event["id"])} for event in matching],
        }
        deliver(Delivery(source=group_arn, target=function_arn, payload=json.dumps(packed(document))))

    replace_attribute(LambdaBackend, "send_log_event", send_log_event)


def _matching(
    backend: Any, group: str, filter_name: str, events: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The events that the subscription's filter pattern takes."""
    from moto.logs.models import logs_backends
    from moto.logs.utils import EventMessageFilter

    filters = logs_backends[backend.account_id][backend.region_name].groups[group].subscription_filters
    wanted = EventMessageFilter(filters[filter_name].filter_pattern or "")
    return [event for event in events if wanted.matches(event["message"])]


def packed(document: dict[str, Any]) -> dict[str, Any]:
    """The event a function gets: the document as JSON, gzip, base64."""
    data = gzip.compress(json.dumps(document, separators=(",", ":")).encode())
    return {"awslogs": {"data": base64.b64encode(data).decode()}}
