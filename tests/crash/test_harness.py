"""The crash matrix can fail: what it is there to see, it sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import botocore.exceptions
import pytest
from tests.crash.dump import dump
from tests.crash.place import Place
from tests.crash.proxy import Kind, Strike
from tests.crash.trial import Case, Point, attempt, begins, cases, seen, undisturbed
from tests.local_cloud import Cloud

pytestmark = pytest.mark.xdist_group("crash")
CASE = Case("small", "deploy", "folder")


def create(here: Place, strike: Strike) -> tuple[bool, bool]:
    """Whether a create through the proxy was answered, and whether it took effect."""
    here.empty("folder")
    here.proxy.interference = strike
    client = Cloud(here.cloud.home, here.proxy.endpoint, here.cloud.local).client("sqs")
    try:
        client.create_queue(QueueName="crash")
    except botocore.exceptions.HTTPClientError:
        return False, bool(dump(here.cloud))
    return True, bool(dump(here.cloud))


@pytest.mark.parametrize(("kind", "effect"), [("before", False), ("after", True)])
def test_a_kill_comes_before_or_after_the_effect_and_always_before_the_answer(
    here: Place, kind: Kind, effect: bool
) -> None:
    killed: list[str] = []
    strike = Strike(1, kind, partial(killed.append, "killed"))
    assert create(here, strike) == (False, effect)
    assert (strike.struck, killed) == ("CreateQueue", ["killed"])


def test_reads_are_no_points(here: Place) -> None:
    strike = Strike()
    here.proxy.interference = strike
    through = Cloud(here.cloud.home, here.proxy.endpoint, here.cloud.local)
    reads: list[Callable[[], Any]] = [
        through.client("sqs").list_queues,
        through.client("iam").list_roles,
        through.client("lambda").list_functions,
        partial(through.client("s3").list_buckets),
    ]
    for read in reads:
        read()
    assert strike.calls == []


def test_a_resource_too_many_or_other_than_it_should_be_is_seen(here: Place) -> None:
    reference = undisturbed(here, CASE)
    assert seen(here, CASE) == reference.gone
    here.cloud.client("sqs").create_queue(QueueName="left")
    assert seen(here, CASE) != reference.gone
    other = replace(reference, done="{}")
    [wrong] = attempt(here, Point(CASE, "after", 3), other).wrong
    assert "the cloud is not that" in wrong


def test_points_are_chosen_by_how_they_begin() -> None:
    assert len(cases("")) == 16
    assert cases("atlas/update/s3/after/1") == [Case("atlas", "update", "s3")]
    point = Point(CASE, "after", 12)
    assert begins(point, "small/deploy")
    assert begins(point, str(point))
    assert not begins(point, "small/deploy/folder/after/1")
