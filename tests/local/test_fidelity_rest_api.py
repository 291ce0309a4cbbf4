"""REST APIs and all their parts answer what they were told, and patches take effect."""

from __future__ import annotations

from typing import Any

import pytest
from tests.local.round_trip import Do, Trip, travel

ACCOUNT = "123456789012"
FUNCTION = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:f/invocations"
)
API = Do("create_rest_api", {"name": "rt"}, {"api": "id", "root": "rootResourceId"})
RESOURCE = Do(
    "create_resource", {"restApiId": "<api>", "parentId": "<root>", "pathPart": "a"}, {"resource": "id"}
)
METHOD_KEY = {"restApiId": "<api>", "resourceId": "<resource>", "httpMethod": "GET"}
METHOD = Do("put_method", {**METHOD_KEY, "authorizationType": "NONE"})
INTEGRATION = Do("put_integration", {**METHOD_KEY, "type": "MOCK"})
DEPLOYMENT = Do("create_deployment", {"restApiId": "<api>", "description": "d"}, {"deployment": "id"})


def patches(*operations: tuple[str, ...]) -> list[dict[str, str]]:
    return [dict(zip(("op", "path", "value"), operation, strict=False)) for operation in operations]


TRIPS = (
    Trip(
        id="api",
        service="apigateway",
        create=Do(
            "create_rest_api",
            {
                "name": "rt-api",
                "description": "d",
                "version": "1",
                "binaryMediaTypes": ["image/png", "*/*"],
                "minimumCompressionSize": 10,
                "apiKeySource": "AUTHORIZER",
                "endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "dualstack"},
                "policy": "{}",
                "tags": {"a": "b"},
                "disableExecuteApiEndpoint": True,
            },
            {"api": "id"},
        ),
        read=Do("get_rest_api", {"restApiId": "<api>"}),
        update=(
            Do(
                "update_rest_api",
                {
                    "restApiId": "<api>",
                    "patchOperations": patches(
                        ("replace", "/name", "rt-other"),
                        ("remove", "/description"),
                        ("add", "/binaryMediaTypes/image~1gif"),
                        ("remove", "/binaryMediaTypes/*~1*"),
                        ("replace", "/minimumCompressionSize", "20"),
                        ("replace", "/disableExecuteApiEndpoint", "false"),
                        ("replace", "/endpointConfiguration/types/REGIONAL", "EDGE"),
                        ("replace", "/apiKeySource", "HEADER"),
                    ),
                },
            ),
        ),
        then={
            "name": "rt-other",
            "description": None,
            "binaryMediaTypes": ["image/png", "image/gif"],
            "minimumCompressionSize": 20,
            "disableExecuteApiEndpoint": False,
            "endpointConfiguration": {"types": ["EDGE"]},
            "apiKeySource": "HEADER",
        },
        delete=Do("delete_rest_api", {"restApiId": "<api>"}),
        missing="NotFoundException: Invalid API identifier specified",
    ),
    Trip(
        id="resource",
        service="apigateway",
        before=(API,),
        create=RESOURCE,
        read=Do("get_resource", {"restApiId": "<api>", "resourceId": "<resource>"}),
        reads={"pathPart": "a", "path": "/a"},
        update=(
            Do(
                "update_resource",
                {
                    "restApiId": "<api>",
                    "resourceId": "<resource>",
                    "patchOperations": patches(("replace", "/pathPart", "b")),
                },
            ),
        ),
        then={"pathPart": "b", "path": "/b"},
        delete=Do("delete_resource", {"restApiId": "<api>", "resourceId": "<resource>"}),
        missing="NotFoundException: Invalid Resource identifier specified",
    ),
    Trip(
        id="method",
        service="apigateway",
        before=(API, RESOURCE),
        create=Do(
            "put_method",
            {
                **METHOD_KEY,
                "authorizationType": "CUSTOM",
                "authorizerId": "abc",
                "apiKeyRequired": True,
                "operationName": "op",
                "requestParameters": {"method.request.querystring.q": True},
                "requestModels": {"application/json": "M"},
                "requestValidatorId": "v",
                "authorizationScopes": ["s"],
            },
        ),
        read=Do("get_method", METHOD_KEY),
        reads={
            "httpMethod": "GET",
            "authorizationType": "CUSTOM",
            "authorizerId": "abc",
            "apiKeyRequired": True,
            "operationName": "op",
            "requestParameters": {"method.request.querystring.q": True},
            "requestModels": {"application/json": "M"},
            "requestValidatorId": "v",
            "authorizationScopes": ["s"],
        },
        update=(
            Do(
                "update_method",
                {
                    **METHOD_KEY,
                    "patchOperations": patches(
                        ("replace", "/authorizationType", "AWS_IAM"),
                        ("replace", "/apiKeyRequired", "false"),
                        ("remove", "/requestParameters/method.request.querystring.q"),
                        ("add", "/requestParameters/method.request.header.h", "true"),
                        ("replace", "/requestModels/application~1json", "N"),
                        ("add", "/authorizationScopes", "t"),
                        ("remove", "/requestValidatorId"),
                    ),
                },
            ),
        ),
        then={
            "authorizationType": "AWS_IAM",
            "apiKeyRequired": False,
            "requestParameters": {"method.request.header.h": True},
            "requestModels": {"application/json": "N"},
            "authorizationScopes": ["s", "t"],
            "requestValidatorId": None,
        },
        delete=Do("delete_method", METHOD_KEY),
        missing="NotFoundException: Invalid Method identifier specified",
    ),
    Trip(
        id="integration",
        service="apigateway",
        before=(API, RESOURCE, METHOD),
        create=Do(
            "put_integration",
            {
                **METHOD_KEY,
                "type": "AWS_PROXY",
                "integrationHttpMethod": "POST",
                "uri": FUNCTION,
                "connectionType": "INTERNET",
                "credentials": f"arn:aws:iam::{ACCOUNT}:role/r",
                "requestParameters": {"integration.request.header.x": "'a'"},
                "requestTemplates": {"application/json": "{}"},
                "passthroughBehavior": "NEVER",
                "cacheNamespace": "n",
                "cacheKeyParameters": ["method.request.querystring.q"],
                "contentHandling": "CONVERT_TO_TEXT",
                "timeoutInMillis": 1000,
            },
        ),
        read=Do("get_integration", METHOD_KEY),
        reads={
            "type": "AWS_PROXY",
            "httpMethod": "POST",
            "uri": FUNCTION,
            "connectionType": "INTERNET",
            "credentials": f"arn:aws:iam::{ACCOUNT}:role/r",
            "requestParameters": {"integration.request.header.x": "'a'"},
            "requestTemplates": {"application/json": "{}"},
            "passthroughBehavior": "NEVER",
            "cacheNamespace": "n",
            "cacheKeyParameters": ["method.request.querystring.q"],
            "contentHandling": "CONVERT_TO_TEXT",
            "timeoutInMillis": 1000,
        },
        update=(
            Do(
                "update_integration",
                {
                    **METHOD_KEY,
                    "patchOperations": patches(
                        ("replace", "/timeoutInMillis", "2000"),
                        ("replace", "/requestTemplates/application~1json", "{ }"),
                        ("replace", "/passthroughBehavior", "WHEN_NO_MATCH"),
                        ("remove", "/credentials"),
                        ("remove", "/cacheKeyParameters/method.request.querystring.q"),
                    ),
                },
            ),
        ),
        then={
            "timeoutInMillis": 2000,
            "requestTemplates": {"application/json": "{ }"},
            "passthroughBehavior": "WHEN_NO_MATCH",
            "credentials": None,
            "cacheKeyParameters": [],
        },
    ),
    Trip(
        id="method-response",
        service="apigateway",
        before=(API, RESOURCE, METHOD),
        create=Do(
            "put_method_response",
            {
                **METHOD_KEY,
                "statusCode": "200",
                "responseParameters": {"method.response.header.a": True},
                "responseModels": {"application/json": "Empty"},
            },
        ),
        read=Do("get_method_response", {**METHOD_KEY, "statusCode": "200"}),
        reads={
            "statusCode": "200",
            "responseParameters": {"method.response.header.a": True},
            "responseModels": {"application/json": "Empty"},
        },
        update=(
            Do(
                "update_method_response",
                {
                    **METHOD_KEY,
                    "statusCode": "200",
                    "patchOperations": patches(
                        ("replace", "/responseParameters/method.response.header.a", "false"),
                        ("add", "/responseModels/text~1plain", "Error"),
                    ),
                },
            ),
        ),
        then={
            "responseParameters": {"method.response.header.a": False},
            "responseModels": {"text/plain": "Error"},
        },
    ),
    Trip(
        id="integration-response",
        service="apigateway",
        before=(
            API,
            RESOURCE,
            METHOD,
            INTEGRATION,
            Do("put_method_response", {**METHOD_KEY, "statusCode": "200"}),
        ),
        create=Do(
            "put_integration_response",
            {
                **METHOD_KEY,
                "statusCode": "200",
                "selectionPattern": ".*",
                "responseTemplates": {"application/json": "x"},
                "responseParameters": {"method.response.header.a": "'b'"},
                "contentHandling": "CONVERT_TO_BINARY",
            },
        ),
        read=Do("get_integration_response", {**METHOD_KEY, "statusCode": "200"}),
        reads={
            "selectionPattern": ".*",
            "responseTemplates": {"application/json": "x"},
            "responseParameters": {"method.response.header.a": "'b'"},
            "contentHandling": "CONVERT_TO_BINARY",
        },
        update=(
            Do(
                "update_integration_response",
                {
                    **METHOD_KEY,
                    "statusCode": "200",
                    "patchOperations": patches(
                        ("replace", "/selectionPattern", "5.."),
                        ("replace", "/responseTemplates/application~1json", "y"),
                    ),
                },
            ),
        ),
        then={"selectionPattern": "5..", "responseTemplates": {"application/json": "y"}},
    ),
    Trip(
        id="deployment",
        service="apigateway",
        before=(API, RESOURCE, METHOD, INTEGRATION),
        create=DEPLOYMENT,
        read=Do("get_deployment", {"restApiId": "<api>", "deploymentId": "<deployment>"}),
        reads={"description": "d"},
        update=(
            Do(
                "update_deployment",
                {
                    "restApiId": "<api>",
                    "deploymentId": "<deployment>",
                    "patchOperations": patches(("replace", "/description", "e")),
                },
            ),
        ),
        then={"description": "e"},
        delete=Do("delete_deployment", {"restApiId": "<api>", "deploymentId": "<deployment>"}),
        missing="NotFoundException: Invalid Deployment identifier specified",
    ),
    Trip(
        id="stage",
        service="apigateway",
        before=(API, RESOURCE, METHOD, INTEGRATION, DEPLOYMENT),
        create=Do(
            "create_stage",
            {
                "restApiId": "<api>",
                "stageName": "s",
                "deploymentId": "<deployment>",
                "description": "d",
                "cacheClusterEnabled": True,
                "cacheClusterSize": "0.5",
                "variables": {"a": "b"},
                "documentationVersion": "1",
                "tracingEnabled": True,
                "tags": {"a": "b"},
                "canarySettings": {
                    "percentTraffic": 10.0,
                    "deploymentId": "<deployment>",
                    "useStageCache": False,
                    "stageVariableOverrides": {"a": "c"},
                },
            },
        ),
        read=Do("get_stage", {"restApiId": "<api>", "stageName": "s"}),
        reads={
            "deploymentId": "<deployment>",
            "description": "d",
            "cacheClusterEnabled": True,
            "cacheClusterSize": "0.5",
            "variables": {"a": "b"},
            "documentationVersion": "1",
            "tracingEnabled": True,
            "tags": {"a": "b"},
            "canarySettings": {
                "percentTraffic": 10.0,
                "deploymentId": "<deployment>",
                "useStageCache": False,
                "stageVariableOverrides": {"a": "c"},
            },
        },
        update=(
            Do(
                "update_stage",
                {
                    "restApiId": "<api>",
                    "stageName": "s",
                    "patchOperations": patches(
                        ("replace", "/description", "e"),
                        ("remove", "/variables/a"),
                        ("replace", "/variables/n", "1"),
                        ("replace", "/cacheClusterEnabled", "false"),
                        ("replace", "/tracingEnabled", "false"),
                        ("remove", "/canarySettings"),
                        (
                            "replace",
                            "/accessLogSettings/destinationArn",
                            "arn:aws:logs:us-east-1:1:log-group:g",
                        ),
                        ("replace", "/accessLogSettings/format", "$context.requestId"),
                        ("replace", "/*/*/logging/loglevel", "INFO"),
                        ("replace", "/~1a/GET/throttling/rateLimit", "5"),
                    ),
                },
            ),
        ),
        then={
            "description": "e",
            "variables": {"n": "1"},
            "cacheClusterEnabled": False,
            "tracingEnabled": False,
            "canarySettings": None,
            "accessLogSettings": {
                "destinationArn": "arn:aws:logs:us-east-1:1:log-group:g",
                "format": "$context.requestId",
            },
            "methodSettings": {"*/*": {"loggingLevel": "INFO"}, "~1a/GET": {"throttlingRateLimit": 5.0}},
        },
        delete=Do("delete_stage", {"restApiId": "<api>", "stageName": "s"}),
        missing="NotFoundException: Invalid stage identifier specified",
    ),
    Trip(
        id="authorizer",
        service="apigateway",
        before=(API,),
        create=Do(
            "create_authorizer",
            {
                "restApiId": "<api>",
                "name": "n",
                "type": "TOKEN",
                "authType": "custom",
                "authorizerUri": FUNCTION,
                "authorizerCredentials": f"arn:aws:iam::{ACCOUNT}:role/r",
                "identitySource": "method.request.header.Authorization",
                "identityValidationExpression": "^x",
                "authorizerResultTtlInSeconds": 0,
            },
            {"authorizer": "id"},
        ),
        read=Do("get_authorizer", {"restApiId": "<api>", "authorizerId": "<authorizer>"}),
        reads={
            "name": "n",
            "type": "TOKEN",
            "authType": "custom",
            "authorizerUri": FUNCTION,
            "authorizerCredentials": f"arn:aws:iam::{ACCOUNT}:role/r",
            "identitySource": "method.request.header.Authorization",
            "identityValidationExpression": "^x",
            "authorizerResultTtlInSeconds": 0,
        },
        update=(
            Do(
                "update_authorizer",
                {
                    "restApiId": "<api>",
                    "authorizerId": "<authorizer>",
                    "patchOperations": patches(
                        ("replace", "/name", "m"),
                        ("replace", "/authorizerResultTtlInSeconds", "60"),
                        ("add", "/providerARNs", "arn:p"),
                        ("remove", "/identityValidationExpression"),
                    ),
                },
            ),
        ),
        then={
            "name": "m",
            "authorizerResultTtlInSeconds": 60,
            "providerARNs": ["arn:p"],
            "identityValidationExpression": None,
        },
        delete=Do("delete_authorizer", {"restApiId": "<api>", "authorizerId": "<authorizer>"}),
        missing="NotFoundException: Invalid Authorizer identifier specified",
    ),
    Trip(
        id="validator",
        service="apigateway",
        before=(API,),
        create=Do(
            "create_request_validator",
            {
                "restApiId": "<api>",
                "name": "n",
                "validateRequestBody": True,
                "validateRequestParameters": False,
            },
            {"validator": "id"},
        ),
        read=Do("get_request_validator", {"restApiId": "<api>", "requestValidatorId": "<validator>"}),
        reads={"name": "n", "validateRequestBody": True, "validateRequestParameters": False},
        update=(
            Do(
                "update_request_validator",
                {
                    "restApiId": "<api>",
                    "requestValidatorId": "<validator>",
                    "patchOperations": patches(
                        ("replace", "/validateRequestBody", "false"),
                        ("replace", "/validateRequestParameters", "true"),
                    ),
                },
            ),
        ),
        then={"validateRequestBody": False, "validateRequestParameters": True},
        delete=Do("delete_request_validator", {"restApiId": "<api>", "requestValidatorId": "<validator>"}),
        missing="NotFoundException: Invalid Request Validator identifier specified",
    ),
    Trip(
        id="model",
        service="apigateway",
        before=(API,),
        create=Do(
            "create_model",
            {
                "restApiId": "<api>",
                "name": "M",
                "description": "d",
                "schema": "{}",
                "contentType": "application/json",
            },
        ),
        read=Do("get_model", {"restApiId": "<api>", "modelName": "M"}),
        reads={"name": "M", "description": "d", "schema": "{}", "contentType": "application/json"},
        update=(
            Do(
                "update_model",
                {
                    "restApiId": "<api>",
                    "modelName": "M",
                    "patchOperations": patches(
                        ("replace", "/description", "e"), ("replace", "/schema", '{"type": "object"}')
                    ),
                },
            ),
        ),
        then={"description": "e", "schema": '{"type": "object"}'},
        delete=Do("delete_model", {"restApiId": "<api>", "modelName": "M"}),
        missing="NotFoundException",
    ),
    Trip(
        id="key",
        service="apigateway",
        before=(API,),
        create=Do(
            "create_api_key",
            {
                "name": "n",
                "description": "d",
                "enabled": True,
                "value": "x" * 24,
                "customerId": "c",
                "tags": {"a": "b"},
                "stageKeys": [{"restApiId": "<api>", "stageName": "s"}],
            },
            {"key": "id"},
        ),
        read=Do("get_api_key", {"apiKey": "<key>", "includeValue": True}),
        reads={
            "name": "n",
            "description": "d",
            "enabled": True,
            "value": "x" * 24,
            "customerId": "c",
            "tags": {"a": "b"},
            "stageKeys": ["<api>/s"],
        },
        update=(
            Do(
                "update_api_key",
                {
                    "apiKey": "<key>",
                    "patchOperations": patches(
                        ("replace", "/enabled", "false"),
                        ("replace", "/name", "m"),
                        ("remove", "/stages", "<api>/s"),
                        ("remove", "/description"),
                    ),
                },
            ),
        ),
        then={"enabled": False, "name": "m", "stageKeys": [], "description": None},
        delete=Do("delete_api_key", {"apiKey": "<key>"}),
        missing="NotFoundException: Invalid API Key identifier specified",
    ),
    Trip(
        id="plan",
        service="apigateway",
        before=(
            API,
            RESOURCE,
            METHOD,
            INTEGRATION,
            DEPLOYMENT,
            Do("create_stage", {"restApiId": "<api>", "stageName": "s", "deploymentId": "<deployment>"}),
        ),
        create=Do(
            "create_usage_plan",
            {
                "name": "n",
                "description": "d",
                "throttle": {"burstLimit": 3, "rateLimit": 1.5},
                "tags": {"a": "b"},
                "quota": {"limit": 10, "offset": 1, "period": "WEEK"},
                "apiStages": [{"apiId": "<api>", "stage": "s", "throttle": {"/a/GET": {"rateLimit": 1.0}}}],
            },
            {"plan": "id"},
        ),
        read=Do("get_usage_plan", {"usagePlanId": "<plan>"}),
        update=(
            Do(
                "update_usage_plan",
                {
                    "usagePlanId": "<plan>",
                    "patchOperations": patches(
                        ("replace", "/throttle/rateLimit", "2.5"),
                        ("replace", "/quota/limit", "20"),
                        ("replace", "/quota/period", "MONTH"),
                        ("replace", "/description", "e"),
                        ("replace", "/apiStages/<api>:s/throttle/~1a~1GET/rateLimit", "3"),
                    ),
                },
            ),
        ),
        then={
            "throttle": {"rateLimit": 2.5, "burstLimit": 3},
            "quota": {"limit": 20, "period": "MONTH"},
            "description": "e",
            "apiStages": [{"apiId": "<api>", "stage": "s", "throttle": {"/a/GET": {"rateLimit": 3.0}}}],
        },
        delete=Do("delete_usage_plan", {"usagePlanId": "<plan>"}),
        missing="NotFoundException: Invalid Usage Plan ID specified",
    ),
    Trip(
        id="plan-key",
        service="apigateway",
        before=(
            Do("create_api_key", {"name": "pk", "enabled": True}, {"key": "id"}),
            Do("create_usage_plan", {"name": "pk"}, {"plan": "id"}),
        ),
        create=Do("create_usage_plan_key", {"usagePlanId": "<plan>", "keyId": "<key>", "keyType": "API_KEY"}),
        read=Do("get_usage_plan_key", {"usagePlanId": "<plan>", "keyId": "<key>"}),
        reads={"id": "<key>", "type": "API_KEY"},
        delete=Do("delete_usage_plan_key", {"usagePlanId": "<plan>", "keyId": "<key>"}),
        missing="NotFoundException",
    ),
    Trip(
        id="gateway-response",
        service="apigateway",
        before=(API,),
        create=Do(
            "put_gateway_response",
            {
                "restApiId": "<api>",
                "responseType": "DEFAULT_4XX",
                "statusCode": "418",
                "responseParameters": {"gatewayresponse.header.a": "'b'"},
                "responseTemplates": {"application/json": "x"},
            },
        ),
        read=Do("get_gateway_response", {"restApiId": "<api>", "responseType": "DEFAULT_4XX"}),
        reads={
            "statusCode": "418",
            "responseParameters": {"gatewayresponse.header.a": "'b'"},
            "responseTemplates": {"application/json": "x"},
            "defaultResponse": False,
        },
        update=(
            Do(
                "update_gateway_response",
                {
                    "restApiId": "<api>",
                    "responseType": "DEFAULT_4XX",
                    "patchOperations": patches(
                        ("replace", "/statusCode", "400"),
                        ("remove", "/responseParameters/gatewayresponse.header.a"),
                    ),
                },
            ),
        ),
        then={"statusCode": "400", "responseParameters": {}},
        delete=Do("delete_gateway_response", {"restApiId": "<api>", "responseType": "DEFAULT_4XX"}),
        missing="NotFoundException",
    ),
    Trip(
        id="account",
        service="apigateway",
        create=Do(
            "update_account",
            {"patchOperations": patches(("replace", "/cloudwatchRoleArn", "arn:aws:iam::1:role/r"))},
        ),
        read=Do("get_account"),
        reads={"cloudwatchRoleArn": "arn:aws:iam::1:role/r"},
        update=(Do("update_account", {"patchOperations": patches(("remove", "/cloudwatchRoleArn"))}),),
        then={"cloudwatchRoleArn": None},
    ),
    Trip(
        id="tags",
        service="apigateway",
        before=(API,),
        create=Do(
            "tag_resource",
            {"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/<api>", "tags": {"a": "b", "c": "d"}},
        ),
        read=Do("get_rest_api", {"restApiId": "<api>"}),
        reads={"tags": {"a": "b", "c": "d"}},
        update=(
            Do(
                "untag_resource",
                {"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/<api>", "tagKeys": ["a"]},
            ),
        ),
        then={"tags": {"c": "d"}},
    ),
)


@pytest.mark.parametrize("trip", TRIPS, ids=lambda t: t.id)
def test_what_is_set_is_answered(local_cloud: Any, trip: Trip) -> None:
    travel(local_cloud, trip)


def test_a_resource_goes_with_all_below_it(local_cloud: Any) -> None:
    gateway = local_cloud.client("apigateway")
    api = gateway.create_rest_api(name="tree")
    above = gateway.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="above")[
        "id"
    ]
    below = gateway.create_resource(restApiId=api["id"], parentId=above, pathPart="below")["id"]
    gateway.create_resource(restApiId=api["id"], parentId=below, pathPart="deeper")
    gateway.delete_resource(restApiId=api["id"], resourceId=above)
    assert [item["path"] for item in gateway.get_resources(restApiId=api["id"])["items"]] == ["/"]


def test_a_patch_of_what_does_not_exist_is_refused(local_cloud: Any) -> None:
    gateway = local_cloud.client("apigateway")
    api = gateway.create_rest_api(name="typo")["id"]
    with pytest.raises(gateway.exceptions.BadRequestException):
        gateway.update_rest_api(restApiId=api, patchOperations=patches(("replace", "/nmae", "x")))


def test_deploying_again_keeps_the_stage_and_moves_it(local_cloud: Any) -> None:
    gateway = local_cloud.client("apigateway")
    api = gateway.create_rest_api(name="again")
    key = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**key, authorizationType="NONE")
    gateway.put_integration(**key, type="MOCK")
    gateway.create_deployment(
        restApiId=api["id"], stageName="s", variables={"a": "b"}, stageDescription="d", tracingEnabled=True
    )
    second = gateway.create_deployment(restApiId=api["id"], stageName="s")["id"]
    stage = gateway.get_stage(restApiId=api["id"], stageName="s")
    assert (stage["deploymentId"], stage["variables"], stage["description"], stage["tracingEnabled"]) == (
        second,
        {"a": "b"},
        "d",
        True,
    )
