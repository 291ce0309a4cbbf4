"""The definition is read for its mistakes, for the programs its builds need, and for names that are taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.checks.deployed import Place, place, told
from tests.local_cloud import Cloud, unique

from fairway.checks import before
from fairway.model.checked import Checked
from fairway.model.location import Location
from fairway.project.settings import Import
from fairway.stacks.request import Request

NAMED = """\
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: {name}
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
  Bucket: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {name}}}}}
  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{LogGroupName: /x/{name}}}}}
  Queue: {{Type: AWS::SQS::Queue}}
"""


def checked(at: Place) -> dict[str, Checked]:
    project = at.project()
    return {each.name: each for each in before.run(project, at.subject(project), told)}


def test_all_mistakes_are_told_and_what_needs_the_definition_is_skipped(
    tmp_path: Path, local_cloud: Cloud
) -> None:
    text = "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {Wrong: 1}}\n  B: {Type: AWS::No::Thing}\n"
    found = checked(place(tmp_path, local_cloud, {"template.yaml": text}))
    assert found["definition"].result == "failed"
    assert "template.yaml:2" in found["definition"].why
    assert "template.yaml:3" in found["definition"].why
    assert found["names"].result == found["permissions"].result == "skipped"
    assert found["names"].message == "the definition has mistakes"


def test_a_template_that_is_none(tmp_path: Path, local_cloud: Cloud) -> None:
    found = checked(place(tmp_path, local_cloud, {"README": "no template"}))
    assert found["definition"].result == "failed"
    assert found["names"].message == "the definition cannot be read"


def test_names_that_are_free(tmp_path: Path, local_cloud: Cloud) -> None:
    at = place(tmp_path, local_cloud, {"template.yaml": NAMED.format(name=unique("free"))})
    assert checked(at)["names"].result == "passed"
    at.deploy()
    assert checked(at)["names"].result == "passed", "what the stack has itself is in nobody's way"


def test_names_that_others_have(tmp_path: Path, local_cloud: Cloud) -> None:
    files = {"template.yaml": NAMED.format(name=unique("taken"))}
    place(tmp_path, local_cloud, files).deploy()
    found = checked(place(tmp_path, local_cloud, files))["names"]
    assert found.result == "failed"
    assert all(f"{address}: " in found.message for address in ("Table", "Bucket", "Logs"))
    assert "exists already" in found.message
    assert found.next


def test_a_name_of_what_is_to_be_taken_over_is_no_clash(tmp_path: Path, local_cloud: Cloud) -> None:
    name = unique("import")
    local_cloud.client("s3").create_bucket(Bucket=name)
    template = f"Resources: {{Bucket: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {name}}}}}}}\n"
    at = place(tmp_path, local_cloud, {"template.yaml": template})
    project = at.project()
    assert checked(at)["names"].result == "failed"
    taken = Import(at.target.stack, "Bucket", name, Location("fairway.toml", 1))
    request = Request(at.folder, at.target, imports=(taken,))
    subject = replace(at.subject(project), requests={at.target.stack: request})
    found = {each.name: each for each in before.run(project, subject, told)}
    assert found["names"].result == "passed"


NODE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {Runtime: nodejs20.x, Handler: app.handler, CodeUri: code}
"""


@pytest.mark.parametrize(("has_npm", "result"), [(True, "passed"), (False, "failed")])
def test_npm_is_needed_for_packages_of_node(
    tmp_path: Path, local_cloud: Cloud, has_npm: bool, result: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    if has_npm:
        (programs / "npm").write_text("#!/bin/sh\n")
        (programs / "npm").chmod(0o755)
    files = {
        "template.yaml": NODE,
        "code/app.js": "exports.handler = async () => 1",
        "code/package.json": '{"dependencies": {"left-pad": "1.3.0"}}',
    }
    found = checked(place(tmp_path, local_cloud, files, PATH=str(programs)))["builds"]
    assert found.result == result
    assert has_npm or found.why == "Function have packages of Node.js"
