"""A stack that was made from a SAM template is adopted from that template, logical ids and all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import program
from tests.local_cloud import REGION, Cloud, unique

SOURCE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Jobs:
    Type: AWS::SQS::Queue
  Items:
    Type: AWS::Serverless::SimpleTable
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      InlineCode: |
        def handler(event, context):
            return "done"
      Policies:
        - SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}
      Events:
        Job:
          Type: SQS
          Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 3}
"""


def _translated(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What CloudFormation makes of the template: the macro is AWS's own translator."""
    from samtranslator.translator.transform import transform

    from fairway.sources.cloudformation.text import parse

    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    tree, findings = parse(SOURCE.encode(), "template.yaml")
    assert tree is not None
    assert not findings

    class Policies:
        def load(self) -> dict[str, str]:
            name = "AWSLambdaBasicExecutionRole"
            return {name: f"arn:aws:iam::aws:policy/service-role/{name}"}

    translated: dict[str, Any] = transform(json.loads(json.dumps(tree.value)), {}, Policies())
    return translated


def test_a_sam_stack_is_adopted_from_its_source(
    tmp_path: Path, local_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, client = unique("sam"), local_cloud.client("cloudformation")
    body = json.dumps(_translated(monkeypatch))
    client.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    app = program(tmp_path / name, local_cloud)
    (app.folder / "template.yaml").write_text(SOURCE)

    adopted = app("adopt", "--cloudformation", name, ".", "--yes", "--json")

    assert adopted.code == 0, adopted.out + adopted.err
    [made] = adopted.of("PlanMade")
    changed = {c["address"]: c["properties"] for c in made["plan"]["changes"] if c["action"] != "unchanged"}
    assert changed.keys() <= {"Worker", "WorkerRole"}
    # Another tool's archive; and moto gives a stack's functions no tags, and its roles no managed policies.
    # Our tags come with that.
    assert {each["path"].partition(".")[0] for each in changed["Worker"]} == {"Code", "Tags"}
    assert {each["path"].partition(".")[0] for each in changed["WorkerRole"]} == {
        "ManagedPolicyArns",
        "Tags",
    }
    assert app("deploy", "--yes").code == 0
    assert not app("plan", "--json").result["changes"]
    released = app("adopt", "--cloudformation", name, "--release", "--yes")
    assert released.code == 0, released.out + released.err
    assert not app("plan", "--json").result["changes"]
    assert app("destroy", "--yes", "--allow-data-loss", "*").code == 0
