"""Hands a message to a queue, topic, bus or function by its ARN: destinations and dead-letter queues."""

from __future__ import annotations

import json
import logging

log = logging.getLogger(__name__)


def deliver(target: str, body: str, *, source: str, detail: str) -> None:
    """Send `body` (JSON) to the ARN `target`; what cannot be delivered is logged, as there is nobody to tell.

    `source` is the function's ARN and `detail` OnSuccess or OnFailure; an event bus gets both.
    """
    _, _, service, region, account, resource = target.split(":", 5)
    try:
        if service == "sqs":
            _to_queue(account, region, resource, body)
        elif service == "sns":
            _to_topic(account, region, target, body)
        elif service == "lambda":
            _to_function(account, region, target, body)
        elif service == "events":
            _to_bus(account, region, resource.removeprefix("event-bus/"), body, source, detail)
        else:
            log.warning("the local cloud does not deliver to %s", target)
    except Exception:
        log.exception("delivery to %s", target)


def _to_queue(account: str, region: str, name: str, body: str) -> None:
    from moto.sqs.models import sqs_backends

    sqs_backends[account][region].send_message(name, body)


def _to_topic(account: str, region: str, arn: str, body: str) -> None:
    from moto.sns.models import sns_backends

    sns_backends[account][region].publish(body, arn=arn)


def _to_function(account: str, region: str, arn: str, body: str) -> None:
    from fairway.local.functions import invoke

    invoke(arn, body.encode(), asynchronous=True, account=account, region=region)


def _to_bus(account: str, region: str, bus: str, body: str, source: str, detail: str) -> None:
    from moto.events.models import events_backends

    result = "Success" if detail == "OnSuccess" else "Failure"
    entry = {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {result}",
        "Detail": json.dumps(json.loads(body)),
        "EventBusName": bus,
        "Resources": [source],
    }
    events_backends[account][region].put_events([entry])
