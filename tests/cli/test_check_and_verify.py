"""`fairway check` and `fairway verify`: a checklist, and 1 where something does not hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import Program, identifier, program, write
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
    assert "✓ definition: template.yaml: 1 resources" in run.out
    assert "– permissions: the local cloud has no iam.SimulatePrincipalPolicy" in run.out
    assert run.out.splitlines()[-1] == "5 passed, 1 skipped"


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
