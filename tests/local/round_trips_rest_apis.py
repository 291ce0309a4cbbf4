"""Round trips of a REST API and what it is made of."""

from __future__ import annotations

from tests.local.rest_api_steps import (
    ACCOUNT,
    API,
    FUNCTION,
    INTEGRATION,
    METHOD,
    METHOD_KEY,
    RESOURCE,
    patches,
)
from tests.local.round_trip import Do, Trip

REST_APIS = (
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
