"""Round trips of an HTTP API and its parts."""

from __future__ import annotations

from tests.local.round_trip import Do, Trip

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

HTTP_APIS = (
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
