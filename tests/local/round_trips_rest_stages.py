"""Round trips of what puts a REST API to use: deployments, stages, keys, usage plans, the account."""

from __future__ import annotations

from tests.local.rest_api_steps import (
    API,
    DEPLOYMENT,
    INTEGRATION,
    METHOD,
    RESOURCE,
    patches,
)
from tests.local.round_trip import Do, Trip

REST_STAGES = (
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
)
