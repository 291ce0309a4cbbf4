"""What a CloudWatch dashboard of some stacks shows, as the JSON that CloudWatch takes.

Source: docs:AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html. The metrics:
docs:lambda/latest/dg/monitoring-metrics-types.html
docs:amazondynamodb/latest/developerguide/metrics-dimensions.html
docs:AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
docs:apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html, http-api-metrics.html
docs:step-functions/latest/dg/procedure-cw-metrics.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fairway.model.state import ResourceState, StackState
from fairway.model.values import Json

_COLUMNS, _WIDTH, _HEIGHT = 24, 8, 6
"""Of the grid that CloudWatch lays widgets on; each of ours takes a third of a row."""
_PERIOD = 300
"""Seconds that one point of a graph stands for."""
_LINES = 100
"""So many resources share a graph (500 is what CloudWatch takes); of more, the first by address are shown."""


@dataclass(frozen=True)
class _Panel:
    """The graphs of one type: `value` is its `dimension` in `namespace`, `metrics` each with a statistic."""

    title: str
    namespace: str
    dimension: str
    value: Callable[[ResourceState], str]
    metrics: Sequence[tuple[str, str]]


def _identifier(held: ResourceState) -> str:
    return held.identifier


def _last_part(held: ResourceState) -> str:
    """A queue's name: its identifier is its URL."""
    return held.identifier.rpartition("/")[2]


def _name(held: ResourceState) -> str:
    """A REST API's name, which may stand in its OpenAPI document only."""
    name = held.properties.get("Name")
    return str(name) if name else str(_at(held.properties.get("Body"), "info", "title") or "")


def _at(value: Json, *path: str) -> Json:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _http_api(held: ResourceState) -> str:
    """WebSocket APIs have other metrics."""
    return "" if held.properties.get("ProtocolType") == "WEBSOCKET" else held.identifier


def _ref(held: ResourceState) -> str:
    return str(held.ref)


_PANELS: Mapping[str, _Panel] = {
    "AWS::Lambda::Function": _Panel(
        "Functions",
        "AWS/Lambda",
        "FunctionName",
        _identifier,
        (
            ("Invocations", "Sum"),
            ("Errors", "Sum"),
            ("Throttles", "Sum"),
            ("Duration", "p50"),
            ("Duration", "p95"),
        ),
    ),
    "AWS::DynamoDB::Table": _Panel(
        "Tables",
        "AWS/DynamoDB",
        "TableName",
        _identifier,
        (
            *(("ConsumedReadCapacityUnits", "Sum"), ("ConsumedWriteCapacityUnits", "Sum")),
            *(("ReadThrottleEvents", "Sum"), ("WriteThrottleEvents", "Sum")),
        ),
    ),
    "AWS::SQS::Queue": _Panel(
        "Queues",
        "AWS/SQS",
        "QueueName",
        _last_part,
        (
            *(
                ("ApproximateNumberOfMessagesVisible", "Maximum"),
                ("ApproximateAgeOfOldestMessage", "Maximum"),
            ),
            ("NumberOfMessagesSent", "Sum"),
        ),
    ),
    "AWS::ApiGateway::RestApi": _Panel(
        "REST APIs",
        "AWS/ApiGateway",
        "ApiName",
        _name,
        (("Count", "Sum"), ("4XXError", "Sum"), ("5XXError", "Sum"), ("Latency", "p95")),
    ),
    "AWS::ApiGatewayV2::Api": _Panel(
        "HTTP APIs",
        "AWS/ApiGateway",
        "ApiId",
        _http_api,
        (("Count", "Sum"), ("4xx", "Sum"), ("5xx", "Sum"), ("Latency", "p95")),
    ),
    "AWS::StepFunctions::StateMachine": _Panel(
        "Workflows",
        "AWS/States",
        "StateMachineArn",
        _ref,
        (("ExecutionsStarted", "Sum"), ("ExecutionsFailed", "Sum"), ("ExecutionTime", "p95")),
    ),
}


def dashboard_body(title: str, states: Sequence[StackState]) -> dict[str, Any]:
    """The dashboard of these stacks. The same stacks give the same body."""
    widgets: list[dict[str, Any]] = [_text(f"# {title}", 0)]
    for state in sorted(states, key=lambda each: each.stack):
        for graph in _graphs(state):
            top = max(widget["y"] + widget["height"] for widget in widgets)
            widgets += _laid_out(graph, top)
    return {"widgets": widgets}


def _graphs(state: StackState) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each panel's heading with its graphs."""
    for kind, panel in _PANELS.items():
        held = sorted(
            (each for each in state.resources.values() if each.type == kind and panel.value(each)),
            key=lambda each: each.address,
        )[:_LINES]
        if held:
            graphs = [_graph(panel, metric, stat, held, state.region) for metric, stat in panel.metrics]
            yield f"## {state.stack}: {panel.title}", graphs


def _graph(
    panel: _Panel, metric: str, stat: str, held: Sequence[ResourceState], region: str
) -> dict[str, Any]:
    lines = [
        [panel.namespace, metric, panel.dimension, panel.value(each), {"label": each.address}]
        for each in held
    ]
    title = metric if stat in ("Sum", "Maximum") else f"{metric} {stat}"
    shown = {"title": title, "stat": stat, "period": _PERIOD, "region": region, "view": "timeSeries"}
    return {**shown, "metrics": lines}


def _laid_out(graphs: tuple[str, list[dict[str, Any]]], top: int) -> Iterator[dict[str, Any]]:
    heading, panels = graphs
    yield _text(heading, top)
    beside = _COLUMNS // _WIDTH
    for at, properties in enumerate(panels):
        place = {"x": at % beside * _WIDTH, "y": top + 1 + at // beside * _HEIGHT}
        yield {"type": "metric", **place, "width": _WIDTH, "height": _HEIGHT, "properties": properties}


def _text(markdown: str, top: int) -> dict[str, Any]:
    return {
        "type": "text",
        "x": 0,
        "y": top,
        "width": _COLUMNS,
        "height": 1,
        "properties": {"markdown": markdown},
    }
