"""`fairway check` and `fairway verify`: a checklist, and 1 where something does not hold."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, identifier, program, write
from tests.local.events_world import eventually
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    made = program(tmp_path / unique("app"), local_cloud)
    write(made.folder, {"template.yaml": TEMPLATE})
    return made


def test_a_checklist_before_a_deploy(app: Program) -> None:
    run = app("check")
    assert run.code == 0, run.out + run.err
    assert "✓ definition: template.yaml: 1 resource," in run.out
    assert "– permissions: the local cloud has no iam.SimulatePrincipalPolicy" in run.out
    assert "– repository: there is no git repository" in run.out
    assert run.out.splitlines()[-1] == "5 passed, 2 skipped"


def test_what_is_missing_is_told_with_why_and_next(app: Program) -> None:
    write(app.folder, {"template.yaml": TEMPLATE.replace("BillingMode", "BilingMode")})
    run = app("check")
    assert run.code == 1
    assert "✗ definition: template.yaml has mistakes: 1" in run.out
    assert "    why:  template.yaml:5: " in run.out
    assert "    next: see `fairway validate`" in run.out


def test_a_verification_that_fails_is_the_exit_code(app: Program, local_cloud: Cloud) -> None:
    assert app("deploy", "--yes").code == 0
    good = app("verify")
    assert (good.code, good.out.splitlines()[-1]) == (0, "1 passed")
    local_cloud.client("dynamodb").delete_table(TableName=identifier(app, "Orders"))
    bad = app("verify", "--json")
    assert (bad.code, bad.result["exit_code"]) == (1, 1)
    told = bad.of("CheckFinished")[0]
    assert told["stage"] == "verify"
    assert told["checked"] == bad.result["checks"][0]
    assert told["checked"]["message"].startswith("Orders is not there any more")


def test_what_is_not_deployed_cannot_be_verified(app: Program) -> None:
    run = app("verify")
    assert run.code == 2
    assert "state.not-deployed" in run.err


DECLARED = """\
[[checks]]
tool = "sh"
[[checks]]
name = "ready"
command = "test -f ready"
[[checks]]
tool = "no-such-tool"
environments = ["prod"]

[[verify]]
name = "an order"
table = "Orders"
key = { id = "one" }
expect = { state = "new" }
within = 0
[[verify]]
name = "its table"
command = 'test "$FAIRWAY_OUTPUT_APP_TABLE" = "${stacks.app.Table}"'
"""


@pytest.fixture
def declared(local_cloud: Cloud, tmp_path: Path) -> Program:
    made = program(tmp_path / "app", local_cloud)
    output = "Outputs: {Table: {Value: !Ref Orders}}\n"
    write(made.folder, {"template.yaml": TEMPLATE + output, "fairway.toml": DECLARED})
    return made


def results(run: Ended) -> dict[str, str]:
    return {each["name"]: each["result"] for each in run.result["checks"]}


def test_what_fairway_toml_declares_is_checked_before(declared: Program) -> None:
    found = results(declared("check", "--json"))
    assert (found["sh"], found["ready"], "no-such-tool" in found) == ("passed", "failed", False)
    write(declared.folder, {"ready": ""})
    assert declared("check").code == 0


def test_and_after(declared: Program, local_cloud: Cloud) -> None:
    assert declared("deploy", "--yes").code == 0
    run = declared("verify", "--json")
    assert results(run) == {"an order": "failed", "its table": "passed", "tables": "passed"}
    item = {"id": {"S": "one"}, "state": {"S": "new"}}
    local_cloud.client("dynamodb").put_item(TableName=identifier(declared, "Orders"), Item=item)
    assert declared("verify").code == 0
    assert declared("destroy", "--yes", "--allow-data-loss", "*").code == 0


def test_an_interrupted_verification_ends_at_once(app: Program) -> None:
    assert app("deploy", "--yes").code == 0
    write(app.folder, {"fairway.toml": '[[verify]]\ncommand = "touch begun; sleep 60"\n'})
    run = app.start("verify")
    eventually(lambda: (app.folder / "begun").exists())
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=10)
    assert run.returncode == 130
    assert "interrupted" in err


SEVERAL = """\
[stacks.data]
source = "data"
[stacks.queue]
source = "queue"
[stacks.queue.parameters]
Name = { stack = "data", output = "Table" }
[[verify]]
name = "names"
command = 'test "$FAIRWAY_OUTPUT_QUEUE_NAME" = "${stacks.data.Table}"'
"""
QUEUE = """\
Parameters: {Name: {Type: String}}
Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}}
Outputs: {Name: {Value: !GetAtt Queue.QueueName}}
"""


def test_all_stacks_of_a_project(app: Program) -> None:
    table = TEMPLATE + "Outputs: {Table: {Value: !Ref Orders}}\n"
    write(app.folder, {"fairway.toml": SEVERAL, "data/template.yaml": table, "queue/template.yaml": QUEUE})
    first = app("check")
    assert first.code == 0, first.out + first.err
    assert "✓ data: definition" in first.out
    assert "– queue: definition: it comes after data, not deployed yet" in first.out
    for stack in ("data", "queue"):
        assert app("deploy", "--yes", "--stack", stack).code == 0
    assert "✓ queue: definition" in app("check").out
    assert results(app("verify", "--json")) == {"names": "passed", "data: tables": "passed"}
    write(app.folder, {"fairway.toml": SEVERAL.replace("Name =", "Nam =")})
    wrong = app("check")
    assert wrong.code == 1
    assert "✗ queue: definition" in wrong.out
    assert "fairway.toml:6" in wrong.out
