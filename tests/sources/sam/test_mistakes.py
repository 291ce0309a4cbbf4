"""Everything wrong with a SAM template is said at once, with its line and in words that help."""

from __future__ import annotations

import pytest
from tests.sources.sam.conftest import HEADER, LoadSam

MISTAKES = """\
Globals:
  Function:
    Runtime: python3.12
    Timout: 3                                   #! Globals.Function cannot hold Timout | did you mean Timeout?
  Functions: {}                                 #! Globals has no section Functions | did you mean Function?
Resources:
  A:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handlr: app.handler                       #! has no property Handlr | did you mean Handler?
      Policies:
        - DynamoDBCrudPolicies: {TableName: x}  #! no policy template DynamoDBCrudPolicies | DynamoDBCrudPol
        - DynamoDBReadPolicy: {}                #! DynamoDBReadPolicy needs TableName
      Events:
        E1:
          Type: Apii                            #! Events.E1: there is no event type Apii | did you mean Api?
          Properties: {Path: /x, Method: get}
        E2:
          Type: Api
          Properties: {Path: /x}                #! Events.E2 needs Method
        E3:
          Type: SQS
          Properties: {Queue: x, Batch: 5}      #! Events.E3 has no property Batch | did you mean BatchSize?
        E4:
          Type: Schedule
          Properties: rate(1 minute)            #! Events.E4 must be a map
        E5: hello                               #! Events.E5 must be a map
  B:
    Type: AWS::Serverless::Functoin             #! SAM has no type AWS::Serverless::Functoin | ::Function?
    Properties: {}
  C:
    Type: AWS::Serverless::Api
    Properties:                                 #! AWS::Serverless::Api needs StageName
      Name: x
      Cors: [a]                                 #! Cors must be a map or text
  D:                                            #! D: the function has no code | give CodeUri
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
  E:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: {Bucket: x}                   #! ContentUri needs Key
  F:
    Type: AWS::Serverless::Function
    Properties: [1]                             #! F: Properties must be a map
  G:
    Type: AWS::Serverless::SimpleTable
    Propertis: {}                               #! has no property Propertis | did you mean Properties?
  H:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: a.b
      Tracing: Sometimes                        #! Tracing may be Active, PassThrough, Disabled
      AutoPublishAlias: [x]                     #! AutoPublishAlias must be
      VpcConfig: {SubnetId: x}
  I:
    Type: AWS::Serverless::Connector
    Properties:
      Source: {Id: Nope}                        #! Unable to find resource with logical ID 'Nope'
      Destination: {Id: J}
      Permissions: [Reed]                       #! Permissions.0 may be Read, Write, not Reed
  J:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: a.b
      Policies: AWSLambdaRol                    #! no managed policy AWSLambdaRol | mean AWSLambdaRole?
      Timeout: soon                             #! Timeout must be a
  K:                                            #! SAM generates KRole (AWS::IAM::Role) for it | rename KRole
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: a.b}
  KRole:
    Type: AWS::SNS::Topic
  L:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: x
      Handler: a.b
      CodeUri: src                              #! InlineCode and CodeUri exclude each other
  M:
    Type: AWS::Serverless::Application
    Properties:
      Location: {ApplicationId: a, SemanticVersion: 1.0.0}  #! Application Repository | local template
  N:
    Type: AWS::Serverless::Function
    IgnoreGlobals: "*"
    Properties:
      PackageType: Image                        #! container images are not supported yet
  O:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      CodeUri: !GetAtt KRole.TopicName          #! CodeUri must be a local path, an s3:// URI
"""


def expected() -> list[tuple[int, str, str]]:
    """Each mistake's line with what its message and its advice must hold."""
    marked = [(n, line) for n, line in enumerate((HEADER + MISTAKES).splitlines(), 1) if "#! " in line]
    split = [(n, *line.partition("#! ")[2].partition(" | ")) for n, line in marked]
    return [(n, message.strip(), advice.strip()) for n, message, _, advice in split]


def test_all_mistakes_are_said_at_once_each_with_its_line(load_sam: LoadSam) -> None:
    _, findings = load_sam(MISTAKES)

    said = [(f.location.line if f.location else 0, f.message, f.next) for f in findings]
    missed = [
        wanted
        for wanted in expected()
        if not any(n == wanted[0] and wanted[1] in m and wanted[2] in a for n, m, a in said)
    ]
    assert missed == []
    lines = {wanted[0] for wanted in expected()}
    assert [finding for finding in said if finding[0] not in lines] == []


def test_a_mistake_is_said_once(load_sam: LoadSam) -> None:
    _, findings = load_sam(MISTAKES)

    assert len(findings) == len(expected())


@pytest.mark.parametrize("properties", ["", "Properties: {}", "Properties: {AutoPublishAlias: live}"])
def test_a_function_without_code_gets_one_finding(load_sam: LoadSam, properties: str) -> None:
    _, findings = load_sam(f"Resources:\n  A:\n    Type: AWS::Serverless::Function\n    {properties}\n")

    assert [finding.code for finding in findings] == ["sam.invalid"]


@pytest.mark.parametrize("properties", ["[]", '""', "0", "text"])
def test_properties_that_are_no_map_are_refused(load_sam: LoadSam, properties: str) -> None:
    _, findings = load_sam(
        f"Resources:\n  A:\n    Type: AWS::Serverless::SimpleTable\n    Properties: {properties}\n"
    )

    assert [finding.message for finding in findings] == ["A: Properties must be a map"]


def test_one_broken_resource_does_not_hide_the_others(load_sam: LoadSam) -> None:
    definition, findings = load_sam("""\
        Resources:
          Broken: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
          Whole: {Type: AWS::Serverless::SimpleTable}
        Outputs:
          Role: {Value: !GetAtt BrokenRole.Arn}
        """)

    assert [finding.message for finding in findings] == ["Broken: the function has no code"]
    assert definition.resources["Whole"].type == "AWS::DynamoDB::Table"
