"""APIs made from OpenAPI bodies, as SAM makes them, answer like those made call by call."""

from __future__ import annotations

import json
from typing import Any

from tests.local.apis_world import ECHO, call, lambda_uri, permit
from tests.local_cloud import ACCOUNT, REGION, Cloud


def proxy(name: str, **settings: Any) -> dict[str, Any]:
    """An operation that a function answers."""
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": lambda_uri(name), **settings}
    return {"x-amazon-apigateway-integration": integration, "responses": {}}


def test_a_rest_api_of_a_swagger_body_answers(local_cloud: Cloud) -> None:
    name = local_cloud.function(ECHO)
    options = {
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{\n  "statusCode" : 200\n}\n'},
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseTemplates": {"application/json": "{}\n"},
                    "responseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"},
                }
            },
        },
        "responses": {"200": {"headers": {"Access-Control-Allow-Origin": {"type": "string"}}}},
    }
    body = {
        "swagger": "2.0",
        "info": {"version": "1.0", "title": "app"},
        "x-amazon-apigateway-binary-media-types": ["application/octet-stream"],
        "paths": {
            "/ray": {"post": proxy(name), "options": options},
            "/items/{proxy+}": {"x-amazon-apigateway-any-method": proxy(name)},
        },
    }
    gateway = local_cloud.client("apigateway")
    api = gateway.import_rest_api(body=json.dumps(body).encode())["id"]
    gateway.create_deployment(restApiId=api, stageName="Prod")
    permit(local_cloud, name, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/POST/ray")
    permit(local_cloud, name, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/*/items/*")
    event = call(local_cloud, f"/_api/{api}/Prod/ray", "POST", body=b"{}").json()
    assert (event["resource"], event["body"]) == ("/ray", "{}")
    octets = {"Content-Type": "application/octet-stream"}
    binary = call(local_cloud, f"/_api/{api}/Prod/ray", "POST", body=b"\xff", headers=octets).json()
    assert binary["isBase64Encoded"] is True
    nested = call(local_cloud, f"/_api/{api}/Prod/items/a/b", "DELETE").json()
    assert nested["pathParameters"] == {"proxy": "a/b"}
    preflight = call(local_cloud, f"/_api/{api}/Prod/ray", "OPTIONS")
    assert (preflight.status, preflight.header("Access-Control-Allow-Origin")) == (200, "*")


def test_an_http_api_of_an_openapi_body_answers(local_cloud: Cloud) -> None:
    name = local_cloud.function(ECHO)
    body = {
        "openapi": "3.0.1",
        "info": {"version": "1.0", "title": "app"},
        "paths": {
            "/ray": {"post": proxy(name, payloadFormatVersion="2.0")},
            "/$default": {
                "x-amazon-apigateway-any-method": {
                    **proxy(name, payloadFormatVersion="2.0"),
                    "isDefaultRoute": True,
                }
            },
        },
    }
    gateway = local_cloud.client("apigatewayv2")
    api = gateway.import_api(Body=json.dumps(body))["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    permit(local_cloud, name, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/POST/ray")
    permit(local_cloud, name, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/*/$default")
    assert call(local_cloud, f"/_api/{api}/ray", "POST", body=b"{}").json()["routeKey"] == "POST /ray"
    assert call(local_cloud, f"/_api/{api}/other").json()["routeKey"] == "$default"
