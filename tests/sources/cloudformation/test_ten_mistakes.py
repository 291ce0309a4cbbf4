"""All mistakes of a template are reported at once, each with the line that has to be changed."""

from __future__ import annotations

from tests.sources.cloudformation.templates import mistakes, read

TEN_MISTAKES = """\
AWSTemplateFormatVersion: '2010-09-09'
Paramters: {}
Parameters:
  Stage:
    Type: String
    AllowedValues: [dev, prod]
  Owner:
    Type: String
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      VisibiltyTimeout: 30
      DelaySeconds: soon
  Handler:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      Code: {ZipFile: 'def handler(e, c): pass'}
      MemorySize: 64
  Role:
    Type: AWS::IAM::Roel
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: Odrers
    Properties:
      TopicName: !GetAtt Orders.Name
      DisplayName: !Ref Stgae
  First:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Ref Second}
  Second:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Ref First}
"""


def test_each_mistake_has_its_line() -> None:
    assert mistakes(TEN_MISTAKES, parameters={"Stage": "test"}) == [
        ("template.unknown-key", 2),
        ("parameter.value", 4),
        ("parameter.missing", 7),
        ("property.unknown", 14),
        ("property.type", 15),
        ("property.missing", 16),
        ("property.range", 22),
        ("template.unknown-type", 24),
        ("template.unknown-name", 27),
        ("template.unknown-attribute", 29),
        ("template.unknown-name", 30),
        ("template.cycle", 31),
    ]


def test_each_mistake_in_a_name_comes_with_a_suggestion() -> None:
    _, findings = read(TEN_MISTAKES, parameters={"Stage": "dev", "Owner": "me"})
    hints = {finding.location.line: finding.next for finding in findings if finding.location}
    assert hints[2] == "did you mean Parameters?"
    assert hints[14] == "did you mean VisibilityTimeout?"
    assert hints[24] == "did you mean AWS::IAM::Role?"
    assert hints[27] == "did you mean Orders?"
    assert hints[29] == "did you mean QueueName?"
    assert hints[30] == "did you mean Stage?"


def test_a_cycle_is_named_as_a_whole() -> None:
    _, findings = read(TEN_MISTAKES)
    [cycle] = [finding for finding in findings if finding.code == "template.cycle"]
    assert "First → Second → First" in cycle.message or "Second → First → Second" in cycle.message
