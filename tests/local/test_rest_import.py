"""OpenAPI documents become REST APIs: what SAM generates, and what people write by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

FUNCTION = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:f/invocations"
)
PROXY = {"type": "aws_proxy", "httpMethod": "POST", "uri": FUNCTION, "passthroughBehavior": "when_no_match"}

# The shape of what the SAM translator writes for an AWS::Serverless::Api with authorizers, CORS and models.
SAM: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"version": "1.0", "title": "sam"},
    "paths": {
        "/items/{id}": {
            "get": {
                "x-amazon-apigateway-integration": PROXY,
                "responses": {},
                "security": [{"Tokens": ["read"]}, {"api_key": []}],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "type": "string"},
                    {"name": "q", "in": "query", "required": False, "type": "string"},
                    {
                        "name": "Item",
                        "in": "body",
                        "required": True,
                        "schema": {"$ref": "#/definitions/item"},
                    },
                ],
                "x-amazon-apigateway-request-validator": "body-only",
            },
            "x-amazon-apigateway-any-method": {
                "x-amazon-apigateway-integration": PROXY,
                "security": [{"AWS_IAM": []}],
            },
            "options": {
                "consumes": ["application/json"],
                "produces": ["application/json"],
                "summary": "CORS support",
                "x-amazon-apigateway-integration": {
                    "type": "mock",
                    "requestTemplates": {"application/json": '{"statusCode" : 200}'},
                    "responses": {
                        "default": {
                            "statusCode": "200",
                            "responseTemplates": {"application/json": "{}\n"},
                            "responseParameters": {
                                "method.response.header.Access-Control-Allow-Origin": "'*'"
                            },
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "Default response for CORS method",
                        "headers": {"Access-Control-Allow-Origin": {"type": "string"}},
                        "schema": {"$ref": "#/definitions/item"},
                    }
                },
            },
        },
        "/open": {"post": {"x-amazon-apigateway-integration": PROXY, "security": [{"NONE": []}]}},
    },
    "securityDefinitions": {
        "Tokens": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": FUNCTION,
                "authorizerResultTtlInSeconds": 0,
            },
        },
        "Pool": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {
                "type": "cognito_user_pools",
                "providerARNs": ["arn:aws:cognito-idp:us-east-1:1:userpool/p"],
            },
        },
        "AWS_IAM": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
    },
    "definitions": {
        "item": {"type": "object", "properties": {"other": {"$ref": "#/definitions/other"}}},
        "other": {"type": "string"},
    },
    "x-amazon-apigateway-request-validators": {
        "body-only": {"validateRequestBody": True, "validateRequestParameters": False}
    },
    "x-amazon-apigateway-gateway-responses": {
        "DEFAULT_4XX": {
            "statusCode": 418,
            "responseParameters": {"gatewayresponse.header.a": "'b'"},
            "responseTemplates": {"application/json": "{}"},
        }
    },
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-policy": {"Version": "2012-10-17", "Statement": []},
    "x-amazon-apigateway-api-key-source": "AUTHORIZER",
}


@pytest.fixture
def gateway(local_cloud: Any) -> Any:
    return local_cloud.client("apigateway")


def put(gateway: Any, document: dict[str, Any] | str, **more: Any) -> str:
    api: str = gateway.create_rest_api(name="imported")["id"]
    body = document if isinstance(document, str) else json.dumps(document)
    gateway.put_rest_api(restApiId=api, mode="overwrite", body=body.encode(), **more)
    return api


def methods(gateway: Any, api: str) -> dict[str, Any]:
    items = gateway.get_resources(restApiId=api, embed=["methods"])["items"]
    return {
        f"{verb} {item['path']}": method
        for item in items
        for verb, method in item.get("resourceMethods", {}).items()
    }


def test_methods_with_parameters_models_validators_and_authorizers(gateway: Any) -> None:
    api = put(gateway, SAM)
    found = methods(gateway, api)
    assert set(found) == {"GET /items/{id}", "ANY /items/{id}", "OPTIONS /items/{id}", "POST /open"}
    get = found["GET /items/{id}"]
    authorizers = {item["name"]: item for item in gateway.get_authorizers(restApiId=api)["items"]}
    (validator,) = gateway.get_request_validators(restApiId=api)["items"]
    assert (get["authorizationType"], get["authorizerId"]) == ("CUSTOM", authorizers["Tokens"]["id"])
    assert (get["authorizationScopes"], get["apiKeyRequired"]) == (["read"], True)
    assert get["requestParameters"] == {"method.request.path.id": True, "method.request.querystring.q": False}
    assert get["requestModels"] == {"application/json": "item"}
    assert get["requestValidatorId"] == validator["id"]
    assert (validator["validateRequestBody"], validator["validateRequestParameters"]) == (True, False)
    assert found["ANY /items/{id}"]["authorizationType"] == "AWS_IAM"
    assert (found["POST /open"]["authorizationType"], found["POST /open"]["apiKeyRequired"]) == (
        "NONE",
        False,
    )


def test_integrations_and_their_responses(gateway: Any) -> None:
    found = methods(gateway, put(gateway, SAM))
    proxy = found["GET /items/{id}"]["methodIntegration"]
    assert (proxy["type"], proxy["httpMethod"], proxy["uri"]) == ("AWS_PROXY", "POST", FUNCTION)
    assert proxy["passthroughBehavior"] == "WHEN_NO_MATCH"
    options = found["OPTIONS /items/{id}"]
    assert options["methodIntegration"]["type"] == "MOCK"
    assert options["methodIntegration"]["requestTemplates"] == {"application/json": '{"statusCode" : 200}'}
    response = options["methodIntegration"]["integrationResponses"]["200"]
    assert response["responseParameters"] == {"method.response.header.Access-Control-Allow-Origin": "'*'"}
    assert "selectionPattern" not in response
    assert options["methodResponses"]["200"]["responseParameters"] == {
        "method.response.header.Access-Control-Allow-Origin": False
    }
    assert options["methodResponses"]["200"]["responseModels"] == {"application/json": "item"}


def test_settings_models_and_gateway_responses(gateway: Any) -> None:
    api = put(gateway, SAM, parameters={"endpointConfigurationTypes": "REGIONAL"})
    found = gateway.get_rest_api(restApiId=api)
    assert (found["name"], found["version"], found["binaryMediaTypes"]) == ("sam", "1.0", ["image/png"])
    assert (found["apiKeySource"], found["endpointConfiguration"]["types"]) == ("AUTHORIZER", ["REGIONAL"])
    assert json.loads(found["policy"]) == SAM["x-amazon-apigateway-policy"]
    model = gateway.get_model(restApiId=api, modelName="item")
    reference = json.loads(model["schema"])["properties"]["other"]["$ref"]
    assert reference == f"https://apigateway.amazonaws.com/restapis/{api}/models/other"
    response = gateway.get_gateway_response(restApiId=api, responseType="DEFAULT_4XX")
    assert (response["statusCode"], response["responseParameters"]) == (
        "418",
        {"gatewayresponse.header.a": "'b'"},
    )


def test_authorizers_have_their_settings(gateway: Any) -> None:
    found = {item["name"]: item for item in gateway.get_authorizers(restApiId=put(gateway, SAM))["items"]}
    tokens, pool = found["Tokens"], found["Pool"]
    assert (tokens["type"], tokens["authorizerUri"], tokens["authorizerResultTtlInSeconds"]) == (
        "TOKEN",
        FUNCTION,
        0,
    )
    assert tokens["identitySource"] == "method.request.header.Authorization"
    assert (pool["type"], pool["providerARNs"]) == (
        "COGNITO_USER_POOLS",
        ["arn:aws:cognito-idp:us-east-1:1:userpool/p"],
    )


def test_overwriting_removes_what_is_gone_and_keeps_ids(gateway: Any) -> None:
    api = put(gateway, SAM)
    before = {item["name"]: item["id"] for item in gateway.get_authorizers(restApiId=api)["items"]}
    root = gateway.get_rest_api(restApiId=api)["rootResourceId"]
    fewer = {**SAM, "paths": {"/open": SAM["paths"]["/open"]}, "x-amazon-apigateway-gateway-responses": {}}
    gateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(fewer).encode())
    assert set(methods(gateway, api)) == {"POST /open"}
    assert gateway.get_rest_api(restApiId=api)["rootResourceId"] == root
    assert {item["name"]: item["id"] for item in gateway.get_authorizers(restApiId=api)["items"]} == before
    assert gateway.get_gateway_responses(restApiId=api)["items"] == []


def test_merging_keeps_what_is_there(gateway: Any) -> None:
    api = put(gateway, SAM)
    more = {
        "openapi": "3.0.1",
        "info": {"title": "more"},
        "paths": {"/more": {"get": {"x-amazon-apigateway-integration": PROXY}}},
    }
    gateway.put_rest_api(restApiId=api, mode="merge", body=json.dumps(more).encode())
    assert {"GET /more", "POST /open"} <= set(methods(gateway, api))


OPENAPI_3 = """
openapi: 3.0.1
info: {title: three, description: d, version: 2}
paths:
  /a:
    parameters:
      - $ref: '#/components/parameters/trace'
    post:
      operationId: postA
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      security: [{pool: [aws.cognito.signin.user.admin]}]
      responses:
        '200':
          description: ok
          headers: {X-A: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: PUT
        uri: http://example.org/{x}
        timeoutInMillis: 5000
        cacheKeyParameters: [method.request.header.trace]
        requestParameters: {integration.request.path.x: "'1'"}
        responses: {'5\\d{2}': {statusCode: '500'}, default: {statusCode: '200'}}
components:
  parameters: {trace: {name: trace, in: header, required: true, schema: {type: string}}}
  schemas: {Thing: {type: object}}
  securitySchemes:
    pool:
      type: apiKey
      name: Auth
      in: header
      x-amazon-apigateway-authtype: cognito_user_pools
      x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [arn:p]}
"""


def test_openapi_3_in_yaml(gateway: Any) -> None:
    api = gateway.import_rest_api(
        body=OPENAPI_3.encode(), parameters={"endpointConfigurationTypes": "PRIVATE"}
    )
    assert (api["name"], api["description"], api["version"]) == ("three", "d", "2")
    assert api["endpointConfiguration"]["types"] == ["PRIVATE"]
    found = methods(gateway, api["id"])["POST /a"]
    assert (found["operationName"], found["authorizationType"]) == ("postA", "COGNITO_USER_POOLS")
    assert found["authorizationScopes"] == ["aws.cognito.signin.user.admin"]
    assert found["requestParameters"] == {"method.request.header.trace": True}
    assert found["requestModels"] == {"application/json": "Thing"}
    assert found["methodResponses"]["200"]["responseModels"] == {"application/json": "Thing"}
    integration = found["methodIntegration"]
    assert (integration["type"], integration["httpMethod"], integration["timeoutInMillis"]) == (
        "HTTP",
        "PUT",
        5000,
    )
    assert integration["cacheKeyParameters"] == ["method.request.header.trace"]
    patterns = {
        r["statusCode"]: r.get("selectionPattern") for r in integration["integrationResponses"].values()
    }
    assert patterns == {"500": "5\\d{2}", "200": None}


def test_a_bad_document_is_refused_and_changes_nothing(gateway: Any) -> None:
    api = put(gateway, SAM)
    bad = {**SAM, "paths": {"/x": {"get": {"x-amazon-apigateway-integration": {**PROXY, "uri": "nonsense"}}}}}
    shapeless = json.dumps({**SAM, "paths": {"/x": "not an object"}})
    for body in (json.dumps(bad), shapeless, "{}", "{: nonsense"):
        with pytest.raises(gateway.exceptions.BadRequestException):
            gateway.put_rest_api(restApiId=api, mode="overwrite", body=body.encode())
    assert "POST /open" in methods(gateway, api)


def test_a_merge_that_fails_changes_nothing(gateway: Any) -> None:
    def everything() -> dict[str, Any]:
        kinds = ("authorizers", "models", "gateway_responses", "request_validators")
        parts = {kind: getattr(gateway, f"get_{kind}")(restApiId=api)["items"] for kind in kinds}
        return {**parts, "methods": methods(gateway, api)}

    api = put(gateway, SAM)
    before = everything()
    mock = {"x-amazon-apigateway-integration": {"type": "mock"}, "responses": {"201": {"description": "d"}}}
    typo = {**mock, "security": [{"Typo": []}]}
    paths = {"/items/{id}": {"get": mock, "put": mock}, "/open": {"post": mock}, "/z": {"get": typo}}
    document = json.dumps({**SAM, "paths": paths}).encode()
    with pytest.raises(gateway.exceptions.BadRequestException, match="Typo"):
        gateway.put_rest_api(restApiId=api, mode="merge", body=document, failOnWarnings=True)
    assert everything() == before


def test_a_security_scheme_that_is_not_defined_is_a_warning(gateway: Any) -> None:
    document = {
        **SAM,
        "paths": {"/x": {"get": {"x-amazon-apigateway-integration": PROXY, "security": [{"Typo": []}]}}},
    }
    api = gateway.create_rest_api(name="warned")["id"]
    assert gateway.put_rest_api(restApiId=api, body=json.dumps(document).encode())["warnings"]
    with pytest.raises(gateway.exceptions.BadRequestException, match="Typo"):
        gateway.put_rest_api(restApiId=api, body=json.dumps(document).encode(), failOnWarnings=True)


def test_a_server_says_how_the_api_is_reached(gateway: Any) -> None:
    extension = {"vpcEndpointIds": ["vpce-1"], "disableExecuteApiEndpoint": True}
    server = {"url": "/", "x-amazon-apigateway-endpoint-configuration": extension}
    document = {"openapi": "3.0.1", "info": {"title": "served"}, "paths": {}}
    for servers in ([server], server):
        found = gateway.import_rest_api(body=json.dumps({**document, "servers": servers}).encode())
        assert found["disableExecuteApiEndpoint"] is True
        assert found["endpointConfiguration"]["vpcEndpointIds"] == ["vpce-1"]
