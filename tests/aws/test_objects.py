"""State in a bucket: lost answers and outages end as if they had not been, or in words that help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.local_cloud import REGION, Cloud, unique
from tests.state.backends import s3_objects

from fairway.aws.calls import Answer, Caller
from fairway.aws.clock import Clock
from fairway.aws.failures import CallFailed, Kind
from fairway.aws.objects import S3Objects
from fairway.aws.session import Session
from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Conflict

KEY = "prod/shop/state.json"
LOST = CallFailed(Kind.UNCERTAIN, "s3.PutObject", "ConnectionLost", "the connection was closed")
BUSY = CallFailed(Kind.UNCERTAIN, "s3.PutObject", "InternalError", "We encountered an internal error")


@dataclass
class Time:
    """A clock that goes on only when somebody sleeps."""

    now: float = 0

    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.sleep, lambda: 0.5)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


Trouble = Callable[[str, Callable[[], "Answer | CallFailed"]], "Answer | CallFailed"]


@dataclass
class TroubledCaller(Caller):
    """Asks `trouble`, with the operation and the way to send it, what comes back."""

    trouble: Trouble = lambda _, send: send()
    sent: list[str] = field(default_factory=list)

    def attempt(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Answer | CallFailed:
        self.sent.append(operation)
        return self.trouble(
            operation, lambda: super(TroubledCaller, self).attempt(service, operation, parameters)
        )


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def caller(local_cloud: Cloud, time: Time) -> TroubledCaller:
    return TroubledCaller(Session(REGION, endpoint=local_cloud.endpoint, local=True), time.clock())


@pytest.fixture
def objects(local_cloud: Cloud, caller: TroubledCaller) -> S3Objects:
    return s3_objects(local_cloud, caller)


def once(operation: str, then: Callable[[Callable[[], Any]], Answer | CallFailed]) -> Trouble:
    """Trouble with the first call of an operation alone."""
    left = [operation]

    def trouble(asked: str, send: Callable[[], Answer | CallFailed]) -> Answer | CallFailed:
        if asked not in left:
            return send()
        left.remove(asked)
        return then(send)

    return trouble


def after_it_took_effect(send: Callable[[], Any]) -> CallFailed:
    send()
    return LOST


def before_it_arrived(_: Callable[[], Any]) -> CallFailed:
    return LOST


@pytest.mark.parametrize("when", [after_it_took_effect, before_it_arrived])
def test_a_lost_answer_of_a_write_is_found_out(objects: S3Objects, caller: TroubledCaller, when: Any) -> None:
    first = objects.put(KEY, b"one", replacing=ABSENT)
    caller.trouble = once("PutObject", when)
    second = objects.put(KEY, b"two", replacing=first)
    found = objects.get(KEY)
    assert found is not None
    assert (found.content, found.tag) == (b"two", second)
    assert len(list(objects.versions(KEY))) == 2


@pytest.mark.parametrize("when", [after_it_took_effect, before_it_arrived])
def test_a_lost_answer_of_a_delete_is_found_out(
    objects: S3Objects, caller: TroubledCaller, when: Any
) -> None:
    tag = objects.put(KEY, b"one")
    caller.trouble = once("DeleteObject", when)
    objects.delete(KEY, replacing=tag)
    assert objects.get(KEY) is None


def test_a_lost_answer_does_not_take_anothers_write_for_its_own(
    objects: S3Objects, caller: TroubledCaller
) -> None:
    def another_first(_: Callable[[], Any]) -> CallFailed:
        objects.put(KEY, b"theirs", replacing=ABSENT)
        return LOST

    caller.trouble = once("PutObject", another_first)
    with pytest.raises(Conflict):
        objects.put(KEY, b"mine", replacing=ABSENT)
    found = objects.get(KEY)
    assert found is not None
    assert found.content == b"theirs"


def test_a_write_that_crosses_another_one_is_repeated(objects: S3Objects, caller: TroubledCaller) -> None:
    crossing = CallFailed(
        Kind.CONFLICT, "s3.PutObject", "ConditionalRequestConflict", "conflicting operation"
    )
    caller.trouble = once("PutObject", lambda _: crossing)
    assert objects.put(KEY, b"one", replacing=ABSENT)
    assert caller.sent.count("PutObject") == 2


def test_a_conflict_is_told_at_once(objects: S3Objects, caller: TroubledCaller, time: Time) -> None:
    objects.put(KEY, b"one")
    with pytest.raises(Conflict):
        objects.put(KEY, b"two", replacing=ABSENT)
    assert caller.sent == ["PutObject", "PutObject"]
    assert time.now == 0


def test_a_body_that_is_cut_off_is_read_again(objects: S3Objects, caller: TroubledCaller) -> None:
    from botocore.exceptions import ReadTimeoutError

    class Cut:
        def read(self) -> bytes:
            raise ReadTimeoutError(endpoint_url="")

    objects.put(KEY, b"one")
    caller.trouble = once("GetObject", lambda send: {**send(), "Body": Cut()})
    found = objects.get(KEY)
    assert found is not None
    assert found.content == b"one"


def down_until(end: float, time: Time) -> Trouble:
    return lambda _, send: BUSY if time.now < end else send()


def test_an_outage_of_a_minute_is_survived(objects: S3Objects, caller: TroubledCaller, time: Time) -> None:
    caller.trouble = down_until(60, time)
    tag = objects.put(KEY, b"one", replacing=ABSENT)
    assert 60 <= time.now < 66
    found = objects.get(KEY)
    assert found is not None
    assert found.tag == tag


def test_a_longer_outage_fails_and_says_what_to_do(
    objects: S3Objects, caller: TroubledCaller, time: Time
) -> None:
    caller.trouble = down_until(1000, time)
    with pytest.raises(Failed) as caught:
        objects.get(KEY)
    assert caught.value.code == "state.unreachable"
    assert caught.value.where == objects.place
    assert "internal error" in caught.value.why
    assert "run the command again" in caught.value.next
    assert 110 < time.now < 130


def test_a_bucket_that_is_not_there_is_named(caller: TroubledCaller) -> None:
    bucket = unique("nowhere")
    with pytest.raises(Failed, match=bucket) as caught:
        S3Objects(caller, bucket).get(KEY)
    assert caught.value.code == "state.no-bucket"
    assert "fairway bootstrap" in caught.value.next


def test_missing_rights_are_named(objects: S3Objects, caller: TroubledCaller) -> None:
    denied = CallFailed(Kind.FATAL, "s3.GetObject", "AccessDenied", "Access Denied", "REQUEST1")
    caller.trouble = once("GetObject", lambda _: denied)
    with pytest.raises(Failed) as caught:
        objects.get(KEY)
    assert caught.value.code == "state.denied"
    assert "REQUEST1" in caught.value.why
    assert "s3:ListBucketVersions" in caught.value.next


def test_objects_are_encrypted_below_their_prefix(local_cloud: Cloud, objects: S3Objects) -> None:
    objects.put(KEY, b"one")
    bucket = objects.place.removeprefix("s3://").partition("/")[0]
    head = local_cloud.client("s3").head_object(Bucket=bucket, Key=f"team/fairway/{KEY}")
    assert head["ServerSideEncryption"] == "AES256"


def test_listings_of_many_pages_are_read_to_their_end(
    objects: S3Objects, local_cloud: Cloud, caller: TroubledCaller
) -> None:
    for number in range(5):
        objects.put(f"prod/stack-{number}/state.json", b"x")
        objects.put(KEY, b"%d" % number)
    in_twos = S3Objects(_Paged(caller.session, caller.clock), *_where(objects))
    assert list(in_twos.keys("prod/stack")) == [f"prod/stack-{number}/state.json" for number in range(5)]
    assert [each.id for each in in_twos.versions(KEY)] == [each.id for each in objects.versions(KEY)]


def test_of_many_versions_only_those_that_are_asked_for_are_listed(
    objects: S3Objects, caller: TroubledCaller
) -> None:
    for number in range(5):
        objects.put(KEY, b"%d" % number)
    in_twos = S3Objects(_Paged(caller.session, caller.clock), *_where(objects))
    before = caller.session.count.summary().get("s3.ListObjectVersions", 0)
    assert next(iter(in_twos.versions(KEY))).size == 1
    assert caller.session.count.summary()["s3.ListObjectVersions"] == before + 1


class _Paged(Caller):
    """Listings come in pages of two."""

    def attempt(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Answer | CallFailed:
        size = {"MaxKeys": 2} if operation.startswith("List") else {}
        return super().attempt(service, operation, {**parameters, **size})


def _where(objects: S3Objects) -> tuple[str, str]:
    bucket, _, prefix = objects.place.removeprefix("s3://").partition("/")
    return bucket, prefix
