"""An HTTP API of single parts, a bus, keys and an activity: deployed, called, changed and removed."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest
from tests.cli.program import Program, planned, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.11
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: {ZipFile: "def handler(event, context): return event['routeKey']"}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*"
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: parts, ProtocolType: HTTP}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt Function.Arn
      PayloadFormatVersion: "2.0"
      TimeoutInMillis: 9000
  Authorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      Name: tokens
      AuthorizerType: JWT
      IdentitySource: ["$request.header.Authorization"]
      JwtConfiguration: {Audience: [rays], Issuer: "https://example.com"}
  Open:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /open, Target: !Sub "integrations/${Integration}"}
  Closed:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: GET /closed
      Target: !Sub "integrations/${Integration}"
      AuthorizationType: JWT
      AuthorizerId: !Ref Authorizer
  First:
    Type: AWS::ApiGatewayV2::Deployment
    DependsOn: [Open, Closed]
    Properties: {ApiId: !Ref Api, Description: first}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties:
      ApiId: !Ref Api
      StageName: live
      DeploymentId: !Ref First
  Bus:
    Type: AWS::Events::EventBus
    Properties: {Name: !Sub "${AWS::StackName}-rays", Description: of rays}
  OnBus:
    Type: AWS::Events::Rule
    Properties: {EventBusName: !Ref Bus, EventPattern: {source: [rays]}}
  Key:
    Type: AWS::KMS::Key
    Properties: {Description: of rays, EnableKeyRotation: true}
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: !Sub "alias/${AWS::StackName}", TargetKeyId: !GetAtt Key.Arn}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: !Ref Alias}
  Activity:
    Type: AWS::StepFunctions::Activity
    Properties: {Name: !Sub "${AWS::StackName}-rays"}
Outputs:
  Url: {Value: !Sub "${Api.ApiEndpoint}/live"}
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("parts")
    write(folder, {"template.yaml": TEMPLATE})
    return program(folder, local_cloud)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_parts_keys_and_buses_live_from_deploy_to_destroy(app: Program, local_cloud: Cloud) -> None:
    first = app("deploy", "--yes", "--json")
    assert first.code == 0, first.err
    url = first.result["outputs"]["Url"]
    assert [status_of(f"{url}/{path}") for path in ("open", "closed", "none")] == [200, 401, 404]
    assert planned(app) == {}

    changes = {
        "/open": "/wide",
        "9000": "8000",
        "Audience: [rays]": "Audience: [rays, beams]",
        "Description: of rays": "Description: of beams",
        "EnableKeyRotation: true": "EnableKeyRotation: false",
        "  First:\n": "  Second:\n",
        "!Ref First": "!Ref Second",
    }
    text = TEMPLATE
    for before, after in changes.items():
        text = text.replace(before, after)
    write(app.folder, {"template.yaml": text})
    assert planned(app) == {
        "Authorizer": ("update", ["JwtConfiguration.Audience"]),
        "Bus": ("update", ["Description"]),
        "First": ("delete", []),
        "Integration": ("update", ["TimeoutInMillis"]),
        "Key": ("update", ["Description", "EnableKeyRotation"]),
        "Open": ("update", ["RouteKey"]),
        "Second": ("create", ["ApiId", "Description"]),
        "Stage": ("update", ["DeploymentId"]),
    }
    second = app("deploy", "--yes", "--json")
    assert second.code == 0, second.err
    assert [status_of(f"{url}/{path}") for path in ("open", "wide")] == [404, 200]
    assert planned(app) == {}

    refused = app("destroy", "--yes")
    assert refused.code == 2
    assert "--allow-data-loss Key" in refused.err
    destroyed = app("destroy", "--yes", "--allow-data-loss", "Key")
    assert destroyed.code == 0, destroyed.err
    kms, name = local_cloud.client("kms"), app.folder.name
    assert not [each for each in kms.list_aliases()["Aliases"] if each["AliasName"] == f"alias/{name}"]
    buses = local_cloud.client("events").list_event_buses()["EventBuses"]
    assert not [bus for bus in buses if bus["Name"].startswith(name)]
