"""Wrong input of any kind gets an error with its four parts, exit code 2, and never a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud

TEN_MISTAKES = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Size:
    Type: Number
    AllowedValues: [1, 2]
Resources:
  A:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimout: 30
  B:
    Type: AWS::SQS::Queu
  C:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: missing/
      Timeout: soon
  D:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Ref Nothing
  E:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
  G:
    Type: AWS::SQS::Queue
    DependsOn: H
  H:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !GetAtt G.Arn
  I:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 8
"""
FUNCTION = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {Code: ., Handler: app.handler, Runtime: python3.11, Role: !GetAtt Role.Arn}
"""
EXPECTED = {
    4: "Size has no value",
    11: "VisibilityTimeout",
    13: "AWS::SQS::Queue",
    19: "missing",
    20: "Timeout must be an integer",
    24: "Nothing",
    25: "KeySchema",
    29: "G → H → G",
    39: "RetentionInDays",
}


@pytest.fixture
def fairway(tmp_path: Path, local_cloud: Cloud) -> Program:
    return program(tmp_path / "app", local_cloud)


def test_every_mistake_is_reported_at_once_with_its_line(fairway: Program) -> None:
    write(fairway.folder, {"template.yaml": TEN_MISTAKES + "Outputs:\n  O: {Value: !Ref Q}\n"})
    found = fairway("validate", "--json")
    assert found.code == 2
    findings = found.result["error"]["findings"]
    by_line: dict[int, str] = {}
    for finding in findings:
        assert finding["file"] == "template.yaml"
        by_line[finding["line"]] = by_line.get(finding["line"], "") + finding["message"] + finding["next"]
    for line, words in (EXPECTED | {41: "Q"}).items():
        assert words in by_line.get(line, ""), f"line {line}: {by_line}"
    assert len(findings) == len(EXPECTED) + 1, "each mistake is reported once"


def test_what_aws_does_not_hold_is_a_mistake_with_its_line_like_any_other(fairway: Program) -> None:
    template = """\
Parameters:
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /not/there}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: "{{resolve:ssm:/nor/this}}"
      VisibilityTimout: 3
"""
    write(fairway.folder, {"template.yaml": template})
    planned = fairway("plan", "--json")
    assert planned.code == 2
    found = [(finding["line"], finding["code"]) for finding in planned.result["error"]["findings"]]
    assert found == [(2, "lookup.missing"), (7, "lookup.missing"), (8, "property.unknown")]


@pytest.mark.parametrize(
    ("files", "arguments", "says"),
    [
        ({}, ["plan"], "template"),
        ({}, ["plan", "nowhere.yaml"], "nowhere.yaml"),
        ({"template.yaml": "a: ["}, ["plan"], "template.yaml:2"),
        ({"template.yaml": ""}, ["plan"], "template.yaml"),
        ({"template.yaml": "- 1\n- 2\n"}, ["plan"], "template.yaml"),
        ({"template.json": '{"Resources": {,}}'}, ["plan"], "template.json:1"),
        ({"template.yaml": "Resources: {}\n"}, ["plan", "--param", "novalue"], "KEY=VALUE"),
        ({"template.yaml": "Resources: {}\n"}, ["plan", "--params", "no.json"], "no.json"),
        ({"template.yaml": "Resources: {}\n", "p.json": "[[["}, ["plan", "--params", "p.json"], "p.json"),
        ({"template.yaml": "Resources: {}\n"}, ["plan", "--stack", "../up"], "../up"),
        ({"template.yaml": "Resources: {}\n"}, ["deploy", "--yes", "--env", "../up"], "../up"),
        ({"template.yaml": "Resources: {}\n"}, ["plan", "--endpoint-url", "here"], "http://"),
        ({"template.yaml": "Resources: {}\n"}, ["plan", "--region", "mars"], "eu-west-1"),
        ({"template.yaml": "Resources: {}\n"}, ["plan", "--out", "no/such/folder/plan.json"], "plan.json"),
        ({"template.yaml": "Resources: {}\n"}, ["plan", "--out", "."], "the plan"),
        ({}, ["status"], "deploy it first"),
        ({}, ["outputs"], "deploy it first"),
        ({}, ["events"], "deploy it first"),
        ({}, ["invoke", "Nothing"], "deploy it first"),
    ],
)
def test_it_is_refused_in_words(
    fairway: Program, files: dict[str, str], arguments: list[str], says: str
) -> None:
    write(fairway.folder, files)
    ended = fairway(*arguments)
    assert ended.code == 2, ended
    assert says in ended.err
    assert "Traceback" not in ended.err


GARBAGE = (b"\x00\x01\x02", random.Random(7).randbytes(512), b"\xff\xfe", b"%TAG ! x\n", b"\t\n")


@pytest.mark.parametrize("content", GARBAGE)
def test_garbage_is_no_template(fairway: Program, content: bytes) -> None:
    (fairway.folder / "template.yaml").write_bytes(content)
    ended = fairway("validate")
    assert ended.code == 2
    assert "Traceback" not in ended.err


def test_an_endpoint_that_nobody_answers_is_a_failure_in_words(fairway: Program) -> None:
    write(fairway.folder, {"template.yaml": "Resources: {Q: {Type: 'AWS::SQS::Queue'}}\n"})
    ended = fairway("deploy", "--yes", "--endpoint-url", "http://127.0.0.1:9")
    assert ended.code == 1
    assert "http://127.0.0.1:9" in ended.err
    assert "Traceback" not in ended.err


def test_without_a_terminal_nothing_is_changed_unless_yes_is_given(fairway: Program) -> None:
    write(fairway.folder, {"template.yaml": "Resources: {Q: {Type: 'AWS::SQS::Queue'}}\n"})
    ended = fairway("deploy")
    assert ended.code == 2
    assert "--yes" in ended.err
    assert fairway("status").code == 2


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("FAIRWAY_HOME", "files.unusable"),
        ("FAIRWAY_STATE", "state.not-written"),
        ("FAIRWAY_CACHE", "files.unusable"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, local_cloud: Cloud, place: str, code: str
) -> None:
    (tmp_path / "file").write_text("no folder can be below this")
    fairway = program(tmp_path / "app", local_cloud, **{place: str(tmp_path / "file" / "below")})
    write(fairway.folder, {"template.yaml": FUNCTION, "app.py": "def handler(event, context): ..."})
    ended = fairway("deploy", "--yes", "--json")
    assert ended.code == 1
    error = ended.result["error"]
    assert error["code"] == code
    assert str(tmp_path / "file") in error["where"]
