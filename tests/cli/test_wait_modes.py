"""`--wait` and `wait` in fairway.toml, against a cloud that takes its time."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, program, write
from tests.local_cloud import Cloud, unique

from fairway.aws.failures import Kind

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  Serve:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: {ZipFile: "def handler(event, context): return 1"}
      Environment: {Variables: {TABLE: !Ref Orders}}
"""
SLOW = ("Orders", "Serve")
FOREVER = 600


@pytest.fixture
def cloud(local_cloud: Cloud) -> Iterator[Cloud]:
    """Nothing gets ready until the test lets it."""
    local_cloud.local.set_faults({"pending": FOREVER, "conflicts": True})
    yield local_cloud
    local_cloud.local.set_faults({"pending": 0, "conflicts": False, "latency": 0})


@pytest.fixture
def app(tmp_path: Path, cloud: Cloud) -> Program:
    folder = tmp_path / unique("wait")
    write(folder, {"template.yaml": TEMPLATE})
    return program(folder, cloud)


def accepted(app: Program) -> set[str]:
    resources = app("status", "--json").result["resources"]
    return {each["address"] for each in resources if each["accepted"]}


def told_accepted(ended: Ended) -> set[str]:
    return {event["address"] for event in ended.of("OperationFinished") if event["accepted"]}


def test_configured_ends_when_aws_has_accepted_everything(app: Program, cloud: Cloud) -> None:
    first = app("deploy", "--yes", "--json", "--wait", "configured")
    assert first.code == 0, first.err
    assert told_accepted(first) == accepted(app) == set(SLOW)
    assert "accepted by AWS, not yet seen usable" in app("status").out
    planned = app("plan", "--exit-code", "--json")
    assert planned.code == 0, "who plans does not wait, and what is under way is no difference"

    cloud.local.set_faults({"pending": 0})
    again = app("deploy", "--yes", "--json", "--wait", "configured")
    assert (again.result["result"], accepted(app)) == ("unchanged", set())


def test_what_is_left_to_aws_is_waited_for_before_it_is_changed(app: Program, cloud: Cloud) -> None:
    assert app("deploy", "--yes", "--wait", "configured").code == 0
    cloud.local.set_faults({"pending": 1})
    write(app.folder, {"template.yaml": TEMPLATE.replace("return 1", "return 2")})
    changed = app("deploy", "--yes", "--json", "--wait", "configured")
    assert changed.code == 0, changed.err
    assert [event["address"] for event in changed.of("OperationFinished")] == ["Serve"]
    waits = {event["waiting_for"].partition(":")[0] for event in changed.of("OperationProgress")}
    assert Kind.CONFLICT.value not in waits, "AWS had nothing to refuse"
    assert accepted(app) == {"Serve"}


def test_what_is_left_to_aws_is_waited_for_before_it_goes(app: Program, cloud: Cloud) -> None:
    assert app("deploy", "--yes", "--wait", "configured").code == 0
    cloud.local.set_faults({"pending": 1})
    destroyed = app("destroy", "--yes", "--allow-data-loss", "*", "--wait", "configured")
    assert destroyed.code == 0, destroyed.err
    assert not [
        name for name in cloud.client("dynamodb").list_tables()["TableNames"] if app.folder.name in name
    ]


def test_killed_before_anything_is_ready_the_next_run_finishes(app: Program, cloud: Cloud) -> None:
    cloud.local.set_faults({"latency": 50})
    with app.start("deploy", "--yes", "--json", "--wait", "configured") as run:
        assert run.stdout is not None
        for line in run.stdout:
            event = json.loads(line)
            if event["event"] == "OperationFinished" and event["accepted"]:
                break
        assert run.poll() is None, "it was still running"
        os.killpg(run.pid, signal.SIGKILL)
    tables = cloud.client("dynamodb").list_tables()["TableNames"]
    assert len([name for name in tables if app.folder.name in name]) == 1
    cloud.local.set_faults({"latency": 0, "pending": 1})
    finished = app("deploy", "--yes", "--json")
    assert finished.code == 0, finished.err
    assert accepted(app) == set()
    assert app("plan", "--exit-code").code == 0
    assert cloud.client("dynamodb").list_tables()["TableNames"] == tables


def test_a_run_waits_before_it_verifies(app: Program, cloud: Cloud) -> None:
    write(app.folder, {"fairway.toml": '[environments.local]\nwait = "configured"\n'})
    cloud.local.set_faults({"pending": 2})
    ran = app("run", "--yes", "--json")
    assert ran.code == 0, ran.err
    assert told_accepted(ran) == set(SLOW)
    arrived = [
        event["checked"] for event in ran.of("CheckFinished") if event["checked"]["kind"] == "accepted"
    ]
    assert {each["name"]: each["result"] for each in arrived} == dict.fromkeys(SLOW, "passed")


def test_the_flag_wins_over_the_file(app: Program, cloud: Cloud) -> None:
    write(app.folder, {"fairway.toml": '[environments.local]\nwait = "configured"\n'})
    cloud.local.set_faults({"pending": 1})
    ended = app("deploy", "--yes", "--json", "--wait", "ready")
    assert (ended.code, told_accepted(ended)) == (0, set())


def test_another_word_is_refused(app: Program) -> None:
    assert app("deploy", "--wait", "later").code == 2
