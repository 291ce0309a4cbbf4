"""CloudWatch knows of every run of a function, as on AWS."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.exceptions
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.local_cloud import Cloud

from fairway.local.fidelity.percentiles import percentile

CODE = """\
import time
def handler(event, context):
    time.sleep(event.get("seconds", 0))
    return 1 / event.get("divisor", 1)
"""


def metric(cloud: Cloud, function: str, name: str, stat: str, **dimensions: str) -> Any:
    """The metric's value over the last minutes; None where there is none."""
    now = datetime.now(UTC)
    given = {"FunctionName": function, **dimensions}
    query = {
        "Id": "m",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in given.items()],
            },
            "Period": 3600,
            "Stat": stat,
        },
    }
    start, end = now - timedelta(minutes=30), now + timedelta(minutes=1)
    answer = cloud.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query], StartTime=start, EndTime=end
    )
    values = answer["MetricDataResults"][0]["Values"]
    return values[0] if values else None


def test_runs_errors_and_durations_are_counted(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": CODE})
    client = local_cloud.client("lambda")
    for event in ('{"seconds": 0.2}', "{}", "{}", '{"divisor": 0}'):
        client.invoke(FunctionName=name, Payload=event.encode())
    assert metric(local_cloud, name, "Invocations", "Sum") == 4
    assert metric(local_cloud, name, "Errors", "Sum") == 1
    assert metric(local_cloud, name, "Throttles", "Sum") == 0
    assert 200 <= metric(local_cloud, name, "Duration", "Maximum") < 5000
    assert metric(local_cloud, name, "Duration", "p50") < 200
    assert metric(local_cloud, name, "Duration", "p100") == metric(local_cloud, name, "Duration", "Maximum")


def test_a_throttled_call_is_no_invocation(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": CODE})
    client = local_cloud.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(botocore.exceptions.ClientError, match="TooManyRequests"):
        client.invoke(FunctionName=name)
    assert metric(local_cloud, name, "Throttles", "Sum") == 1
    assert metric(local_cloud, name, "Invocations", "Sum") is None


def test_a_version_is_counted_by_itself_too(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": CODE})
    client = local_cloud.client("lambda")
    client.publish_version(FunctionName=name)
    client.invoke(FunctionName=f"{name}:1")
    client.invoke(FunctionName=name)
    assert metric(local_cloud, name, "Invocations", "Sum") == 2
    assert metric(local_cloud, name, "Invocations", "Sum", Resource=f"{name}:1") == 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 100))
def test_a_percentile_lies_between_the_values(values: list[float], rank: float) -> None:
    assert min(values) <= percentile(values, rank) <= max(values)
    assert percentile(values, 0) == min(values)
    assert percentile(values, 100) == max(values)
