"""A stack that the tests of verifications share: nothing changes it."""

from __future__ import annotations


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


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Place:
    """A function behind an API, deployed."""
    files = {"template.yaml": TEMPLATE, "code/app.py": CODE}
    made = place(tmp_path_factory.mktemp("api"), local_cloud, files, API_KEY="sesame-open")
    made.deploy()
    return made
