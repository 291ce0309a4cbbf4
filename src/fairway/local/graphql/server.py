"""Answers GraphQL requests over HTTP: who may call, what is asked, and the answer with its errors."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fairway.local.apis import backends
from fairway.local.apis.mapping import Answer
from fairway.local.apis.messages import Request, Response, json_response
from fairway.local.graphql.control import Kept
from fairway.local.graphql.failures import FieldFailed
from fairway.local.graphql.fields import Field
from fairway.local.graphql.schema import built
from fairway.local.graphql.sources import Sources
from fairway.local.store import Place

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError, GraphQLResolveInfo

_OPEN = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Headers", "*"),
    ("Access-Control-Allow-Methods", "POST, OPTIONS"),
]
"""AppSync lets every origin call (docs: appsync, "CORS")."""


def handle(
    kept: Kept, place: Place, request: Request, call_service: Callable[[backends.Outgoing], Answer]
) -> Response:
    """Answer one request to an API's `/graphql`."""
    if request.method == "OPTIONS":
        return Response(200, tuple(_OPEN))
    if refusal := _refusal(kept, request):
        return _failed(401, "UnauthorizedException", "You are not authorized to make this call.", refusal)
    try:
        asked = json.loads(request.body or b"{}")
        query = asked["query"]
    except (ValueError, KeyError, TypeError):
        return _failed(400, "MalformedHttpRequestException", "Request body must be JSON with a query.", "")
    if kept.schema is None:
        return _failed(400, "GraphQLSchemaException", "The API has no schema.", "")
    sources = Sources(place.region, call_service)
    return json_response(200, _Execution(kept, place, request, sources).answer(query, asked), _OPEN)


def _refusal(kept: Kept, request: Request) -> str:
    """Why a caller is not let in; empty when it is."""
    more = kept.api.get("additionalAuthenticationProviders") or ()
    ways = {kept.api["authenticationType"], *(each["authenticationType"] for each in more)}
    key = kept.keys.get(request.header("x-api-key") or "")
    if "API_KEY" in ways and key and key["expires"] > time.time():
        return ""
    signed = (request.header("authorization") or "").startswith("AWS4-HMAC-SHA256")
    if "AWS_IAM" in ways and signed:
        return ""
    known = ways & {"API_KEY", "AWS_IAM"}
    return f"needs {' or '.join(sorted(known))}" if known else f"the local cloud cannot check {sorted(ways)}"


def _failed(status: int, kind: str, message: str, reason: str) -> Response:
    headers = [*_OPEN, ("x-amzn-ErrorType", kind), *([("x-fairway-reason", reason)] if reason else [])]
    return json_response(status, {"errors": [{"errorType": kind, "message": message}]}, headers)


class _Execution:
    """One request on its way."""

    def __init__(self, kept: Kept, place: Place, request: Request, sources: Sources) -> None:
        self.kept = kept
        self.place = place
        self.request = request
        self.sources = sources
        self.appended: list[tuple[FieldFailed, list[Any]]] = []

    def answer(self, query: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        from graphql import GraphQLError, parse, validate
        from graphql.execution import execute_sync

        schema = built(self.kept.schema or "")
        try:
            document = parse(query)
        except GraphQLError as error:
            return {"data": None, "errors": [_said(error, "InvalidSyntax")]}
        if problems := validate(schema, document):
            return {"data": None, "errors": [_said(each, "ValidationError") for each in problems]}
        if _subscribes(document):
            message = "the local cloud does not serve subscriptions"
            return {"data": None, "errors": [{"errorType": "Unsupported", "message": message}]}
        result = execute_sync(
            schema,
            document,
            variable_values=asked.get("variables") or {},
            operation_name=asked.get("operationName"),
            field_resolver=self.field,
        )
        errors = [_said(error, "ExecutionError") for error in result.errors or ()]
        errors += [_told(failure, path) for failure, path in self.appended]
        return {"data": result.data, **({"errors": errors} if errors else {})}

    def field(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """A field's value: by its resolver, or what its parent has under its name."""
        resolver = self.kept.parts.get("Resolver", {}).get((info.parent_type.name, info.field_name))
        if resolver is None:
            return source.get(info.field_name) if isinstance(source, Mapping) else None
        used = Field(self.kept, self.sources.run, self.context(source, info, arguments))
        try:
            return used.resolved(resolver)
        finally:
            self.appended += [(failure, info.path.as_list()) for failure in used.errors]

    def context(
        self, source: Any, info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]
    ) -> dict[str, Any]:
        headers = {name.lower(): value for name, value in self.request.headers}
        return {
            "arguments": dict(arguments),
            "args": dict(arguments),
            "source": source,
            "identity": None,
            "request": {"headers": headers, "domainName": None},
            "info": {
                "fieldName": info.field_name,
                "parentTypeName": info.parent_type.name,
                "variables": dict(info.variable_values.coerced),
                **_selected(info),
            },
            "env": self.kept.variables,
            "stash": {},
            "prev": None,
        }


def _subscribes(document: DocumentNode) -> bool:
    return any(
        getattr(getattr(node, "operation", None), "value", "") == "subscription"
        for node in document.definitions
    )


def _selected(info: GraphQLResolveInfo[Any]) -> Mapping[str, Any]:
    """What is asked of the field's value: names with slashes, and as text."""
    from graphql import print_ast

    sets = [node.selection_set for node in info.field_nodes if node.selection_set]
    names = [name for each in sets for name in _names(each, info, "")]
    return {"selectionSetList": names, "selectionSetGraphQL": "\n".join(print_ast(each) for each in sets)}


def _names(selections: Any, info: GraphQLResolveInfo[Any], before: str) -> list[str]:
    found: list[str] = []
    for selection in selections.selections:
        inner = selection.selection_set if hasattr(selection, "selection_set") else None
        if selection.kind == "field":
            found.append(before + selection.name.value)
            found += _names(inner, info, f"{found[-1]}/") if inner else []
        else:
            named = inner or info.fragments[selection.name.value].selection_set
            found += _names(named, info, before)
    return found


def _said(error: GraphQLError, kind: str) -> Mapping[str, Any]:
    """An error as AppSync writes it (docs: appsync, "Error handling")."""
    places = [
        {"line": each.line, "column": each.column, "sourceName": None} for each in error.locations or ()
    ]
    told = {"path": error.path, "locations": places or None, "message": error.message}
    if isinstance(error.original_error, FieldFailed):
        return {**_told(error.original_error, list(error.path or ())), "locations": places or None}
    return {**told, "errorType": kind}


def _told(failure: FieldFailed, path: list[Any]) -> Mapping[str, Any]:
    return {
        "path": path,
        "data": failure.data,
        "errorType": failure.kind,
        "errorInfo": failure.info,
        "locations": None,
        "message": str(failure),
    }
