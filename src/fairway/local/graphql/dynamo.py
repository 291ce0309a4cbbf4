"""Requests of templates to tables, as DynamoDB's own calls and back.

Source: docs: appsync, resolver-mapping-template-reference-dynamodb.html.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from fairway.local.graphql.typed import item

OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan")

# Members of a request that have another name in the call, and those that are said in the same way.
_MEMBERS = {
    "key": "Key",
    "attributeValues": "Item",
    "consistentRead": "ConsistentRead",
    "index": "IndexName",
    "limit": "Limit",
    "scanIndexForward": "ScanIndexForward",
    "select": "Select",
    "segment": "Segment",
    "totalSegments": "TotalSegments",
}
_EXPRESSIONS = {
    "condition": "ConditionExpression",
    "update": "UpdateExpression",
    "query": "KeyConditionExpression",
    "filter": "FilterExpression",
    "projection": "ProjectionExpression",
}


def request_of(table: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The call's input."""
    made: dict[str, Any] = {"TableName": table}
    made |= {to: request[name] for name, to in _MEMBERS.items() if request.get(name) is not None}
    for name, to in _EXPRESSIONS.items():
        if expression := request.get(name):
            _express(made, to, expression)
    if request["operation"] == "PutItem":
        made["Item"] = {**made.get("Item", {}), **made.pop("Key", {})}
    if request["operation"] == "UpdateItem":
        made["ReturnValues"] = "ALL_NEW"
    if request["operation"] == "DeleteItem":
        made["ReturnValues"] = "ALL_OLD"
    if token := request.get("nextToken"):
        made["ExclusiveStartKey"] = json.loads(base64.b64decode(token))
    return made


def _express(made: dict[str, Any], member: str, expression: Mapping[str, Any]) -> None:
    made[member] = expression["expression"]
    for name, to in (
        ("expressionNames", "ExpressionAttributeNames"),
        ("expressionValues", "ExpressionAttributeValues"),
    ):
        if expression.get(name):
            made[to] = {**made.get(to, {}), **expression[name]}


def result_of(operation: str, answer: Mapping[str, Any]) -> Any:
    """What templates see as `$ctx.result`."""
    if operation in ("Query", "Scan"):
        last = answer.get("LastEvaluatedKey")
        return {
            "items": [item(each) for each in answer.get("Items", ())],
            "nextToken": base64.b64encode(json.dumps(last).encode()).decode() if last else None,
            "scannedCount": answer.get("ScannedCount", 0),
        }
    found = answer.get("Item") or answer.get("Attributes")
    return item(found) if found else None
