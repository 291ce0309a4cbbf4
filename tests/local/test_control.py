"""The control endpoints: calls counted, latency added, everything else refused."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.local_cloud import Cloud

from fairway.local.calls import CallId
from fairway.local.control import Latency, Meter


def ask(
    cloud: Cloud, method: str, name: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(cloud.endpoint.removeprefix("http://"))
    content = json.dumps(body) if body is not None else None
    connection.request(method, f"/_fairway/{name}", content, dict(headers or {}))
    answer = connection.getresponse()
    try:
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.fixture
def counted(local_cloud: Cloud) -> Iterator[Cloud]:
    """The cloud with its counter at zero and, afterwards, without latency."""
    ask(local_cloud, "DELETE", "calls")
    yield local_cloud
    ask(local_cloud, "PUT", "latency", {})


def test_calls_of_every_protocol_are_counted_by_operation(counted: Cloud) -> None:
    bucket = "counted-bucket"
    counted.client("s3").create_bucket(Bucket=bucket)
    counted.client("s3").put_object(Bucket=bucket, Key="a/b c", Body=b"x")
    counted.client("s3").get_object(Bucket=bucket, Key="a/b c")
    counted.client("iam").list_roles()
    counted.client("dynamodb").list_tables()
    counted.client("apigateway").create_rest_api(name="counted")
    counted.client("apigatewayv2").get_apis()
    counted.client("cloudwatch").put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1}])
    counted.client("sqs").list_queues()
    counted.client("stepfunctions").list_state_machines()
    counted.client("ec2").describe_vpcs()
    _, found = ask(counted, "GET", "calls")
    assert found["operations"] == {
        "apigateway.CreateRestApi": 1,
        "apigateway.GetApis": 1,
        "dynamodb.ListTables": 1,
        "ec2.DescribeVpcs": 1,
        "iam.ListRoles": 1,
        "monitoring.PutMetricData": 1,
        "s3.CreateBucket": 1,
        "s3.GetObject": 1,
        "s3.PutObject": 1,
        "sqs.ListQueues": 1,
        "states.ListStateMachines": 1,
    }
    assert (found["reads"], found["writes"]) == (7, 4)


def test_latency_is_added_to_aws_calls_only(counted: Cloud) -> None:
    status, answer = ask(counted, "PUT", "latency", {"milliseconds": 60_000})
    assert (status, answer["milliseconds"]) == (200, 60_000)
    began = time.monotonic()
    ask(counted, "GET", "calls")
    assert time.monotonic() - began < 60
    ask(counted, "PUT", "latency", {"milliseconds": 200})
    began = time.monotonic()
    counted.client("sqs").list_queues()
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("body", [{"millis": 5}, [1], "x"])
def test_a_latency_that_is_not_understood_is_refused(counted: Cloud, body: Any) -> None:
    assert ask(counted, "PUT", "latency", body)[0] == 400


def test_an_unknown_control_endpoint_is_not_found(local_cloud: Cloud) -> None:
    assert ask(local_cloud, "GET", "nothing")[0] == 404
    assert ask(local_cloud, "DELETE", "status")[0] == 404


def test_a_web_page_cannot_empty_the_cloud(local_cloud: Cloud) -> None:
    queue = local_cloud.client("sqs").create_queue(QueueName="kept-from-web-pages")["QueueUrl"]
    assert ask(local_cloud, "POST", "reset", headers={"Origin": "https://example.com"})[0] == 403
    assert queue in local_cloud.client("sqs").list_queues()["QueueUrls"]


def test_the_same_seed_draws_the_same_latencies() -> None:
    call = CallId("sqs", "ListQueues", "us-east-1", "json")

    def drawn(seed: int) -> list[float]:
        slept: list[float] = []
        meter = Meter(slept.append)
        meter.set_latency(Latency(milliseconds=100, jitter=0.5, seed=seed))
        for _ in range(5):
            meter.record(call)
        return slept

    assert drawn(7) == drawn(7) != drawn(8)
    assert all(0.05 <= seconds <= 0.15 for seconds in drawn(7))


def test_status_says_what_it_cannot_do(local_cloud: Cloud) -> None:
    status = local_cloud.local.status()
    assert status.endpoint == local_cloud.endpoint
    assert any("Image" in sentence for sentence in status.cannot)
    assert status.runtimes["python3.11"].startswith("python 3.")


def test_status_lists_functions_and_their_workers(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": "import os\ndef handler(event, context): return os.getpid()\n"})
    pid = local_cloud.invoke(name)
    status = local_cloud.local.status()
    assert name in {function["name"] for function in status.functions}
    (worker,) = [worker for worker in status.workers if worker["function"] == name]
    assert (worker["pid"], worker["version"], worker["busy"]) == (pid, "$LATEST", False)
    assert status.state == "ready"
    assert status.uptime > 0
