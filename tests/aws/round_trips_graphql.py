"""Round trips of GraphQL APIs and their parts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World, trust

from fairway.aws.provider import Live

SDL = "type Query { ray(id: ID!): String rays: [String] }\n"
TEMPLATE = '{"version": "2018-05-29", "payload": "$ctx.args.id"}'


def _api(world: World) -> str:
    given = {"Name": "rays", "AuthenticationType": "API_KEY"}
    return str(world.once("GraphApi", "AWS::AppSync::GraphQLApi", given).attributes["ApiId"])


def _bare_api(world: World) -> str:
    """One whose schema nobody else leans on."""
    given = {"Name": "bare", "AuthenticationType": "API_KEY"}
    return str(world.once("BareApi", "AWS::AppSync::GraphQLApi", given).attributes["ApiId"])


def _with_schema(world: World) -> str:
    world.once("GraphSchema", "AWS::AppSync::GraphQLSchema", {"ApiId": _api(world), "Definition": SDL})
    return _api(world)


def _source(world: World) -> str:
    given = {"ApiId": _api(world), "Name": "nothing", "Type": "NONE"}
    return str(world.once("GraphSource", "AWS::AppSync::DataSource", given).attributes["Name"])


def _function(world: World) -> Live:
    given = {
        "ApiId": _api(world),
        "Name": "shared",
        "DataSourceName": _source(world),
        "RequestMappingTemplate": TEMPLATE,
        "FunctionVersion": "2018-05-29",
    }
    return world.once("GraphFunction", "AWS::AppSync::FunctionConfiguration", given)


def _role(world: World) -> str:
    role = world.once("AppSyncRole", "AWS::IAM::Role", {"AssumeRolePolicyDocument": trust("appsync")})
    return str(role.attributes["Arn"])


def _everything(world: World) -> Mapping[str, Any]:
    return {
        "Name": "all rays",
        "AuthenticationType": "AWS_IAM",
        "AdditionalAuthenticationProviders": [{"AuthenticationType": "API_KEY"}],
        "EnvironmentVariables": {"stage": "one"},
        "LogConfig": {"CloudWatchLogsRoleArn": _role(world), "FieldLogLevel": "ERROR"},
        "OwnerContact": "team",
        "QueryDepthLimit": 5,
        "XrayEnabled": True,
        "Tags": [{"Key": "team", "Value": "rays"}],
    }


ROWS = (
    Row(
        "defaults",
        "AWS::AppSync::GraphQLApi",
        {"Name": "rays", "AuthenticationType": "API_KEY"},
        {"Name": "beams"},
    ),
    Row(
        "all",
        "AWS::AppSync::GraphQLApi",
        _everything,
        {
            "EnvironmentVariables": None,
            "LogConfig": None,
            "OwnerContact": None,
            "QueryDepthLimit": None,
            "XrayEnabled": False,
            "Tags": [{"Key": "team", "Value": "beams"}],
        },
    ),
    Row(
        "schema",
        "AWS::AppSync::GraphQLSchema",
        lambda w: {"ApiId": _bare_api(w), "Definition": SDL},
        {"Definition": "type Query { beam: String }\n"},
        lasting=True,
    ),
    Row(
        "function",
        "AWS::AppSync::DataSource",
        lambda w: {
            "ApiId": _api(w),
            "Name": "maker",
            "Type": "AWS_LAMBDA",
            "ServiceRoleArn": _role(w),
            "LambdaConfig": {"LambdaFunctionArn": w.function.attributes["Arn"]},
        },
        {"Description": "makes rays"},
    ),
    Row(
        "table",
        "AWS::AppSync::DataSource",
        lambda w: {
            "ApiId": _api(w),
            "Name": "table",
            "Type": "AMAZON_DYNAMODB",
            "Description": "of rays",
            "ServiceRoleArn": _role(w),
            "DynamoDBConfig": {"AwsRegion": "us-east-1", "TableName": "rays", "UseCallerCredentials": False},
        },
        {
            "DynamoDBConfig": {"AwsRegion": "us-east-1", "TableName": "beams", "UseCallerCredentials": False},
            "Description": None,
        },
    ),
    Row(
        "unit",
        "AWS::AppSync::Resolver",
        lambda w: {
            "ApiId": _with_schema(w),
            "TypeName": "Query",
            "FieldName": "ray",
            "DataSourceName": _source(w),
            "RequestMappingTemplate": TEMPLATE,
            "ResponseMappingTemplate": "$util.toJson($ctx.result)",
        },
        {"ResponseMappingTemplate": '"beam"'},
    ),
    Row(
        "pipeline",
        "AWS::AppSync::Resolver",
        lambda w: {
            "ApiId": _with_schema(w),
            "TypeName": "Query",
            "FieldName": "rays",
            "Kind": "PIPELINE",
            "PipelineConfig": {"Functions": [_function(w).attributes["FunctionId"]]},
            "RequestMappingTemplate": "{}",
            "ResponseMappingTemplate": "$util.toJson($ctx.result)",
        },
        {"RequestMappingTemplate": '{"a": 1}'},
    ),
    Row(
        "step",
        "AWS::AppSync::FunctionConfiguration",
        lambda w: {
            "ApiId": _api(w),
            "Name": "step",
            "DataSourceName": _source(w),
            "RequestMappingTemplate": TEMPLATE,
            "FunctionVersion": "2018-05-29",
        },
        {"RequestMappingTemplate": "{}", "Description": "of rays"},
    ),
    Row(
        "key",
        "AWS::AppSync::ApiKey",
        lambda w: {"ApiId": _api(w), "Description": "mine", "Expires": int(time.time()) + 20 * 86400},
        {"Description": "yours"},
    ),
)
