"""How the deployed functions do since a deployment, against the same span before it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from fairway.aws.calls import Caller
from fairway.model.deployment import Deployment
from fairway.model.errors import WrongInput
from fairway.model.metrics import FunctionMetrics, Measures, StackMetrics
from fairway.model.state import ResourceState
from fairway.stacks.connect import caller
from fairway.stacks.functions import FUNCTION
from fairway.stacks.inspect import deployed, history
from fairway.stacks.request import Target

_MINUTE = 60
"""Seconds: Lambda's metrics have no shorter period; longer ones are multiples (BC cloudwatch MetricStat)."""
_QUERIES = 500
"""Of one call at most (BC cloudwatch GetMetricData)."""
_METRICS: Mapping[str, tuple[str, str]] = {
    "invocations": ("Invocations", "Sum"),
    "errors": ("Errors", "Sum"),
    "throttles": ("Throttles", "Sum"),
    "p50": ("Duration", "p50"),
    "p95": ("Duration", "p95"),
}
"""What is asked for (docs: lambda/latest/dg/monitoring-metrics-types.html)."""


def stack_metrics(target: Target, now: float, last: float | None = None) -> StackMetrics:
    """The functions of a stack since its last good deployment, or for the `last` seconds.

    AWS counts by whole minutes: the minute of the deployment belongs to both sides. Raises WrongInput when
    the stack is not deployed, or when nothing says since when.
    """
    functions = [each for each in deployed(target).resources.values() if each.type == FUNCTION]
    since, number = (now - last, 0) if last is not None else _end_of(_last_good(target))
    seconds = max(now - since, float(_MINUTE))
    aws = caller(target)
    before = _measured(aws, functions, since - seconds, since)
    after = _measured(aws, functions, since, now + _MINUTE)  # what has just run is counted to its minute
    found = (
        FunctionMetrics(each.address, each.identifier, before[each.address], after[each.address])
        for each in sorted(functions, key=lambda held: held.address)
    )
    return StackMetrics(target.stack, since, seconds, tuple(found), number)


def _last_good(target: Target) -> Deployment:
    if good := history(target).last_good():
        return good
    raise WrongInput(
        "metrics.since",
        f"no deployment of {target.stack} has succeeded",
        next="say since when, such as --since 1h",
    )


def _end_of(deployment: Deployment) -> tuple[float, int]:
    return float(deployment.end.get("at", deployment.started)), deployment.number


def _measured(
    aws: Caller, functions: Sequence[ResourceState], start: float, end: float
) -> Mapping[str, Measures]:
    """By address."""
    period = math.ceil(max(end - start, 1) / _MINUTE) * _MINUTE
    wanted = [(each, name) for each in functions for name in _METRICS]
    values: dict[tuple[str, str], float] = {}
    for part in _batches(wanted, _QUERIES):
        queries = [
            _query(f"m{at}", held.identifier, *_METRICS[name], period) for at, (held, name) in enumerate(part)
        ]
        span = {"StartTime": _time(start), "EndTime": _time(end)}
        for page in aws.pages("cloudwatch", "GetMetricData", {"MetricDataQueries": queries, **span}):
            for result in page["MetricDataResults"]:
                held, name = part[int(result["Id"][1:])]
                _add(values, (held.address, name), result["Values"])
    return {each.address: _measures(each.address, values) for each in functions}


def _batches(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    left = iter(items)
    while part := list(islice(left, size)):
        yield part


def _query(name: str, function: str, metric: str, stat: str, period: int) -> Mapping[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": function}]
    asked = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": asked, "Period": period, "Stat": stat}}


def _add(values: dict[tuple[str, str], float], key: tuple[str, str], found: Sequence[float]) -> None:
    """Counts of several periods add up; of percentiles, which do not, the highest stands."""
    for value in found:
        known = values.get(key)
        if known is None:
            values[key] = value
        else:
            values[key] = known + value if _METRICS[key[1]][1] == "Sum" else max(known, value)


def _measures(address: str, values: Mapping[tuple[str, str], float]) -> Measures:
    counts = {name: int(values.get((address, name), 0)) for name in ("invocations", "errors", "throttles")}
    return Measures(**counts, p50=values.get((address, "p50")), p95=values.get((address, "p95")))


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
