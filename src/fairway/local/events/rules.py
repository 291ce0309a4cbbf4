"""EventBridge rules: which events match, and their targets."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from fairway.local.events.delivery import Delivery, deliver
from fairway.local.events.times import iso_seconds
from fairway.local.events.transform import target_payload
from fairway.local.functions.overrides import replace_attribute


def install() -> None:
    """Let moto's rules deliver to every kind of target."""
    from moto.events.models import Rule

    original = Rule.send_to_targets

    def send_to_targets(self: Any, original_event: Any, transform_input: bool = True) -> None:
        if self.managed_by:  # an archive's own rule, which moto serves
            original(self, original_event, transform_input)
        else:
            offer(self, original_event)

    replace_attribute(Rule, "send_to_targets", send_to_targets)


def offer(rule: Any, raw: Mapping[str, Any]) -> None:
    """Send an event to a rule's targets if the rule is enabled and its pattern matches."""
    event = public_event(raw)
    # A rule with a schedule only has no pattern; moto would let it match every event.
    if (
        rule.state != "DISABLED"
        and rule.event_pattern.get_pattern()
        and rule.event_pattern.matches_event(event)
    ):
        send(rule, event)


def send(rule: Any, event: Mapping[str, Any]) -> None:
    """Deliver an event to each target of a rule."""
    for target in list(rule.targets):
        deliver(
            Delivery(
                source=rule.arn,
                target=target["Arn"],
                payload=target_payload(target, event, rule.arn, iso_seconds(time.time())),
                principal="events.amazonaws.com",
                dead_letter=(target.get("DeadLetterConfig") or {}).get("Arn"),
                options=target,
            )
        )


def public_event(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An event as targets see it: the time in ISO 8601, without moto's own fields."""
    event = {key: value for key, value in raw.items() if key != "ingestion-time"}
    if not isinstance(event.get("time"), str):
        event["time"] = iso_seconds(float(event.get("time") or time.time()))
    elif event["time"].replace(".", "", 1).isdigit():
        event["time"] = iso_seconds(float(event["time"]))
    return event
