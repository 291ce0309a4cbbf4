"""A stack that the tests of verifications share: nothing changes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checks.deployed import Place, place
from tests.local_cloud import Cloud

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: code
      Environment: {Variables: {TOKEN: !Ref Token}}
      Events:
        Any: {Type: Api, Properties: {Path: "/{path+}", Method: ANY}}
Parameters:
  Token: {Type: String, NoEcho: true, Default: hunter2-of-the-stack}
Outputs:
  Url: {Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod"}
"""
CODE = """\
import json, os, time

def handler(event, context):
    path = event.get("path", "")
    if "sleep" in event:
        time.sleep(event["sleep"])
    if event.get("fail"):
        raise ValueError("as wanted")
    if not path:
        return {"given": event, "list": [1, {"two": 2}]}
    if path == "/moved":
        return {"statusCode": 302, "headers": {"Location": "https://elsewhere.example"}, "body": ""}
    if path == "/broken":
        return {"statusCode": 500, "body": "token " + os.environ["TOKEN"] + " was refused"}
    if path == "/text":
        return {"statusCode": 200, "body": "all is well"}
    sent = {"sent": event["headers"].get("X-Key"), "body": event["body"]}
    body = {"ok": True, "checks": [{"db": "up"}], **sent}
    return {"statusCode": 200, "body": json.dumps(body)}
"""


SHOP = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.11, Handler: app.handler, CodeUri: code}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties: {Role: !GetAtt FlowRole.Arn, DefinitionUri: flow.json}
  Quick:
    Type: AWS::Serverless::StateMachine
    Properties: {Role: !GetAtt FlowRole.Arn, DefinitionUri: flow.json, Type: EXPRESS}
  FlowRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: sts:AssumeRole}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub "/shop/${AWS::StackName}"}}
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{Name: FunctionName, Value: !Ref Worker}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
Outputs:
  Table: {Value: !Ref Orders}
"""
FLOW = """\
{"StartAt": "Ask", "States": {
  "Ask": {"Type": "Choice", "Choices": [{"Variable": "$.fail", "IsPresent": true, "Next": "Fail"}],
          "Default": "Rest"},
  "Rest": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Done"},
  "Done": {"Type": "Pass", "Parameters": {"total.$": "$.total", "rest": "none"}, "End": true},
  "Fail": {"Type": "Fail", "Error": "Refused", "Cause": "as wanted"}}}
"""


def shop_of(folder: Path, cloud: Cloud) -> Place:
    """A function, a table, workflows and what watches them, deployed."""
    code = "def handler(event, context): return event"
    made = place(folder, cloud, {"template.yaml": SHOP, "flow.json": FLOW, "code/app.py": code})
    made.deploy()
    return made


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Place:
    """A shop that nobody breaks."""
    return shop_of(tmp_path_factory.mktemp("shop"), local_cloud)


@pytest.fixture
def own_shop(tmp_path: Path, local_cloud: Cloud) -> Place:
    """A shop that may be broken."""
    return shop_of(tmp_path, local_cloud)


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Place:
    """A function behind an API, deployed."""
    files = {"template.yaml": TEMPLATE, "code/app.py": CODE}
    made = place(tmp_path_factory.mktemp("api"), local_cloud, files, API_KEY="sesame-open")
    made.deploy()
    return made
