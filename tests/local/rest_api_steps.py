"""Calls that lead to the parts of a REST API, for the round trips of `round_trips_rest_*.py`."""

from __future__ import annotations

from tests.local.round_trip import Do

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
