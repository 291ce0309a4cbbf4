"""Round trips of REST APIs and HTTP APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World

TAGS = [{"Key": "team", "Value": "rays"}]
MOCK: Mapping[str, Any] = {
    "responses": {"200": {"description": "pong"}},
    "x-amazon-apigateway-integration": {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    },
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    ],
}


def document(*paths: str, title: str = "rays") -> Mapping[str, Any]:
    """An OpenAPI document whose methods answer by themselves."""
    return {
        "openapi": "3.0.1",
        "info": {"title": title, "version": "1"},
        "paths": {path: {"get": MOCK} for path in paths},
    }


REST: tuple[Row, ...] = (
    Row("plain", "AWS::ApiGateway::RestApi", {"Name": "rays"}, {"Description": "converts"}),
    Row(
        "all",
        "AWS::ApiGateway::RestApi",
        {
            "Name": "rays",
            "Description": "converts",
            "ApiKeySourceType": "AUTHORIZER",
            "BinaryMediaTypes": ["image/png"],
            "DisableExecuteApiEndpoint": True,
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "MinimumCompressionSize": 1024,
            "Policy": POLICY,
            "Version": "1",
            "Tags": TAGS,
        },
        {
            "Name": "beams",
            "Description": None,
            "ApiKeySourceType": None,
            "BinaryMediaTypes": ["*/*"],
            "DisableExecuteApiEndpoint": None,
            "EndpointConfiguration": {"Types": ["EDGE"]},
            "Tags": [{"Key": "team", "Value": "beams"}],
        },
    ),
    Row(
        "body",
        "AWS::ApiGateway::RestApi",
        {
            "Body": document("/ray"),
            "Name": "converter",
            "BinaryMediaTypes": ["image/png"],
            "Parameters": {"endpointConfigurationTypes": "REGIONAL"},
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
        },
        {"Body": document("/ray", "/beam")},
    ),
    Row(
        "nameless",
        "AWS::ApiGateway::RestApi",
        {"Body": document("/ray", title="titled")},
        {"Body": document("/beam", title="titled")},
    ),
    Row(
        "deployment",
        "AWS::ApiGateway::Deployment",
        lambda w: {
            "RestApiId": w.api,
            "Description": "first",
            "StageName": "made",
            "StageDescription": {
                "Description": "made with it",
                "MetricsEnabled": True,
                "Variables": {"level": "1"},
                "Tags": TAGS,
            },
        },
        {"Description": "second", "StageDescription": {"ThrottlingRateLimit": 5.5}},
        found=False,
    ),
    Row(
        "stage",
        "AWS::ApiGateway::Stage",
        lambda w: {"RestApiId": w.api, "DeploymentId": w.api_deployment, "StageName": "plain"},
        {"Variables": {"level": "1"}, "TracingEnabled": True},
    ),
    Row(
        "stage all",
        "AWS::ApiGateway::Stage",
        lambda w: {
            "RestApiId": w.api,
            "DeploymentId": w.api_deployment,
            "StageName": "full",
            "Description": "for rays",
            "AccessLogSetting": {"DestinationArn": w.log_group_arn, "Format": "$context.requestId"},
            "CacheClusterEnabled": True,
            "CacheClusterSize": "0.5",
            "CanarySetting": {"PercentTraffic": 10, "StageVariableOverrides": {"level": "2"}},
            "MethodSettings": [
                {"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True, "LoggingLevel": "INFO"},
                {"ResourcePath": "/ray/{id}", "HttpMethod": "GET", "ThrottlingRateLimit": 5.5},
            ],
            "TracingEnabled": True,
            "Variables": {"level": "1", "mode": "a/b~c"},
            "Tags": TAGS,
        },
        {
            "Description": None,
            "AccessLogSetting": None,
            "CanarySetting": None,
            "MethodSettings": [
                {"ResourcePath": "/*", "HttpMethod": "*", "DataTraceEnabled": True, "LoggingLevel": "ERROR"}
            ],
            "Variables": {"level": "2"},
            "Tags": [],
        },
    ),
)


def _under(world: World, **more: Any) -> Mapping[str, Any]:
    return {"RestApiId": world.api, **more}


ROWS = REST
