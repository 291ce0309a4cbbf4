"""Round trips of REST APIs and HTTP APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World

from fairway.model.values import Secret

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


PARTS: tuple[Row, ...] = (
    Row(
        "path",
        "AWS::ApiGateway::Resource",
        lambda w: {"RestApiId": w.api, "ParentId": w.api_root, "PathPart": "{id}"},
    ),
    Row(
        "plain",
        "AWS::ApiGateway::Method",
        lambda w: {**_on(w, "Plain"), "HttpMethod": "GET", "AuthorizationType": "NONE"},
        {"ApiKeyRequired": True, "RequestParameters": {"method.request.querystring.unit": True}},
    ),
    Row(
        "mock",
        "AWS::ApiGateway::Method",
        lambda w: {
            **_on(w, "Mock"),
            "HttpMethod": "OPTIONS",
            "AuthorizationType": "NONE",
            "OperationName": "options",
            "RequestModels": {"application/json": "Empty"},
            "RequestParameters": {"method.request.header.X-Ray": False},
            "MethodResponses": [
                {
                    "StatusCode": "200",
                    "ResponseModels": {"application/json": "Empty"},
                    "ResponseParameters": {"method.response.header.Access-Control-Allow-Origin": True},
                },
                {"StatusCode": "404"},
            ],
            "Integration": {
                "Type": "MOCK",
                "PassthroughBehavior": "WHEN_NO_MATCH",
                "RequestTemplates": {"application/json": '{"statusCode": 200}'},
                "IntegrationResponses": [
                    {
                        "StatusCode": "200",
                        "ResponseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"},
                    },
                    {"StatusCode": "404", "SelectionPattern": "404"},
                ],
            },
        },
        {
            "OperationName": None,
            "RequestParameters": {"method.request.header.X-Beam": True},
            "MethodResponses": [
                {"StatusCode": "200", "ResponseModels": {"application/json": "Error"}},
                {"StatusCode": 500},
            ],
            "Integration": {
                "Type": "MOCK",
                "RequestTemplates": {"application/json": '{"statusCode": 500}'},
                "IntegrationResponses": [{"StatusCode": "500", "ResponseTemplates": {"text/plain": "no"}}],
            },
        },
    ),
    Row(
        "function",
        "AWS::ApiGateway::Method",
        lambda w: {
            **_on(w, "Function"),
            "HttpMethod": "POST",
            "AuthorizationType": "NONE",
            "Integration": {
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": invocation(w),
                "TimeoutInMillis": 5000,
            },
        },
        lambda w: {
            "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": invocation(w)}
        },
    ),
    Row(
        "model",
        "AWS::ApiGateway::Model",
        lambda w: {"RestApiId": w.api, "Schema": {"type": "object"}, "ContentType": "application/json"},
        {"Schema": {"type": "string"}, "Description": "a ray"},
    ),
    Row(
        "token",
        "AWS::ApiGateway::Authorizer",
        lambda w: {
            "RestApiId": w.api,
            "Name": "token",
            "Type": "TOKEN",
            "AuthorizerUri": invocation(w),
            "IdentitySource": "method.request.header.Authorization",
            "IdentityValidationExpression": "^Bearer",
        },
        {"AuthorizerResultTtlInSeconds": 0, "IdentityValidationExpression": None},
    ),
    Row(
        "validator",
        "AWS::ApiGateway::RequestValidator",
        lambda w: {"RestApiId": w.api, "ValidateRequestBody": True},
        {"ValidateRequestBody": None, "ValidateRequestParameters": True},
    ),
    Row(
        "refusal",
        "AWS::ApiGateway::GatewayResponse",
        lambda w: {
            "RestApiId": w.api,
            "ResponseType": "MISSING_AUTHENTICATION_TOKEN",
            "StatusCode": "404",
            "ResponseTemplates": {"application/json": '{"message": "no such path"}'},
        },
        {"StatusCode": "410", "ResponseParameters": {"gatewayresponse.header.X-Ray": "'none'"}},
    ),
    Row(
        "logs",
        "AWS::ApiGateway::Account",
        lambda w: {"CloudWatchRoleArn": w.gateway_role},
        {"CloudWatchRoleArn": None},
        lasting=True,
    ),
)

KEYS: tuple[Row, ...] = (
    Row(
        "key",
        "AWS::ApiGateway::ApiKey",
        {"Enabled": True, "Description": "of a partner", "Tags": TAGS},
        {"Enabled": False, "Description": None, "CustomerId": "c1", "Tags": []},
    ),
    Row(
        "key with stage",
        "AWS::ApiGateway::ApiKey",
        lambda w: {
            "Value": Secret("0123456789abcdefghij"),
            "StageKeys": [{"RestApiId": w.api, "StageName": w.api_stage}],
        },
        {"StageKeys": []},
    ),
    Row(
        "plan",
        "AWS::ApiGateway::UsagePlan",
        lambda w: {
            "Description": "for partners",
            "Quota": {"Limit": 100, "Period": "DAY"},
            "Throttle": {"BurstLimit": 5, "RateLimit": 2.5},
            "ApiStages": [
                {
                    "ApiId": w.api,
                    "Stage": w.api_stage,
                    "Throttle": {"/ray/{id}/GET": {"BurstLimit": 2, "RateLimit": 1}},
                }
            ],
            "Tags": TAGS,
        },
        lambda w: {
            "Description": None,
            "Quota": {"Limit": 200, "Period": "WEEK"},
            "Throttle": None,
            "ApiStages": [{"ApiId": w.api, "Stage": w.api_stage}],
            "Tags": [],
        },
    ),
    Row("empty plan", "AWS::ApiGateway::UsagePlan", {}, {"Throttle": {"BurstLimit": 5, "RateLimit": 2}}),
    Row(
        "plan key",
        "AWS::ApiGateway::UsagePlanKey",
        lambda w: {"KeyId": w.api_key, "KeyType": "API_KEY", "UsagePlanId": w.usage_plan},
    ),
)


def invocation(world: World) -> str:
    """The URI by which a REST API invokes the function."""
    arn = world.function.attributes["Arn"]
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"


def _on(world: World, name: str) -> Mapping[str, Any]:
    """A resource of its own for a method."""
    given = {"RestApiId": world.api, "ParentId": world.api_root, "PathPart": name.lower()}
    made = world.once(f"Path{name}", "AWS::ApiGateway::Resource", given)
    return {"RestApiId": world.api, "ResourceId": made.ref}


ROWS = (*REST, *PARTS, *KEYS)
