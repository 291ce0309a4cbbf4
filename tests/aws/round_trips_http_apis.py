"""Round trips of HTTP and WebSocket APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World

from fairway.aws.provider import Live

HTTP: Mapping[str, Any] = {"Name": "rays", "ProtocolType": "HTTP"}
SOCKET: Mapping[str, Any] = {
    "Name": "live rays",
    "ProtocolType": "WEBSOCKET",
    "RouteSelectionExpression": "$request.body.action",
}
URL = "https://example.com/rays"


def document(*paths: str, **more: Any) -> Mapping[str, Any]:
    """An OpenAPI document with these paths, tagged and open to one origin."""
    integration = {
        "type": "http_proxy",
        "httpMethod": "GET",
        "uri": URL,
        "payloadFormatVersion": "1.0",
    }
    operation = {"x-amazon-apigateway-integration": integration, "responses": {}}
    return {
        "openapi": "3.0.1",
        "info": {"title": "documented rays", "version": "1.0"},
        "paths": {path: {"get": operation} for path in paths},
        "tags": [{"name": "made", "x-amazon-apigateway-tag-value": "by hand"}],
        "x-amazon-apigateway-cors": {"allowOrigins": ["https://example.com"]},
        **more,
    }


def _http(world: World) -> str:
    return world.once("HttpApi", "AWS::ApiGatewayV2::Api", HTTP).identifier


def _socket(world: World) -> str:
    return world.once("SocketApi", "AWS::ApiGatewayV2::Api", SOCKET).identifier


def _integration(world: World) -> Live:
    settings = {
        "ApiId": _http(world),
        "IntegrationType": "HTTP_PROXY",
        "IntegrationMethod": "GET",
        "IntegrationUri": "https://example.com/shared",
        "PayloadFormatVersion": "1.0",
    }
    return world.once("HttpIntegration", "AWS::ApiGatewayV2::Integration", settings)


def _authorizer(world: World) -> str:
    settings: Mapping[str, Any] = {
        "ApiId": _http(world),
        "Name": "shared",
        "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": {"Audience": ["rays"], "Issuer": "https://example.com"},
    }
    return str(world.once("Jwt", "AWS::ApiGatewayV2::Authorizer", settings).ref)


def _deployable(world: World) -> str:
    """An API with a route, which a deployment needs."""
    target = f"integrations/{_integration(world).ref}"
    settings = {"ApiId": _http(world), "RouteKey": "GET /shared", "Target": target}
    world.once("HttpRoute", "AWS::ApiGatewayV2::Route", settings)
    return _http(world)


def _deployment(world: World) -> str:
    settings = {"ApiId": _deployable(world), "Description": "shared"}
    return str(world.once("HttpDeployment", "AWS::ApiGatewayV2::Deployment", settings).ref)


def _invocation(world: World) -> str:
    function = world.function.attributes["Arn"]
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"


APIS = (
    Row("plain", "AWS::ApiGatewayV2::Api", HTTP, {"Name": "beams"}),
    Row(
        "all",
        "AWS::ApiGatewayV2::Api",
        {
            **HTTP,
            "Description": "rays for all",
            "Version": "1",
            "DisableExecuteApiEndpoint": True,
            "IpAddressType": "dualstack",
            "RouteSelectionExpression": "${request.method} ${request.path}",
            "CorsConfiguration": {
                "AllowCredentials": True,
                "AllowHeaders": ["x-ray"],
                "AllowMethods": ["GET", "POST"],
                "AllowOrigins": ["https://example.com"],
                "ExposeHeaders": ["x-beam"],
                "MaxAge": 60,
            },
            "Tags": {"team": "rays"},
        },
        {
            "Description": None,
            "Version": None,
            "DisableExecuteApiEndpoint": None,
            "IpAddressType": None,
            "CorsConfiguration": None,
            "Tags": {"team": "beams"},
        },
    ),
    Row(
        "cors",
        "AWS::ApiGatewayV2::Api",
        {**HTTP, "CorsConfiguration": {"AllowOrigins": ["https://example.com"], "MaxAge": 5}},
        {"CorsConfiguration": {"AllowOrigins": ["*"]}},
    ),
    Row(
        "web socket",
        "AWS::ApiGatewayV2::Api",
        {
            **SOCKET,
            "ApiKeySelectionExpression": "$context.authorizer.usageIdentifierKey",
            "DisableSchemaValidation": True,
        },
        {
            "RouteSelectionExpression": "$request.body.kind",
            "ApiKeySelectionExpression": None,
            "DisableSchemaValidation": None,
        },
    ),
    Row(
        "quickly created",
        "AWS::ApiGatewayV2::Api",
        lambda w: {
            **HTTP,
            "Target": w.function.attributes["Arn"],
            "RouteKey": "GET /quick",
            "CredentialsArn": w.role,
        },
        {"Target": URL, "RouteKey": "GET /quicker"},
    ),
    Row(
        "imported",
        "AWS::ApiGatewayV2::Api",
        {"Body": document("/rays"), "BasePath": "ignore", "FailOnWarnings": True},
        {"Body": document("/rays", "/beams"), "Tags": {"team": "beams"}},
    ),
    Row(
        "imported with more",
        "AWS::ApiGatewayV2::Api",
        {
            "Body": document("/rays"),
            "Name": "said twice",
            "Description": "not in the document",
            "CorsConfiguration": {"AllowOrigins": ["*"]},
            "DisableExecuteApiEndpoint": True,
            "Tags": {"team": "rays"},
        },
        {"Body": document("/beams"), "Description": "changed"},
    ),
)

PARTS = (
    Row(
        "integration",
        "AWS::ApiGatewayV2::Integration",
        lambda w: {
            "ApiId": _http(w),
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": _invocation(w),
            "PayloadFormatVersion": "2.0",
            "TimeoutInMillis": 5000,
            "Description": "converts",
            "CredentialsArn": w.role,
        },
        {
            "TimeoutInMillis": 6000,
            "PayloadFormatVersion": None,
            "Description": None,
            "CredentialsArn": None,
        },
    ),
    Row(
        "parameters",
        "AWS::ApiGatewayV2::Integration",
        lambda w: {
            "ApiId": _http(w),
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": "ANY",
            "IntegrationUri": URL,
            "PayloadFormatVersion": "1.0",
            "ConnectionType": "VPC_LINK",
            "ConnectionId": "rays",
            "TlsConfig": {"ServerNameToVerify": "example.com"},
            "RequestParameters": {"overwrite:path": "$request.path", "append:header.ray": "'1'"},
            "ResponseParameters": {
                "200": {
                    "ResponseParameters": [
                        {"Source": "204", "Destination": "overwrite:statuscode"},
                        {"Source": "$context.requestId", "Destination": "append:header.id"},
                    ]
                },
                "500": {"ResponseParameters": [{"Source": "503", "Destination": "overwrite:statuscode"}]},
            },
        },
        {
            "TlsConfig": {"ServerNameToVerify": "www.example.com"},
            "RequestParameters": {"overwrite:path": "/rays"},
            "ResponseParameters": {
                "200": {"ResponseParameters": [{"Source": "201", "Destination": "overwrite:statuscode"}]}
            },
        },
    ),
    Row(
        "service",
        "AWS::ApiGatewayV2::Integration",
        lambda w: {
            "ApiId": _http(w),
            "IntegrationType": "AWS_PROXY",
            "IntegrationSubtype": "SQS-SendMessage",
            "PayloadFormatVersion": "1.0",
            "CredentialsArn": w.role,
            "RequestParameters": {"QueueUrl": w.queue.identifier, "MessageBody": "$request.body"},
        },
        lambda w: {"RequestParameters": {"QueueUrl": w.queue.identifier, "MessageBody": "'ray'"}},
    ),
    Row(
        "web socket",
        "AWS::ApiGatewayV2::Integration",
        lambda w: {
            "ApiId": _socket(w),
            "IntegrationType": "MOCK",
            "ContentHandlingStrategy": "CONVERT_TO_TEXT",
            "PassthroughBehavior": "NEVER",
            "RequestTemplates": {"200": '{"statusCode": 200}'},
            "TemplateSelectionExpression": "200",
        },
        {"RequestTemplates": {"200": '{"statusCode": 201}'}, "PassthroughBehavior": None},
    ),
    Row(
        "route",
        "AWS::ApiGatewayV2::Route",
        lambda w: {
            "ApiId": _http(w),
            "RouteKey": "GET /rays",
            "Target": f"integrations/{_integration(w).ref}",
            "AuthorizationType": "JWT",
            "AuthorizerId": _authorizer(w),
            "AuthorizationScopes": ["rays/read"],
            "OperationName": "ListRays",
        },
        {
            "RouteKey": "GET /beams",
            "AuthorizationType": None,
            "AuthorizerId": None,
            "AuthorizationScopes": None,
            "OperationName": None,
        },
    ),
    Row(
        "web socket",
        "AWS::ApiGatewayV2::Route",
        lambda w: {
            "ApiId": _socket(w),
            "RouteKey": "$connect",
            "ApiKeyRequired": True,
            "ModelSelectionExpression": "$request.body.kind",
            "RequestModels": {"ray": "Ray"},
            "RequestParameters": {
                "route.request.querystring.ray": {"Required": True},
                "route.request.querystring.beam": {"Required": False},
            },
            "RouteResponseSelectionExpression": "$default",
        },
        {
            "ApiKeyRequired": None,
            "RequestModels": {"ray": "Beam"},
            "RequestParameters": {"route.request.querystring.ray": {"Required": False}},
            "RouteResponseSelectionExpression": None,
        },
    ),
    Row(
        "of its own deploying",
        "AWS::ApiGatewayV2::Stage",
        lambda w: {"ApiId": _http(w), "StageName": "$default", "AutoDeploy": True},
        {"AutoDeploy": None},
    ),
    Row(
        "all",
        "AWS::ApiGatewayV2::Stage",
        lambda w: {
            "ApiId": _deployable(w),
            "StageName": "prod",
            "Description": "for all",
            "DeploymentId": _deployment(w),
            "ClientCertificateId": "rays",
            "AccessLogSettings": {
                "DestinationArn": w.once("LogGroup", "AWS::Logs::LogGroup", {}).attributes["Arn"],
                "Format": "$context.requestId",
            },
            "DefaultRouteSettings": {"DetailedMetricsEnabled": True, "ThrottlingBurstLimit": 5},
            "RouteSettings": {
                "GET /shared": {"ThrottlingRateLimit": 2.5, "ThrottlingBurstLimit": 3},
                "GET /rays": {"ThrottlingBurstLimit": 1},
            },
            "StageVariables": {"ray": "1", "beam": "2"},
            "Tags": {"team": "rays"},
        },
        {
            "Description": None,
            "ClientCertificateId": None,
            "AccessLogSettings": None,
            "DefaultRouteSettings": {"ThrottlingBurstLimit": 6},
            "RouteSettings": {"GET /shared": {"ThrottlingBurstLimit": 4}},
            "StageVariables": {"ray": "3"},
            "Tags": {"team": "beams"},
        },
    ),
    Row(
        "plain",
        "AWS::ApiGatewayV2::Deployment",
        lambda w: {"ApiId": _deployable(w), "Description": "first"},
        {"Description": "one"},
    ),
    Row(
        "tokens",
        "AWS::ApiGatewayV2::Authorizer",
        lambda w: {
            "ApiId": _http(w),
            "Name": "tokens",
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Audience": ["rays"], "Issuer": "https://example.com"},
        },
        {
            "Name": "more tokens",
            "JwtConfiguration": {"Audience": ["rays", "beams"], "Issuer": "https://example.com"},
        },
    ),
    Row(
        "function",
        "AWS::ApiGatewayV2::Authorizer",
        lambda w: {
            "ApiId": _http(w),
            "Name": "function",
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": _invocation(w),
            "AuthorizerCredentialsArn": w.role,
            "AuthorizerPayloadFormatVersion": "2.0",
            "AuthorizerResultTtlInSeconds": 60,
            "EnableSimpleResponses": True,
            "IdentitySource": ["$request.header.Authorization"],
        },
        {
            "AuthorizerCredentialsArn": None,
            "AuthorizerResultTtlInSeconds": 0,
            "EnableSimpleResponses": None,
        },
    ),
    Row(
        "without sources",
        "AWS::ApiGatewayV2::Authorizer",
        lambda w: {
            "ApiId": _http(w),
            "Name": "everybody",
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": _invocation(w),
            "AuthorizerPayloadFormatVersion": "2.0",
        },
        {"IdentitySource": ["$request.header.Authorization"]},
    ),
)

ROWS = (*APIS, *PARTS)
