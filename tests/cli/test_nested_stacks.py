"""Nested stacks are deployed with the stack around them, as one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.program import Program, identifier, planned, planned_actions, program, write
from tests.local_cloud import Cloud, unique

PARENT = """\
Parameters: {Delay: {Type: String, Default: "0"}}
Resources:
  Jobs: {Type: AWS::SQS::Queue}
  Left:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: patterns/one.yaml
      Parameters: {Target: !GetAtt Jobs.Arn, Delay: !Ref Delay}
  Right:
    Type: AWS::CloudFormation::Stack
    DependsOn: Left
    Properties:
      TemplateURL: patterns/one.yaml
      Parameters: {Target: !GetAtt Left.Outputs.QueueArn}
Outputs:
  Queue: {Value: !GetAtt Right.Outputs.QueueArn}
"""
CHILD = """\
Parameters:
  Target: {Type: String}
  Delay: {Type: Number, Default: 0}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: !Ref Delay}
  Name:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Sub "${Target} ${Queue.Arn} ${AWS::StackName}"}
Outputs:
  QueueArn: {Value: !GetAtt Queue.Arn, Export: {Name: !Sub "${AWS::StackName}-queue"}}
"""
INSIDE = ("Left.Queue", "Left.Name", "Right.Queue", "Right.Name")


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    found = program(tmp_path / unique("nest"), local_cloud)
    write(found.folder, {"template.yaml": PARENT, "patterns/one.yaml": CHILD})
    return found


def deploy(app: Program, *arguments: str) -> None:
    done = app("deploy", "--yes", *arguments)
    assert done.code == 0, done.out + done.err


def test_from_the_first_deploy_to_the_last_resource(app: Program) -> None:
    deploy(app)
    assert planned(app) == {}
    outputs = app("outputs", "--json").result["outputs"]
    assert outputs["Queue"] == outputs["Right.QueueArn"]

    slower = app("plan", "--json", "--param", "Delay=5").of("PlanMade")[0]["plan"]["changes"]
    assert planned_actions(slower) == {"Left.Queue": ("update", ["DelaySeconds"])}

    exported = app("export", "--cloudformation", "--json")
    assert exported.code == 0, exported.err
    template = json.loads((app.folder / "exported" / "template.json").read_text())
    assert set(template["Resources"]) == {"Jobs", *(address.replace(".", "") for address in INSIDE)}
    assert template["Outputs"]["Queue"]["Value"] == {"Fn::GetAtt": ["RightQueue", "Arn"]}

    assert app("destroy", "--yes", "--allow-data-loss", "*").code == 0


def test_the_name_of_a_nested_stack_targets_all_that_is_in_it(app: Program) -> None:
    deploy(app, "--target", "Left")
    resources = app("status", "--json").result["resources"]
    assert {each["address"] for each in resources} == {"Jobs", "Left.Queue", "Left.Name"}


def test_what_moves_into_a_nested_stack_stays_what_it_is(app: Program) -> None:
    outer = PARENT.replace(
        "  Jobs:", "  Events: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 7}}\n  Jobs:"
    )
    write(app.folder, {"template.yaml": outer})
    deploy(app)
    before = identifier(app, "Events")

    inner = "Resources:\n  Events: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 7}}\n"
    block = "  Deep: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: deep.yaml}}\n"
    write(app.folder, {"template.yaml": PARENT.replace("  Jobs:", f"{block}  Jobs:"), "deep.yaml": inner})
    assert set(planned(app)) == {"Deep.Events"}
    deploy(app)
    assert identifier(app, "Deep.Events") == before
