"""Messages about generated resources point at what the user wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources.sam.conftest import LoadSam

from fairway.model.graph import Definition

TEMPLATE = """\
Globals:
  Api:
    TracingEnabled: true
  Function:
    Runtime: python3.12
    Layers: [!Ref Libs]
    Environment:
      Variables:
        STAGE: dev
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Tracing: Active
      AutoPublishAlias: live
      Layers:
        - arn:aws:lambda:eu-west-1:123456789012:layer:x:1
      Policies:
        - AWSLambdaRole
      Environment:
        Variables:
          TABLE: !Ref Items
      Events:
        Get:
          Type: Api
          Properties: {Path: /hello, Method: get}
        Work:
          Type: SQS
          Properties:
            Queue: !GetAtt Jobs.Arn
            BatchSize: 5
        Tick:
          Type: Schedule
          Properties:
            Schedule: rate(5 minutes)
      FunctionUrlConfig:
        AuthType: NONE
    Connectors:
      ToItems:
        Properties:
          Destination: {Id: Items}
          Permissions: [Read]
  Jobs:
    Type: AWS::SQS::Queue
  Items:
    Type: AWS::Serverless::SimpleTable
    Properties:
      PrimaryKey: {Name: id, Type: String}
  Libs:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: layer
"""


@pytest.fixture
def definition(load_sam: LoadSam) -> Definition:
    loaded, findings = load_sam(TEMPLATE)
    assert findings == ()
    return loaded


def line_of(text: str) -> int:
    """The line of the written file that holds a text; the header is its first."""
    return 2 + next(number for number, line in enumerate(TEMPLATE.splitlines()) if text in line)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("Hello", "  Hello:"),
        ("HelloRole", "  Hello:"),
        ("HelloAliaslive", "AutoPublishAlias"),
        ("HelloUrl", "FunctionUrlConfig"),
        ("HelloUrlPublicPermissions", "FunctionUrlConfig"),
        ("HelloGetPermissionProd", "        Get:"),
        ("HelloWork", "        Work:"),
        ("HelloTick", "        Tick:"),
        ("HelloTickPermission", "        Tick:"),
        ("HelloToItemsPolicy", "      ToItems:"),
        ("ServerlessRestApi", "        Get:"),
        ("ServerlessRestApiProdStage", "        Get:"),
        ("Jobs", "  Jobs:"),
        ("Items", "  Items:"),
    ],
)
def test_a_generated_resource_points_at_what_it_was_generated_for(
    definition: Definition, address: str, written: str
) -> None:
    assert definition.resources[address].location.line == line_of(written)


@pytest.mark.parametrize(
    ("address", "path", "written"),
    [
        ("Hello", ("Runtime",), "Runtime:"),
        ("Hello", ("Code",), "CodeUri:"),
        ("Hello", ("TracingConfig", "Mode"), "Tracing:"),
        ("Hello", ("Layers", 0), "Layers: [!Ref Libs]"),
        ("Hello", ("Layers", 1), "layer:x:1"),
        ("Hello", ("Environment", "Variables", "STAGE"), "STAGE:"),
        ("Hello", ("Environment", "Variables", "TABLE"), "TABLE:"),
        ("HelloRole", ("ManagedPolicyArns",), "      Policies:"),
        ("HelloWork", ("BatchSize",), "BatchSize:"),
        ("HelloWork", ("EventSourceArn",), "Queue: "),
        ("HelloTick", ("ScheduleExpression",), "Schedule: rate"),
        ("HelloUrl", ("AuthType",), "AuthType:"),
        ("Items", ("KeySchema",), "PrimaryKey:"),
        ("ServerlessRestApiProdStage", ("TracingEnabled",), "TracingEnabled:"),
        ("ServerlessRestApi", ("Body", "paths", "/hello", "get"), "        Get:"),
    ],
)
def test_a_generated_property_points_at_the_property_it_comes_from(
    definition: Definition, address: str, path: tuple[str | int, ...], written: str
) -> None:
    assert definition.resources[address].locate(path).line == line_of(written)


def test_the_parts_of_a_graphql_api_point_at_their_own_blocks(load_sam: LoadSam, project: Path) -> None:
    (project / "schema.graphql").write_text("type Query { item: String } schema { query: Query }")
    text = """\
Resources:
  Shop:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaUri: schema.graphql
      Auth: {Type: API_KEY}
      DataSources:
        DynamoDb:
          Source: {TableName: items, TableArn: "arn:aws:dynamodb:eu-west-1:123456789012:table/items"}
      Functions:
        get: {Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, DataSource: Source, InlineCode: "code"}
      Resolvers:
        Query:
          item: {Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, Pipeline: [get]}
"""
    definition, findings = load_sam(text)

    assert findings == ()
    lines = {resource.address: resource.location.line for resource in definition.resources.values()}
    assert definition.resources["ShopSchema"].properties["Definition"]
    assert (lines["Shopget"], lines["ShopQueryitem"], lines["ShopSourceDynamoDBDataSource"]) == (12, 15, 10)
