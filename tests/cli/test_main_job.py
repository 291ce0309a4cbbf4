"""The main job: a template becomes running, called, changed and removed code."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Greeting: {Type: String, Default: hello}
  Token: {Type: String, NoEcho: true, Default: tOpSeCrEt-value}
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: src
      Environment: {Variables: {GREETING: !Ref Greeting, QUEUE: !Ref Queue, TOKEN: !Ref Token}}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 40}
  Records:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
Outputs:
  QueueArn: {Value: !GetAtt Queue.Arn}
  TableName: {Value: !Ref Records}
"""
HANDLER = """\
import os

def handler(event, context):
    print("greeting", event.get("name"))
    return {"says": os.environ["GREETING"], "version": 1}
"""
SECRET = "tOpSeCrEt-value"


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": TEMPLATE, "src/app.py": HANDLER})
    return program(folder, local_cloud)


def edit(app: Program, name: str, before: str, after: str) -> None:
    path = app.folder / name
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def test_deploy_runs_code_that_answers(app: Program) -> None:
    deployed = app("deploy", "--yes", "--json")
    assert deployed.code == 0, deployed.err
    assert deployed.result["result"] == "succeeded"
    assert deployed.result["outputs"]["QueueArn"].startswith("arn:aws:sqs:us-east-1:")
    called = app("invoke", "Greeter", "--payload", '{"name": "you"}', "--json")
    assert called.result["payload"] == '{"says": "hello", "version": 1}'
    assert "greeting you" in app("logs", "Greeter").out


def test_the_second_deploy_does_nothing(app: Program) -> None:
    app("deploy", "--yes")
    serial = app("status", "--json").result["serial"]
    again = app("deploy", "--yes", "--json")
    assert again.result["result"] == "unchanged"
    finished = again.of("DeploymentFinished")[0]
    assert finished["calls"]["writes"] == 0
    assert again.of("FreshnessProved")
    assert app("status", "--json").result["serial"] == serial


def test_a_changed_handler_is_one_update_of_code(app: Program) -> None:
    app("deploy", "--yes")
    edit(app, "src/app.py", '"version": 1', '"version": 2')
    deployed = app("deploy", "--yes", "--json")
    calls = deployed.of("DeploymentFinished")[0]["calls"]
    assert calls["writes"] == 1
    assert calls["lambda.UpdateFunctionCode"] == 1
    assert app("invoke", "Greeter", "--json").result["payload"].endswith('"version": 2}')


def test_a_changed_parameter_updates_only_what_uses_it(app: Program) -> None:
    app("deploy", "--yes")
    planned = app("plan", "--param", "Greeting=bye", "--json")
    changes = [c for c in planned.of("PlanMade")[0]["plan"]["changes"] if c["action"] != "unchanged"]
    assert [(c["address"], c["action"]) for c in changes] == [("Greeter", "update")]
    assert changes[0]["properties"][0]["path"] == "Environment.Variables.GREETING"
    app("deploy", "--yes", "--param", "Greeting=bye")
    assert '"says": "bye"' in app("invoke", "Greeter").out


def test_what_was_deleted_by_hand_is_created_again(app: Program, local_cloud: Cloud) -> None:
    app("deploy", "--yes")
    name = app("outputs", "TableName").out.strip()
    local_cloud.client("dynamodb").delete_table(TableName=name)
    planned = app("plan", "--exit-code")
    assert planned.code == 2
    assert "deleted outside Fairway" in planned.out
    assert app("deploy", "--yes").code == 0
    assert local_cloud.client("dynamodb").describe_table(TableName=name)


def test_what_was_changed_by_hand_shows_as_drift_and_is_set_back(app: Program, local_cloud: Cloud) -> None:
    app("deploy", "--yes")
    sqs = local_cloud.client("sqs")
    url = next(r for r in app("status", "--json").result["resources"] if r["address"] == "Queue")[
        "identifier"
    ]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
    planned = app("plan")
    assert "VisibilityTimeout: 7 → 40  (changed outside Fairway)" in planned.out
    app("deploy", "--yes")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert found["Attributes"]["VisibilityTimeout"] == "40"


def test_destroy_needs_the_names_of_what_holds_data(app: Program) -> None:
    app("deploy", "--yes")
    refused = app("destroy", "--yes")
    assert refused.code == 2
    assert "--allow-data-loss Records" in refused.err
    misspelt = app("destroy", "--yes", "--allow-data-loss", "Record")
    assert misspelt.code == 2
    assert "Record: the stack has no such resource" in misspelt.out
    assert app("status").code == 0
    destroyed = app("destroy", "--yes", "--allow-data-loss", "Records", "--json")
    assert destroyed.code == 0
    assert destroyed.of("DeploymentFinished")[0]["counts"] == {"delete": 4}
    assert app("status").code == 2
    assert app("destroy", "--yes").code == 0


def test_removing_a_table_from_the_template_is_refused(app: Program) -> None:
    app("deploy", "--yes")
    text = (app.folder / "template.yaml").read_text()
    start, end = text.index("  Records:"), text.index("Outputs:")
    (app.folder / "template.yaml").write_text(text[:start] + text[end:].replace("  TableName", "  #"))
    refused = app("deploy", "--yes")
    assert refused.code == 2
    assert "Records" in refused.err
    assert app("deploy", "--yes", "--allow-data-loss", "Records").code == 0


def test_no_secret_is_kept_or_shown_anywhere(app: Program) -> None:
    runs = [
        app("plan", "--verbose", "--out", "plan.json"),
        app("deploy", "--yes", "--verbose", "--json"),
        app("deploy", "--yes", "--param", f"Token=new-{SECRET}", "--json", "--verbose"),
        app("events", "--json"),
        app("status", "--json"),
    ]
    assert all(SECRET not in run.out + run.err for run in runs)
    assert runs[2].of("DeploymentFinished")[0]["counts"] == {"update": 1}
    kept = [path for path in app.folder.rglob("*") if path.is_file() and path.name != "template.yaml"]
    cached = [path for path in (app.home / "cache").rglob("*") if path.is_file()]
    assert kept
    assert [path for path in (*kept, *cached) if SECRET.encode() in path.read_bytes()] == []
