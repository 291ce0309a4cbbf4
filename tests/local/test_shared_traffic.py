"""Whoever invokes an alias meets its versions by their weights, the same ones for the same seed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from tests.local.apis_world import Http, Rest, permit
from tests.local.events_world import eventually
from tests.local_cloud import ACCOUNT, REGION, Cloud, unique, zipped

CALLS = 40


def code(answer: str) -> dict[str, str]:
    """Answers, to APIs and to others, and writes what it answers to a queue where it has one."""
    return {
        "app.py": f"""\
import boto3, os
def handler(event, context):
    if "SEEN" in os.environ:
        boto3.client("sqs").send_message(QueueUrl=os.environ["SEEN"], MessageBody={answer!r})
    return {{"statusCode": 200, "body": {answer!r}}}
"""
    }


@pytest.fixture
def seen(local_cloud: Cloud) -> str:
    """The queue of answers."""
    return str(local_cloud.client("sqs").create_queue(QueueName=unique("seen"))["QueueUrl"])


@pytest.fixture
def shared(local_cloud: Cloud, seen: str) -> str:
    """`name:live`: two thirds at version 1, which answers "old", a third at version 2, the "new" one."""
    lam = local_cloud.client("lambda")
    name = local_cloud.function(code("old"), Environment={"Variables": {"SEEN": seen}})
    lam.publish_version(FunctionName=name)
    lam.update_function_code(FunctionName=name, ZipFile=zipped(code("new")))
    lam.publish_version(FunctionName=name)
    weights = {"AdditionalVersionWeights": {"2": 0.33}}
    lam.create_alias(FunctionName=name, Name="live", FunctionVersion="1", RoutingConfig=weights)
    return f"{name}:live"


@pytest.fixture
def seeded(local_cloud: Cloud) -> Iterator[Callable[[int], object]]:
    yield lambda seed: local_cloud.local.set_faults({"seed": seed})
    local_cloud.local.set_faults({"seed": 0})


def answers(cloud: Cloud, name: str, calls: int = CALLS) -> list[str]:
    return [cloud.invoke(name)["body"] for _ in range(calls)]


def test_a_seed_repeats_itself_and_another_one_differs(
    local_cloud: Cloud, shared: str, seeded: Callable[[int], object]
) -> None:
    runs = []
    for seed in (7, 7, 8):
        seeded(seed)
        runs.append(answers(local_cloud, shared))
    assert runs[0] == runs[1] != runs[2]
    assert Counter(runs[0])["new"] / CALLS == pytest.approx(0.33, abs=0.2)


def test_apis_that_integrate_the_alias(local_cloud: Cloud, shared: str) -> None:
    http, rest = Http(local_cloud), Rest(local_cloud)
    http.function("GET /", shared)
    rest.function("GET", "/", shared)
    rest.deploy()
    for api in (http, rest):
        found = Counter(api.call("/").body.decode() for _ in range(CALLS))
        assert set(found) == {"old", "new"}
        assert found["old"] > found["new"]


def test_queues_that_are_mapped_to_the_alias(local_cloud: Cloud, shared: str, seen: str) -> None:
    sqs, name = local_cloud.client("sqs"), unique("jobs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    local_cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName=shared, BatchSize=1
    )
    for number in range(CALLS):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    assert set(Inbox(local_cloud, seen).wait(CALLS)) == {"old", "new"}


def test_topics_that_notify_the_alias(local_cloud: Cloud, shared: str, seen: str) -> None:
    sns = local_cloud.client("sns")
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    permit(local_cloud, shared, topic, "sns.amazonaws.com")
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{shared}"
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    for number in range(CALLS):
        sns.publish(TopicArn=topic, Message=str(number))
    assert set(Inbox(local_cloud, seen).wait(CALLS)) == {"old", "new"}


def test_the_destination_of_an_event_names_the_version_that_ran(local_cloud: Cloud, shared: str) -> None:
    name, sqs = unique("done"), local_cloud.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    lam = local_cloud.client("lambda")
    destination = {"OnSuccess": {"Destination": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"}}
    function, _, alias = shared.partition(":")
    lam.put_function_event_invoke_config(
        FunctionName=function, Qualifier=alias, DestinationConfig=destination
    )
    for _ in range(CALLS // 2):
        lam.invoke(FunctionName=shared, InvocationType="Event", Payload=b"{}")
    records = [json.loads(text) for text in Inbox(local_cloud, url).wait(CALLS // 2)]
    told = {(each["responseContext"]["executedVersion"], each["responsePayload"]["body"]) for each in records}
    assert told == {("1", "old"), ("2", "new")}


@dataclass
class Inbox:
    """What comes to a queue."""

    cloud: Cloud
    url: str
    found: list[str] = field(default_factory=list)

    def wait(self, count: int) -> list[str]:
        """At least so many messages."""
        return eventually(lambda: self.found if len(self._received()) >= count else [], 60)

    def _received(self) -> list[str]:
        sqs = self.cloud.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                self.found.append(message["Body"])
        return self.found
