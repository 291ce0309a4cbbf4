"""OpenAPI documents become HTTP APIs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.local.round_trips_http_apis import FUNCTION


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
