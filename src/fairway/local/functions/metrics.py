"""What CloudWatch is told of each run (docs: lambda/latest/dg/monitoring-metrics-types.html)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from fairway.local.functions.model import FunctionSpec, Measured

log = logging.getLogger(__name__)

NAMESPACE = "AWS/Lambda"
_KEPT = 50_000
"""So many values are kept in a region: AWS thins them out with time, here the oldest go."""


def record(spec: FunctionSpec, arn: str, run: Measured) -> None:
    """Put the metrics of a run, for the function and for the version or alias that was invoked.

    A run that was throttled is no invocation (docs: the same page). What fails here must not fail the run.
    """
    from moto.cloudwatch.models import cloudwatch_backends

    try:
        backend = cloudwatch_backends[spec.account][spec.region]
        for dimensions in _dimensions(spec, arn):
            backend.put_metric_data(NAMESPACE, _data(run, dimensions))
        _trim(backend)
    except Exception:
        log.exception("metrics of %s", spec.name)


def _dimensions(spec: FunctionSpec, arn: str) -> list[list[dict[str, str]]]:
    function = {"Name": "FunctionName", "Value": spec.name}
    resource = {"Name": "Resource", "Value": arn.partition(":function:")[2] or spec.name}
    return [[function], [function, resource]]


def _data(run: Measured, dimensions: list[dict[str, str]]) -> list[dict[str, Any]]:
    values = {"Throttles": (1.0, "Count")}
    if not run.throttled:
        values = {
            "Throttles": (0.0, "Count"),
            "Invocations": (1.0, "Count"),
            "Errors": (float(run.failed), "Count"),
            "Duration": (run.milliseconds, "Milliseconds"),
        }
    now = datetime.now(UTC).replace(tzinfo=None)  # moto's own are naive
    return [
        {"MetricName": name, "Value": value, "Unit": unit, "Dimensions": dimensions, "Timestamp": now}
        for name, (value, unit) in values.items()
    ]


def _trim(backend: Any) -> None:
    """Keep half of them when there are too many, so that this is rare; what users put themselves stays."""
    if len(backend.metric_data) <= _KEPT:
        return
    ours = [datum for datum in backend.metric_data if datum.namespace == NAMESPACE]
    gone = {id(datum) for datum in ours[: -_KEPT // 2]}
    backend.metric_data = [datum for datum in backend.metric_data if id(datum) not in gone]
