"""What a deployment did is recorded to its end, and a record that cannot be written stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = "Resources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {Name: {Value: !GetAtt Queue.QueueName}}\n"


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("recorded")
    write(folder, {"template.yaml": TEMPLATE})
    return program(folder, local_cloud)


def stack_folder(app: Program) -> Path:
    return app.folder / ".fairway" / "state" / "local" / app.folder.name


def test_the_record_of_a_failed_deployment_says_how_it_ended(app: Program) -> None:
    assert app("deploy", "--yes").code == 0
    unwritable = stack_folder(app) / ".state.json.new"
    unwritable.mkdir()
    write(app.folder, {"template.yaml": TEMPLATE.replace("Queue.QueueName", "Queue.Arn")})
    failed = app("deploy", "--yes", "--json")
    assert failed.code == 1
    assert failed.result["error"]["code"] == "state.not-written"
    unwritable.rmdir()
    last = app("events", "--json").result["events"][-1]
    assert (last["event"], last["result"]) == ("DeploymentFinished", "failed")
    assert "state cannot be written" in last["error"]
    assert "failed in" in app("events").out


def test_a_record_that_cannot_be_written_stops_nothing(app: Program) -> None:
    stack_folder(app).mkdir(parents=True)
    (stack_folder(app) / "events.jsonl").symlink_to("/dev/full")
    deployed = app("deploy", "--yes", "--json")
    assert deployed.code == 0, deployed.err
    assert deployed.result["result"] == "succeeded"
    warnings = [event["finding"]["code"] for event in deployed.of("Warned")]
    assert warnings == ["events.not-written"]
    assert app("status").code == 0
