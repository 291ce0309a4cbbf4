"""Calls that are throttled, fail, or take effect without an answer, as the SDK sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import botocore.exceptions
import pytest
from tests.local_cloud import Cloud, unique

from fairway.local.faults.outages import Chance
from fairway.local.faults.throttling import Throttle

CALLS: dict[str, Callable[[Cloud], object]] = {
    "lambda": lambda cloud: cloud.client("lambda").list_functions(),
    "apigateway": lambda cloud: cloud.client("apigateway").get_rest_apis(),
    "apigatewayv2": lambda cloud: cloud.client("apigatewayv2").get_apis(),
    "iam": lambda cloud: cloud.client("iam").list_roles(),
    "s3": lambda cloud: cloud.client("s3").list_buckets(),
    "sqs": lambda cloud: cloud.client("sqs").list_queues(),
    "sns": lambda cloud: cloud.client("sns").list_topics(),
    "dynamodb": lambda cloud: cloud.client("dynamodb").list_tables(),
    "stepfunctions": lambda cloud: cloud.client("stepfunctions").list_state_machines(),
    "cloudwatch": lambda cloud: cloud.client("cloudwatch").describe_alarms(),
}


@pytest.fixture
def cloud(local_cloud: Cloud) -> Iterator[Cloud]:
    yield local_cloud
    local_cloud.local.set_faults(dict.fromkeys(local_cloud.local.faults().as_json(), 0))


def refusal(call: Callable[[], object]) -> tuple[str, int]:
    """Code and status with which a call is refused."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call()
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        ("lambda", "ServiceException", 500),
        ("apigateway", "InternalFailure", 500),
        ("iam", "ServiceFailure", 500),
        ("s3", "InternalError", 500),
        ("sqs", "InternalFailure", 500),
        ("sns", "InternalError", 500),
        ("dynamodb", "InternalServerError", 500),
        ("stepfunctions", "InternalFailure", 500),
        ("cloudwatch", "InternalFailure", 500),
    ],
)
def test_an_error_comes_in_the_words_of_its_service(
    cloud: Cloud, service: str, code: str, status: int
) -> None:
    cloud.local.set_faults({"errors": 1})
    assert refusal(lambda: CALLS[service](cloud)) == (code, status)


def test_a_call_that_fails_takes_no_effect(cloud: Cloud) -> None:
    name = unique("never")
    cloud.local.set_faults({"errors": 1})
    refusal(lambda: cloud.client("sqs").create_queue(QueueName=name))
    cloud.local.set_faults({"errors": 0})
    assert "QueueUrls" not in cloud.client("sqs").list_queues(QueueNamePrefix=name)


@pytest.mark.parametrize("service", ["sqs", "sns", "s3", "lambda"])
def test_a_dropped_answer_is_a_closed_connection(cloud: Cloud, service: str) -> None:
    cloud.local.set_faults({"dropped": 1})
    with pytest.raises(botocore.exceptions.HTTPClientError):
        CALLS[service](cloud)


def test_a_call_whose_answer_is_dropped_took_effect(cloud: Cloud) -> None:
    name = unique("happened")
    cloud.local.set_faults({"dropped": 1})
    with pytest.raises(botocore.exceptions.HTTPClientError):
        cloud.client("sqs").create_queue(QueueName=name)
    cloud.local.set_faults({"dropped": 0})
    assert len(cloud.client("sqs").list_queues(QueueNamePrefix=name)["QueueUrls"]) == 1


@pytest.mark.parametrize(("service", "calls"), [("lambda", 15), ("apigateway", 40), ("apigatewayv2", 40)])
def test_more_than_the_published_burst_is_throttled(cloud: Cloud, service: str, calls: int) -> None:
    cloud.local.set_faults({"throttling": "on"})
    assert refusal(lambda: [CALLS[service](cloud) for _ in range(calls * 20)]) == (
        "TooManyRequestsException",
        429,
    )


def test_what_has_no_published_rate_is_not_throttled(cloud: Cloud) -> None:
    cloud.local.set_faults({"throttling": "on"})
    for _ in range(60):
        CALLS["iam"](cloud)


def test_web_requests_and_controls_meet_no_fault(cloud: Cloud) -> None:
    cloud.local.set_faults({"errors": 1, "dropped": 1})
    assert cloud.local.status().running


def test_a_seed_repeats_itself(cloud: Cloud) -> None:
    def drawn(seed: int) -> list[bool]:
        cloud.local.set_faults({"errors": 0.5, "seed": seed})
        return [_fails(lambda: CALLS["iam"](cloud)) for _ in range(20)]

    first = drawn(7)
    assert first == drawn(7) != drawn(8)
    assert any(first)
    assert not all(first)


def _fails(call: Callable[[], object]) -> bool:
    try:
        call()
    except botocore.exceptions.ClientError:
        return True
    return False


def test_what_an_operation_meets_does_not_depend_on_the_others() -> None:
    alone, among = Chance(), Chance()
    expected = [alone.strikes("errors", "sqs.CreateQueue", 0.5, 1) for _ in range(50)]
    found = []
    for _ in range(50):
        among.strikes("errors", "sns.CreateTopic", 0.5, 1)
        among.strikes("dropped", "sqs.CreateQueue", 0.5, 1)
        found.append(among.strikes("errors", "sqs.CreateQueue", 0.5, 1))
    assert found == expected


@pytest.mark.parametrize("share", [0, 0.02, 0.5, 1])
def test_a_share_is_that_share_of_many(share: float) -> None:
    chance = Chance()
    met = sum(chance.strikes("errors", "s3.PutObject", share, 3) for _ in range(5000))
    assert abs(met / 5000 - share) < 0.02


class Clocked:
    """A throttle whose clock stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0
        self.throttle = Throttle(lambda: self.now)

    def passed(self, service: str, operation: str, tries: int, factor: float = 1) -> int:
        return sum(self.throttle.refusal(service, operation, factor) is None for _ in range(tries))


def test_a_bucket_fills_again_at_its_rate() -> None:
    clocked = Clocked()
    assert clocked.passed("lambda", "CreateFunction", 100) == 15
    clocked.now = 2.0
    assert clocked.passed("lambda", "UpdateFunctionCode", 100) == 15
    clocked.now = 2.2
    assert clocked.passed("lambda", "CreateFunction", 100) == 3


def test_lambdas_own_buckets_are_apart_and_api_gateways_are_not() -> None:
    clocked = Clocked()
    assert clocked.passed("lambda", "GetFunction", 200) == 100
    assert clocked.passed("lambda", "GetPolicy", 200) == 15
    assert clocked.passed("lambda", "ListFunctions", 200) == 15
    assert clocked.passed("apigateway", "CreateDeployment", 10) == 1
    assert clocked.passed("apigatewayv2", "GetApis", 100) == 39


def test_a_factor_makes_all_rates_more_generous() -> None:
    clocked = Clocked()
    assert clocked.passed("lambda", "CreateFunction", 100, factor=2) == 30
    clocked.now = 1.0
    assert clocked.passed("lambda", "CreateFunction", 100, factor=2) == 30


def test_invocations_are_no_control_plane() -> None:
    assert Clocked().passed("lambda", "Invoke", 500) == 500
