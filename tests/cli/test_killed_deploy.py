"""Kill a deploy anywhere: the next one finishes the work, with nothing doubled, lost or locked."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

NAMES = "ABCDEF"
TEMPLATE = {
    "Resources": {
        **{f"Queue{name}": {"Type": "AWS::SQS::Queue"} for name in NAMES},
        **{
            f"Topic{name}": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"DisplayName": {"Ref": f"Queue{name}"}},
            }
            for name in NAMES
        },
    }
}
RESOURCES = 2 * len(NAMES)
CREATES = {("create", "AWS::SQS::Queue"), ("create", "AWS::SNS::Topic")}


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("killed")
    write(folder, {"template.json": json.dumps(TEMPLATE)})
    return program(folder, local_cloud)


@pytest.fixture
def slow_cloud(local_cloud: Cloud) -> Iterator[Cloud]:
    """A cloud whose calls take 50 ms, so that a kill hits something under way."""
    _set_latency(local_cloud, 50)
    yield local_cloud
    _set_latency(local_cloud, 0)


def _set_latency(cloud: Cloud, milliseconds: int) -> None:
    body = json.dumps({"milliseconds": milliseconds}).encode()
    request = urllib.request.Request(f"{cloud.endpoint}/_fairway/latency", body, method="PUT")
    urllib.request.urlopen(request).close()


def _kill_after(app: Program, event: str, count: int, *arguments: str) -> None:
    """SIGKILL the run, and whatever it started, when it has told an event that often."""
    with app.start(*arguments, "--yes", "--json", "--concurrency", "3") as run:
        assert run.stdout is not None
        for line in run.stdout:
            count -= json.loads(line)["event"] == event
            if count == 0:
                break
        assert run.poll() is None, "it was still running"
        os.killpg(run.pid, signal.SIGKILL)


def _existing(app: Program, cloud: Cloud) -> int:
    """How many resources of the stack there are, whoever knows of them."""
    stack = app.folder.name
    queues = cloud.client("sqs").list_queues().get("QueueUrls", [])
    topics = [topic["TopicArn"] for topic in cloud.client("sns").list_topics()["Topics"]]
    return sum(stack in each for each in (*queues, *topics))


@pytest.mark.parametrize(
    ("event", "count"), [("OperationStarted", 1), ("OperationFinished", 2), ("OperationStarted", 9)]
)
def test_the_next_deploy_finishes_the_work(app: Program, slow_cloud: Cloud, event: str, count: int) -> None:
    _kill_after(app, event, count, "deploy")
    left = app("status", "--json").result
    assert (left["interrupted"]["command"], left["under_way"]) == ("deploy", None)
    assert {(each["action"], each["type"]) for each in left["unfinished"]} <= CREATES
    text = app("status").out
    assert "was cut off" in text
    assert "next: `fairway deploy` finishes this" in text
    deployed = app("deploy", "--yes", "--json")
    assert deployed.code == 0, deployed.err
    after = app("status", "--json").result
    assert len(after["resources"]) == RESOURCES
    assert (after["interrupted"], after["unfinished"]) == (None, [])
    assert _existing(app, slow_cloud) == RESOURCES
    assert app("plan", "--exit-code").code == 0


def test_destroy_removes_what_a_killed_deploy_left(app: Program, slow_cloud: Cloud) -> None:
    _kill_after(app, "OperationStarted", 5, "deploy")
    assert app("destroy", "--yes").code == 0
    assert _existing(app, slow_cloud) == 0


def test_a_killed_destroy_is_finished_by_the_next(app: Program, slow_cloud: Cloud) -> None:
    assert app("deploy", "--yes").code == 0
    _kill_after(app, "OperationStarted", 5, "destroy")
    assert app("destroy", "--yes").code == 0
    assert _existing(app, slow_cloud) == 0


def test_a_create_that_failed_half_way_is_not_taken_for_done(tmp_path: Path, local_cloud: Cloud) -> None:
    """API Gateway creates the API first and refuses its document then."""
    app = program(tmp_path / unique("half"), local_cloud)
    write(app.folder, {"template.json": json.dumps(_api("arn:aws:apigateway:us-east-1:nothing"))})
    first, second = app("deploy", "--yes", "--json"), app("deploy", "--yes", "--json")
    for ended in (first, second):
        assert ended.code == 1
        assert [event["address"] for event in ended.of("OperationFailed")] == ["Api"]

    write(
        app.folder, {"template.json": json.dumps(_api("arn:aws:apigateway:us-east-1:sqs:action/SendMessage"))}
    )
    assert app("deploy", "--yes").code == 0
    assert app("plan", "--exit-code").code == 0
    [api] = [
        each for each in local_cloud.client("apigateway").get_rest_apis()["items"] if each["name"] == "half"
    ]
    resources = local_cloud.client("apigateway").get_resources(restApiId=api["id"])["items"]
    assert {each["path"] for each in resources} >= {"/ray"}


def _api(uri: str) -> dict[str, object]:
    integration = {"type": "aws", "httpMethod": "POST", "uri": uri}
    method = {"responses": {}, "x-amazon-apigateway-integration": integration}
    body = {"openapi": "3.0.1", "info": {"title": "half", "version": "1"}, "paths": {"/ray": {"get": method}}}
    return {"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}}}
