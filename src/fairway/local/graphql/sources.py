"""What stands behind a field: functions, tables, or nothing.

Source: docs: appsync, resolver-mapping-template-reference-lambda.html, …-dynamodb.html and …-none.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fairway.local.apis import backends
from fairway.local.apis.calls import FunctionFailed, IntegrationFailed, call_function
from fairway.local.apis.mapping import Answer
from fairway.local.graphql.dynamo import OPERATIONS, request_of, result_of
from fairway.local.graphql.failures import FieldFailed

_PATIENCE = 30.0  # seconds; docs: appsync, "Quotas": request execution time


@dataclass(frozen=True)
class Sources:
    """The data sources of an API in a region; `call_service` sends a request to the cloud's own services."""

    region: str
    call_service: Callable[[backends.Outgoing], Answer]

    def run(self, source: Mapping[str, Any], request: Mapping[str, Any]) -> Any:
        """The result of a request, which is what a template rendered. Raises FieldFailed."""
        if not isinstance(request, Mapping):
            raise FieldFailed("MappingTemplate", "the request mapping template must render a map")
        match source["type"]:
            case "NONE":
                return request.get("payload")
            case "AWS_LAMBDA":
                return self._function(source["lambdaConfig"]["lambdaFunctionArn"], request)
            case "AMAZON_DYNAMODB":
                return self._table(source["dynamodbConfig"], request)
        raise FieldFailed("Unsupported", f"the local cloud has no data sources of type {source['type']}")

    def _function(self, arn: str, request: Mapping[str, Any]) -> Any:
        if request.get("operation") != "Invoke":
            message = f"the local cloud has no operation {request.get('operation')} of functions"
            raise FieldFailed("Unsupported", message)
        try:
            return call_function(arn, request.get("payload") or {}, _PATIENCE)
        except FunctionFailed as failure:
            raise FieldFailed("Lambda:Unhandled", failure.message) from None
        except IntegrationFailed as failure:
            raise FieldFailed("Lambda:InvocationFailed", failure.reason) from None

    def _table(self, config: Mapping[str, Any], request: Mapping[str, Any]) -> Any:
        operation = str(request.get("operation"))
        if operation not in OPERATIONS:
            raise FieldFailed("Unsupported", f"the local cloud has no operation {operation} of tables")
        region = config.get("awsRegion") or self.region
        body = json.dumps(request_of(config["tableName"], request))
        uri = f"arn:aws:apigateway:{region}:dynamodb:action/{operation}"
        answer = self.call_service(backends.service_request(uri, "POST", {}, body, {}))
        document = json.loads(answer.body or "{}")
        if answer.status >= 300:
            kind = str(document.get("__type", "")).rpartition("#")[2]
            raise FieldFailed(
                f"DynamoDB:{kind}", str(document.get("message") or document.get("Message") or kind)
            )
        return result_of(operation, document)
