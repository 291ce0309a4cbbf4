"""How calls are repeated, paced and given up, and what their errors tell."""

from __future__ import annotations

import botocore.exceptions
import pytest
from tests.aws.fakes import FakeTime, caller, refused

from fairway.aws.failures import CallFailed, Kind
from fairway.model.errors import Interrupted

ROLE = refused(
    "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."
)
LOST = botocore.exceptions.ConnectionClosedError(endpoint_url="http://x")


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def test_a_new_role_is_tried_densely_first_and_reported(time: FakeTime) -> None:
    told: list[str] = []
    answer = caller([ROLE, ROLE, ROLE, ROLE, {"ok": 1}], time).call(
        "lambda", "CreateFunction", {}, progress=told.append
    )
    assert answer == {"ok": 1}
    assert time.now - 1000 == pytest.approx(0.25 + 0.5 + 1 + 2)
    assert len(told) == 4
    assert "cannot be assumed" in told[0]


def test_a_role_that_stays_unusable_is_given_up_after_two_minutes(time: FakeTime) -> None:
    with pytest.raises(CallFailed) as caught:
        caller([ROLE], time).call("lambda", "CreateFunction", {})
    assert caught.value.kind is Kind.PROPAGATION
    assert 120 <= time.now - 1000 <= 140


def test_throttling_backs_off_and_goes_on(time: FakeTime) -> None:
    slow = refused("ThrottlingException", "Rate exceeded")
    assert caller([slow] * 6 + [{}], time).call("iam", "GetRole", {}) == {}
    assert time.now - 1000 == pytest.approx(0.5 * (0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 6.4))


@pytest.mark.parametrize("error", [refused("InternalFailure", status=500), LOST])
def test_a_lost_answer_is_asked_for_again(error: Exception, time: FakeTime) -> None:
    assert caller([error, {"a": 1}], time).call("sqs", "GetQueueUrl", {}) == {"a": 1}


@pytest.mark.parametrize("error", [refused("InternalFailure", status=503), LOST])
def test_a_create_whose_answer_is_lost_is_not_repeated_blindly(error: Exception, time: FakeTime) -> None:
    sent = caller([error, {}], time)
    with pytest.raises(CallFailed) as caught:
        sent.call("apigateway", "CreateRestApi", {}, once=True)
    assert caught.value.kind is Kind.UNCERTAIN
    assert sent.session.count.by_operation["apigateway.CreateRestApi"] == 1


def test_what_aws_refuses_is_not_repeated_and_keeps_code_and_request(time: FakeTime) -> None:
    sent = caller([refused("ValidationException", "no such thing")], time)
    with pytest.raises(CallFailed) as caught:
        sent.call("dynamodb", "CreateTable", {})
    error = caught.value
    assert (error.code, error.aws_code, error.request_id) == (
        "aws.ValidationException",
        "ValidationException",
        "r-1",
    )
    assert (str(error.where), error.what) == ("dynamodb.CreateTable", "no such thing")
    assert not time.slept


def test_no_secret_gets_into_an_error_or_a_progress_text(time: FakeTime) -> None:
    told: list[str] = []
    busy = refused("ConcurrentModificationException", "hush-hush is busy")
    bad = refused("ValidationException", "hush-hush is no good")
    with pytest.raises(CallFailed) as caught:
        caller([busy, bad], time).call(
            "ssm",
            "PutParameter",
            {"Value": "hush-hush"},
            progress=told.append,
            secrets=frozenset({"hush-hush"}),
        )
    error = caught.value
    assert "hush" not in f"{error} {error.what} {error.why} {told} {error.__cause__} {error.__context__}"
    assert "(secret)" in error.what


def test_a_wait_ends_five_seconds_after_the_user_asked_to_stop(time: FakeTime) -> None:
    sent = caller([ROLE], time)
    sent.stop.set()
    with pytest.raises(Interrupted):
        sent.call("lambda", "CreateFunction", {})
    assert time.now - 1000 <= 5.5


def test_a_local_cloud_that_is_not_there_is_told_at_once(time: FakeTime) -> None:
    gone = botocore.exceptions.EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    with pytest.raises(CallFailed):
        caller([gone], time).call("sts", "GetCallerIdentity", {})
    assert time.now - 1000 < 5


def test_reads_and_writes_are_counted_apart(time: FakeTime) -> None:
    sent = caller([{}], time)
    for operation in ("CreateQueue", "GetQueueUrl", "ListQueues", "HeadBucket", "SetQueueAttributes"):
        sent.call("sqs", operation, {})
    assert (sent.session.count.reads, sent.session.count.writes) == (3, 2)


def test_rates_hold_for_aws_and_not_for_other_endpoints(time: FakeTime) -> None:
    local = caller([{}], time)
    for _ in range(50):
        local.call("lambda", "CreateAlias", {})
    assert time.now == 1000
    real = caller([{}], time, endpoint="")
    for _ in range(45):
        real.call("lambda", "CreateAlias", {})
    assert time.now - 1000 == pytest.approx(2.0)
