"""Roles are made once, brought up to date, and never taken from somebody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import REGION, Cloud, unique

PROJECT = """\
[stacks.{name}]
source = "."

[environments.prod]
branch = "main"
region = "{region}"
"""
QUEUE = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"
TABLE = """\
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""


@pytest.fixture
def app(local_cloud: Cloud, tmp_path: Path) -> Program:
    folder = tmp_path / unique("shop")
    found = program(folder, local_cloud, AWS_ENDPOINT_URL=local_cloud.endpoint)
    project = PROJECT.format(name=folder.name, region=REGION)
    write(folder, {"template.yaml": QUEUE, "fairway.toml": project, ".git/HEAD": "ref: refs/heads/main\n"})
    return found


def done(app: Program, *more: str) -> dict[str, str]:
    ended = app("bootstrap", "--github", "acme/shop", "--env", "prod", "--json", *more)
    assert ended.code == 0, ended.err
    return {step["what"]: step["did"] for step in ended.result["steps"]}


def policy(cloud: Cloud, role: str) -> str:
    found: Any = cloud.client("iam").get_role_policy(RoleName=role, PolicyName="fairway")["PolicyDocument"]
    return json.dumps(found)


def test_they_are_made_once_and_follow_the_definition(app: Program, local_cloud: Cloud) -> None:
    role = f"fairway-ci-{app.folder.name}-prod"
    assert done(app)[f"role {role}"] == "created"
    assert set(done(app).values()) == {"already so"}
    assert "dynamodb:CreateTable" not in policy(local_cloud, role)
    (app.folder / "template.yaml").write_text(QUEUE + TABLE)
    changed = {what for what, did in done(app).items() if did != "already so"}
    assert changed == {f"role {role}: what it may do", f"role {role}-plan: what it may do"}
    assert "dynamodb:CreateTable" in policy(local_cloud, role)
    assert "dynamodb:CreateTable" not in policy(local_cloud, f"{role}-plan")


def test_a_trust_that_somebody_has_widened_is_put_right(app: Program, local_cloud: Cloud) -> None:
    role, iam = f"fairway-ci-{app.folder.name}-prod", local_cloud.client("iam")
    done(app)
    before = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    statement = {**before["Statement"][0]}
    del statement["Condition"]
    wide = {"Version": "2012-10-17", "Statement": [statement]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(wide))
    assert done(app)[f"role {role}: who may take it"] == "set"
    assert iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"] == before


def test_a_role_of_somebody_else_is_refused(app: Program, local_cloud: Cloud) -> None:
    role = f"fairway-ci-{app.folder.name}-prod"
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    theirs = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    local_cloud.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=theirs)
    ended = app("bootstrap", "--github", "acme/shop", "--env", "prod", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (1, "bootstrap.role")


def test_an_identity_provider_that_is_there_is_adopted(app: Program, local_cloud: Cloud) -> None:
    iam = local_cloud.client("iam")
    issuer = "token.actions.githubusercontent.com"
    arn = f"arn:aws:iam::123456789012:oidc-provider/{issuer}"
    done(app)
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    iam.create_open_id_connect_provider(Url=f"https://{issuer}", ClientIDList=["others"], ThumbprintList=[])
    assert done(app)[f"identity provider {issuer}"] == "set"
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"]
    assert set(found) == {"others", "sts.amazonaws.com"}


@pytest.mark.parametrize(
    ("settings", "code"),
    [("", "ci.no-branch"), ('[environments.prod]\nbranch = "main"\nregion = "us-east-1"\n', "ci.no-stack")],
)
def test_what_the_file_lacks_is_told(app: Program, settings: str, code: str) -> None:
    (app.folder / "fairway.toml").write_text(settings)
    ended = app("bootstrap", "--github", "acme/shop", "--json")
    assert (ended.code, ended.result["error"]["code"]) == (2, code)
