"""The triggers of ray-converter: each is switched on by its parameter, works, and goes when switched off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.cli.program import Ended, Program
from tests.examples.app import copied, deployed, effects
from tests.local.events_world import eventually
from tests.local_cloud import Cloud

pytestmark = pytest.mark.xdist_group("ray-converter-triggers")
TRIGGERS = ("QueueTrigger", "BucketTrigger", "ScheduleTrigger", "TopicTrigger")
# A rate counts from the rule's creation and is a minute at least; this fires at the next full minute.
EVERY_MINUTE = "SelfCheckSchedule=cron(* * * * ? *)"
ON = ["--param", EVERY_MINUTE, *(word for name in TRIGGERS for word in ("--param", f"{name}=true"))]
THEIRS = {
    "RayQueue",
    "RejectedRays",
    "RayQueueMapping",
    "RayBucket",
    "RayBucketMayInvoke",
    "SelfCheck",
    "SelfCheckMayInvoke",
    "RayTopic",
    "RayTopicSubscription",
    "RayTopicMayInvoke",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Iterator[Program]:
    """Deployed with no trigger but its API."""
    app = copied("ray-converter", tmp_path_factory.mktemp("apps") / "triggered", local_cloud)
    with deployed(app):
        yield app


@pytest.fixture(scope="module")
def switched_on(app: Program) -> Ended:
    return app("deploy", "--yes", "--json", *ON)


@pytest.fixture(scope="module")
def outputs(switched_on: Ended) -> dict[str, str]:
    assert switched_on.code == 0, switched_on.err
    shown: dict[str, str] = switched_on.result["outputs"]
    return shown


def converted(cloud: Cloud, source: str) -> list[dict[str, Any]]:
    """What the function has logged about rays that came that way."""
    pages = cloud.client("logs").get_paginator("filter_log_events")
    group = "/aws/lambda/triggered-ray-converter"
    messages = [event["message"] for page in pages.paginate(logGroupName=group) for event in page["events"]]
    lines = [json.loads(message) for message in messages if message.startswith("{")]
    return [line for line in lines if (line["event"], line["source"]) == ("converted", source)]


def test_switching_triggers_on_creates_them_and_changes_only_the_role(switched_on: Ended) -> None:
    assert effects(switched_on) == {("create", address) for address in THEIRS} | {
        ("update", "RayConverterRole")
    }


def test_a_ray_on_the_queue_is_converted_and_what_is_none_ends_in_the_dead_letter_queue(
    outputs: dict[str, str], local_cloud: Cloud
) -> None:
    sqs = local_cloud.client("sqs")
    # Failed messages come back after the visibility timeout, three times: a minute each is the example's.
    sqs.set_queue_attributes(QueueUrl=outputs["QueueUrl"], Attributes={"VisibilityTimeout": "1"})
    good, bad = json.dumps({"direction": [0, 3, 0]}), json.dumps({"azimuth": 1})
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate([good, bad, good])]
    sqs.send_message_batch(QueueUrl=outputs["QueueUrl"], Entries=entries)
    rejected = eventually(
        lambda: sqs.receive_message(QueueUrl=outputs["RejectedQueueUrl"]).get("Messages"), seconds=30
    )
    assert [message["Body"] for message in rejected] == [bad]
    assert [ray["azimuth"] for ray in converted(local_cloud, "queue")] == [0, 0]


def test_a_file_of_rays_in_the_bucket_is_converted_beside_it(
    outputs: dict[str, str], local_cloud: Cloud
) -> None:
    s3, bucket = local_cloud.client("s3"), outputs["BucketName"]
    rays = [{"direction": [1, 0, 0]}, {"origin": [1, 1, 1], "through": [1, 1, 9]}]
    s3.put_object(Bucket=bucket, Key="incoming/two rays.json", Body=json.dumps(rays).encode())
    listed = eventually(
        lambda: s3.list_objects_v2(Bucket=bucket, Prefix="converted/").get("Contents"), seconds=30
    )
    assert [entry["Key"] for entry in listed] == ["converted/two rays.json"]
    answer = json.load(s3.get_object(Bucket=bucket, Key="converted/two rays.json")["Body"])
    assert [(ray["azimuth"], ray["elevation"]) for ray in answer] == [(90, 0), (0, 90)]


def test_a_ray_published_to_the_topic_is_converted(outputs: dict[str, str], local_cloud: Cloud) -> None:
    local_cloud.client("sns").publish(TopicArn=outputs["TopicArn"], Message='{"direction": [0, -1, 0]}')
    rays = eventually(lambda: converted(local_cloud, "topic"), seconds=30)
    assert [ray["azimuth"] for ray in rays] == [180]


def test_the_schedule_runs_its_self_check(outputs: dict[str, str], local_cloud: Cloud) -> None:
    rays = eventually(lambda: converted(local_cloud, "schedule"), seconds=75)
    assert rays[0]["direction"] == [1, 0, 0]


def test_switching_triggers_off_removes_just_them(app: Program, outputs: dict[str, str]) -> None:
    refused = app("deploy", "--yes")
    assert refused.code == 2
    assert "--allow-data-loss RayBucket" in refused.err
    switched_off = app("deploy", "--yes", "--json", "--allow-data-loss", "RayBucket")
    assert effects(switched_off) == {("delete", address) for address in THEIRS} | {
        ("update", "RayConverterRole")
    }
