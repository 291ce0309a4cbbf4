"""Event source mappings: moto keeps them, pollers of ours serve them."""

from __future__ import annotations

from typing import Any

from fairway.local.events.poller import Poller, register, wake_source
from fairway.local.events.queues import QueuePoller
from fairway.local.events.streams import StreamPoller
from fairway.local.events.troubles import troubles
from fairway.local.functions.overrides import replace_attribute
from fairway.local.store import existing, parse_arn


def install() -> None:
    """Attach a poller to every mapping that is made, and detach moto's own synchronous delivery."""
    from moto.awslambda.models import LambdaBackend

    create, update = LambdaBackend.create_event_source_mapping, LambdaBackend.update_event_source_mapping

    def create_event_source_mapping(self: Any, spec: dict[str, Any]) -> Any:
        mapping = create(self, spec)
        mapping.function_arn = qualified(mapping.function_arn, str(spec["FunctionName"]))
        _detach(mapping)
        if mapping.tumbling_window:
            troubles.say(f"mapping {mapping.uuid}: tumbling windows are not kept, every batch stands alone")
        register(mapping.event_source_arn, poller_for(mapping))
        return mapping

    def update_event_source_mapping(self: Any, uuid: str, spec: dict[str, Any]) -> Any:
        mapping = update(self, uuid, spec)
        if mapping is not None:
            if spec.get("FunctionName"):
                mapping.function_arn = qualified(mapping.function_arn, str(spec["FunctionName"]))
            wake_source(mapping.event_source_arn)
        return mapping

    replace_attribute(LambdaBackend, "create_event_source_mapping", create_event_source_mapping)
    replace_attribute(LambdaBackend, "update_event_source_mapping", update_event_source_mapping)


def poller_for(mapping: Any) -> Poller:
    """The poller for a mapping's kind of source."""
    return QueuePoller(mapping) if ":sqs:" in mapping.event_source_arn else StreamPoller(mapping)


def qualified(function_arn: str, named: str) -> str:
    """The function's ARN with the version or alias that a mapping named, which moto loses."""
    parts = named.split(":")
    qualifier = ""
    if named.startswith("arn:"):
        qualifier = parts[7] if len(parts) > 7 else ""
    elif len(parts) > 1 and "function" not in parts[-2:-1]:
        qualifier = parts[-1]
    unqualified = ":".join(function_arn.split(":")[:7])
    return f"{unqualified}:{qualifier}" if qualifier else unqualified


def _detach(mapping: Any) -> None:
    """moto would call the function inside SendMessage, PutItem and PutRecord, even after the mapping is
    deleted."""
    from moto.dynamodb.models import dynamodb_backends
    from moto.kinesis.models import kinesis_backends
    from moto.sqs.models import sqs_backends

    place = parse_arn(mapping.event_source_arn).place
    for backends, sources in (
        (sqs_backends, "queues"),
        (dynamodb_backends, "tables"),
        (kinesis_backends, "streams"),
    ):
        for where, backend in existing(backends):
            if where == place:
                for source in list(getattr(backend, sources).values()):
                    source.lambda_event_source_mappings = {}
