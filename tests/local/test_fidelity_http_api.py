"""HTTP APIs and their parts answer what they were told, and OpenAPI documents become HTTP APIs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local.round_trip import Do, Trip, travel

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
API = Do("create_api", {"Name": "rt", "ProtocolType": "HTTP"}, {"api": "ApiId"})
INTEGRATION = Do(
    "create_integration",
    {
        "ApiId": "<api>",
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": FUNCTION,
        "PayloadFormatVersion": "2.0",
    },
    {"integration": "IntegrationId"},
)
ROUTE = Do(
    "create_route",
    {"ApiId": "<api>", "RouteKey": "GET /", "Target": "integrations/<integration>"},
    {"route": "RouteId"},
)
DEPLOYMENT = Do("create_deployment", {"ApiId": "<api>", "Description": "d"}, {"deployment": "DeploymentId"})
CORS = {
    "AllowCredentials": True,
    "AllowHeaders": ["x"],
    "AllowMethods": ["GET"],
    "AllowOrigins": ["https://a"],
    "ExposeHeaders": ["y"],
    "MaxAge": 5,
}

TRIPS = (
    Trip(
        id="api",
        service="apigatewayv2",
        create=Do(
            "create_api",
            {
                "Name": "n",
                "ProtocolType": "HTTP",
                "Description": "d",
                "Version": "1",
                "CorsConfiguration": CORS,
                "DisableExecuteApiEndpoint": True,
                "Tags": {"a": "b"},
            },
            {"api": "ApiId"},
        ),
        read=Do("get_api", {"ApiId": "<api>"}),
        update=(
            Do(
                "update_api",
                {
                    "ApiId": "<api>",
                    "Name": "m",
                    "Description": "e",
                    "DisableExecuteApiEndpoint": False,
                    "CorsConfiguration": {"AllowOrigins": ["*"]},
                },
            ),
        ),
        then={
            "Name": "m",
            "Description": "e",
            "DisableExecuteApiEndpoint": False,
            "CorsConfiguration": {"AllowOrigins": ["*"]},
        },
        delete=Do("delete_api", {"ApiId": "<api>"}),
        missing="NotFoundException: Invalid API identifier specified",
    ),
    Trip(
        id="integration",
        service="apigatewayv2",
        before=(API,),
        create=Do(
            "create_integration",
            {
                "ApiId": "<api>",
                "IntegrationType": "HTTP_PROXY",
                "IntegrationUri": "https://example.org",
                "IntegrationMethod": "GET",
                "Description": "d",
                "ConnectionType": "VPC_LINK",
                "ConnectionId": "c",
                "PayloadFormatVersion": "1.0",
                "TimeoutInMillis": 1000,
                "RequestParameters": {"overwrite:header.a": "b"},
                "ResponseParameters": {"200": {"overwrite:header.a": "b"}},
                "TlsConfig": {"ServerNameToVerify": "x"},
                "CredentialsArn": "arn:aws:iam::123456789012:role/r",
            },
            {"integration": "IntegrationId"},
        ),
        read=Do("get_integration", {"ApiId": "<api>", "IntegrationId": "<integration>"}),
        reads={
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": "https://example.org",
            "IntegrationMethod": "GET",
            "Description": "d",
            "ConnectionType": "VPC_LINK",
            "ConnectionId": "c",
            "TimeoutInMillis": 1000,
            "RequestParameters": {"overwrite:header.a": "b"},
            "ResponseParameters": {"200": {"overwrite:header.a": "b"}},
            "TlsConfig": {"ServerNameToVerify": "x"},
            "CredentialsArn": "arn:aws:iam::123456789012:role/r",
        },
        update=(
            Do(
                "update_integration",
                {
                    "ApiId": "<api>",
                    "IntegrationId": "<integration>",
                    "TimeoutInMillis": 2000,
                    "Description": "e",
                    "RequestParameters": {"overwrite:header.a": "", "append:header.c": "d"},
                },
            ),
        ),
        then={"TimeoutInMillis": 2000, "Description": "e", "RequestParameters": {"append:header.c": "d"}},
        delete=Do("delete_integration", {"ApiId": "<api>", "IntegrationId": "<integration>"}),
        missing="NotFoundException: Invalid Integration identifier specified",
    ),
    Trip(
        id="route",
        service="apigatewayv2",
        before=(API, INTEGRATION),
        create=Do(
            "create_route",
            {
                "ApiId": "<api>",
                "RouteKey": "GET /a",
                "Target": "integrations/<integration>",
                "AuthorizationType": "JWT",
                "AuthorizerId": "x",
                "AuthorizationScopes": ["s"],
                "OperationName": "o",
            },
            {"route": "RouteId"},
        ),
        read=Do("get_route", {"ApiId": "<api>", "RouteId": "<route>"}),
        reads={
            "RouteKey": "GET /a",
            "Target": "integrations/<integration>",
            "AuthorizationType": "JWT",
            "AuthorizerId": "x",
            "AuthorizationScopes": ["s"],
            "OperationName": "o",
        },
        update=(
            Do(
                "update_route",
                {
                    "ApiId": "<api>",
                    "RouteId": "<route>",
                    "RouteKey": "GET /b",
                    "AuthorizationType": "NONE",
                    "AuthorizationScopes": [],
                },
            ),
        ),
        then={"RouteKey": "GET /b", "AuthorizationType": "NONE", "AuthorizationScopes": []},
        delete=Do("delete_route", {"ApiId": "<api>", "RouteId": "<route>"}),
        missing="NotFoundException: Invalid Route identifier specified",
    ),
    Trip(
        id="stage",
        service="apigatewayv2",
        before=(API, INTEGRATION, ROUTE, DEPLOYMENT),
        create=Do(
            "create_stage",
            {
                "ApiId": "<api>",
                "StageName": "s",
                "Description": "d",
                "DeploymentId": "<deployment>",
                "AutoDeploy": False,
                "StageVariables": {"a": "b"},
                "Tags": {"a": "b"},
                "AccessLogSettings": {"DestinationArn": "arn:x", "Format": "f"},
                "DefaultRouteSettings": {
                    "DetailedMetricsEnabled": True,
                    "ThrottlingBurstLimit": 5,
                    "ThrottlingRateLimit": 1.5,
                },
                "RouteSettings": {"GET /": {"ThrottlingBurstLimit": 2}},
            },
        ),
        read=Do("get_stage", {"ApiId": "<api>", "StageName": "s"}),
        reads={
            "Description": "d",
            "DeploymentId": "<deployment>",
            "AutoDeploy": False,
            "StageVariables": {"a": "b"},
            "Tags": {"a": "b"},
            "AccessLogSettings": {"DestinationArn": "arn:x", "Format": "f"},
            "DefaultRouteSettings": {
                "DetailedMetricsEnabled": True,
                "ThrottlingBurstLimit": 5,
                "ThrottlingRateLimit": 1.5,
            },
            "RouteSettings": {"GET /": {"ThrottlingBurstLimit": 2}},
        },
        update=(
            Do(
                "update_stage",
                {
                    "ApiId": "<api>",
                    "StageName": "s",
                    "Description": "e",
                    "AutoDeploy": True,
                    "StageVariables": {"a": "", "c": "d"},
                    "DefaultRouteSettings": {"ThrottlingBurstLimit": 6},
                },
            ),
            Do("delete_access_log_settings", {"ApiId": "<api>", "StageName": "s"}),
            Do("delete_route_settings", {"ApiId": "<api>", "StageName": "s", "RouteKey": "GET /"}),
        ),
        then={
            "Description": "e",
            "AutoDeploy": True,
            "StageVariables": {"c": "d"},
            "AccessLogSettings": None,
            "RouteSettings": {},
            "DefaultRouteSettings": {"DetailedMetricsEnabled": True, "ThrottlingBurstLimit": 6},
        },
        delete=Do("delete_stage", {"ApiId": "<api>", "StageName": "s"}),
        missing="NotFoundException: Invalid stage identifier specified",
    ),
    Trip(
        id="deployment",
        service="apigatewayv2",
        before=(API, INTEGRATION, ROUTE),
        create=DEPLOYMENT,
        read=Do("get_deployment", {"ApiId": "<api>", "DeploymentId": "<deployment>"}),
        reads={"Description": "d", "DeploymentStatus": "DEPLOYED", "AutoDeployed": False},
        update=(
            Do("update_deployment", {"ApiId": "<api>", "DeploymentId": "<deployment>", "Description": "e"}),
        ),
        then={"Description": "e"},
        delete=Do("delete_deployment", {"ApiId": "<api>", "DeploymentId": "<deployment>"}),
        missing="NotFoundException",
    ),
    Trip(
        id="authorizer",
        service="apigatewayv2",
        before=(API,),
        create=Do(
            "create_authorizer",
            {
                "ApiId": "<api>",
                "Name": "n",
                "AuthorizerType": "REQUEST",
                "AuthorizerUri": FUNCTION,
                "AuthorizerPayloadFormatVersion": "2.0",
                "IdentitySource": ["$request.header.a"],
                "EnableSimpleResponses": True,
                "AuthorizerResultTtlInSeconds": 5,
                "AuthorizerCredentialsArn": "arn:aws:iam::123456789012:role/r",
            },
            {"authorizer": "AuthorizerId"},
        ),
        read=Do("get_authorizer", {"ApiId": "<api>", "AuthorizerId": "<authorizer>"}),
        reads={
            "Name": "n",
            "AuthorizerType": "REQUEST",
            "AuthorizerUri": FUNCTION,
            "AuthorizerPayloadFormatVersion": "2.0",
            "IdentitySource": ["$request.header.a"],
            "EnableSimpleResponses": True,
            "AuthorizerResultTtlInSeconds": 5,
            "AuthorizerCredentialsArn": "arn:aws:iam::123456789012:role/r",
        },
        update=(
            Do(
                "update_authorizer",
                {
                    "ApiId": "<api>",
                    "AuthorizerId": "<authorizer>",
                    "Name": "m",
                    "AuthorizerResultTtlInSeconds": 0,
                    "EnableSimpleResponses": False,
                },
            ),
        ),
        then={"Name": "m", "AuthorizerResultTtlInSeconds": 0, "EnableSimpleResponses": False},
        delete=Do("delete_authorizer", {"ApiId": "<api>", "AuthorizerId": "<authorizer>"}),
        missing="NotFoundException: Invalid Authorizer identifier specified",
    ),
    Trip(
        id="jwt",
        service="apigatewayv2",
        before=(API,),
        create=Do(
            "create_authorizer",
            {
                "ApiId": "<api>",
                "Name": "n",
                "AuthorizerType": "JWT",
                "IdentitySource": ["$request.header.a"],
                "JwtConfiguration": {"Audience": ["a"], "Issuer": "https://i"},
            },
            {"authorizer": "AuthorizerId"},
        ),
        read=Do("get_authorizer", {"ApiId": "<api>", "AuthorizerId": "<authorizer>"}),
        reads={"JwtConfiguration": {"Audience": ["a"], "Issuer": "https://i"}},
        update=(
            Do(
                "update_authorizer",
                {
                    "ApiId": "<api>",
                    "AuthorizerId": "<authorizer>",
                    "JwtConfiguration": {"Audience": ["b"], "Issuer": "https://j"},
                },
            ),
        ),
        then={"JwtConfiguration": {"Audience": ["b"], "Issuer": "https://j"}},
    ),
)


@pytest.mark.parametrize("trip", TRIPS, ids=lambda t: t.id)
def test_what_is_set_is_answered(local_cloud: Any, trip: Trip) -> None:
    travel(local_cloud, trip)


@pytest.fixture
def gateway(local_cloud: Any) -> Any:
    return local_cloud.client("apigatewayv2")


PROXY = {
    "type": "aws_proxy",
    "httpMethod": "POST",
    "payloadFormatVersion": "2.0",
    "uri": FUNCTION,
    "timeoutInMillis": 2000,
}
# The shape of what the SAM translator writes for an AWS::Serverless::HttpApi with authorizers and CORS.
SAM: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "sam", "version": "1.0", "description": "d"},
    "paths": {
        "/items/{id}": {
            "get": {
                "x-amazon-apigateway-integration": PROXY,
                "security": [{"Jwt": ["read"]}],
                "responses": {},
                "parameters": [{"name": "id", "in": "path", "required": True}],
            }
        },
        "/all": {
            "x-amazon-apigateway-any-method": {
                "x-amazon-apigateway-integration": {
                    "$ref": "#/components/x-amazon-apigateway-integrations/p"
                },
                "security": [{"Request": []}],
            }
        },
        "/signed": {"post": {"x-amazon-apigateway-integration": PROXY, "security": [{"AWS_IAM": []}]}},
        "/$default": {
            "x-amazon-apigateway-any-method": {
                "isDefaultRoute": True,
                "x-amazon-apigateway-integration": PROXY,
            }
        },
    },
    "components": {
        "x-amazon-apigateway-integrations": {"p": PROXY},
        "securitySchemes": {
            "Jwt": {
                "type": "oauth2",
                "x-amazon-apigateway-authorizer": {
                    "type": "jwt",
                    "identitySource": "$request.header.Authorization",
                    "jwtConfiguration": {"audience": ["a"], "issuer": "https://i"},
                },
            },
            "Request": {
                "type": "apiKey",
                "name": "Unused",
                "in": "header",
                "x-amazon-apigateway-authorizer": {
                    "type": "request",
                    "authorizerUri": FUNCTION,
                    "authorizerPayloadFormatVersion": "2.0",
                    "enableSimpleResponses": True,
                    "identitySource": "$request.header.a,$request.header.b",
                    "authorizerResultTtlInSeconds": 7,
                },
            },
            "AWS_IAM": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
            },
        },
    },
    "x-amazon-apigateway-cors": {"allowOrigins": ["*"], "allowMethods": ["GET"], "maxAge": 3},
    "tags": [{"name": "httpapi:createdBy", "x-amazon-apigateway-tag-value": "SAM"}],
}


def routes(gateway: Any, api: str) -> dict[str, Any]:
    return {route["RouteKey"]: route for route in gateway.get_routes(ApiId=api)["Items"]}


def test_a_document_becomes_routes_integrations_and_authorizers(gateway: Any) -> None:
    api = gateway.import_api(Body=json.dumps(SAM))
    assert (api["Name"], api["Version"], api["Description"], api["ProtocolType"]) == (
        "sam",
        "1.0",
        "d",
        "HTTP",
    )
    assert api["CorsConfiguration"] == {"AllowOrigins": ["*"], "AllowMethods": ["GET"], "MaxAge": 3}
    assert gateway.get_api(ApiId=api["ApiId"])["Tags"] == {"httpapi:createdBy": "SAM"}
    found = routes(gateway, api["ApiId"])
    assert set(found) == {"GET /items/{id}", "ANY /all", "POST /signed", "$default"}
    authorizers = {item["Name"]: item for item in gateway.get_authorizers(ApiId=api["ApiId"])["Items"]}
    get = found["GET /items/{id}"]
    assert (get["AuthorizationType"], get["AuthorizerId"]) == ("JWT", authorizers["Jwt"]["AuthorizerId"])
    assert get["AuthorizationScopes"] == ["read"]
    assert found["ANY /all"]["AuthorizationType"] == "CUSTOM"
    assert found["POST /signed"]["AuthorizationType"] == "AWS_IAM"
    assert found["$default"]["AuthorizationType"] == "NONE"
    request = authorizers["Request"]
    assert request["IdentitySource"] == ["$request.header.a", "$request.header.b"]
    assert (request["EnableSimpleResponses"], request["AuthorizerResultTtlInSeconds"]) == (True, 7)
    assert authorizers["Jwt"]["JwtConfiguration"] == {"Audience": ["a"], "Issuer": "https://i"}
    integration = gateway.get_integration(ApiId=api["ApiId"], IntegrationId=get["Target"].split("/")[1])
    assert (integration["IntegrationType"], integration["IntegrationUri"]) == ("AWS_PROXY", FUNCTION)
    assert (integration["PayloadFormatVersion"], integration["TimeoutInMillis"]) == ("2.0", 2000)


def test_reimporting_replaces_routes_and_keeps_stages(gateway: Any) -> None:
    api = gateway.import_api(Body=json.dumps(SAM))["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    fewer = {**SAM, "paths": {"/signed": SAM["paths"]["/signed"]}}
    gateway.reimport_api(ApiId=api, Body=json.dumps(fewer))
    assert set(routes(gateway, api)) == {"POST /signed"}
    assert [stage["StageName"] for stage in gateway.get_stages(ApiId=api)["Items"]] == ["$default"]
    for bad in ("{}", '{"swagger": "2.0", "paths": {}}'):
        with pytest.raises(gateway.exceptions.BadRequestException):
            gateway.reimport_api(ApiId=api, Body=bad)
    assert set(routes(gateway, api)) == {"POST /signed"}


def test_a_stage_that_deploys_by_itself_has_a_deployment(gateway: Any) -> None:
    api = gateway.create_api(Name="auto", ProtocolType="HTTP", Target=FUNCTION)["ApiId"]
    assert set(routes(gateway, api)) == {"$default"}
    gateway.create_stage(ApiId=api, StageName="s", AutoDeploy=True)
    deployment = gateway.get_stage(ApiId=api, StageName="s")["DeploymentId"]
    assert gateway.get_deployment(ApiId=api, DeploymentId=deployment)["AutoDeployed"] is True


def test_an_api_without_routes_cannot_be_deployed(gateway: Any) -> None:
    api = gateway.create_api(Name="empty", ProtocolType="HTTP")["ApiId"]
    with pytest.raises(gateway.exceptions.BadRequestException):
        gateway.create_deployment(ApiId=api)
