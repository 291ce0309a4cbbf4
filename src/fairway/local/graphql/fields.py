"""How one field is resolved: by a unit resolver, a pipeline of functions, or from what its parent has.

Source: docs: appsync, resolver-mapping-template-reference-overview.html and
resolver-context-reference.html; direct resolvers: direct-lambda-reference.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fairway.local.apis.vtl import render
from fairway.local.apis.vtl_objects import Unsupported
from fairway.local.graphql.code import evaluate
from fairway.local.graphql.control import Kept
from fairway.local.graphql.failures import FieldFailed
from fairway.local.graphql.util import Util, plain

Json = Any
RunSource = Callable[[Mapping[str, Any], Json], Json]
"""Sends a request to a data source and answers its result. Raises FieldFailed."""


class _Returned(Exception):
    """A handler that ends its resolver or function with a value."""

    def __init__(self, value: Json) -> None:
        super().__init__()
        self.value = value


@dataclass
class Field:
    """One use of a field: `context` is what templates see as `$ctx`, and functions as their event."""

    kept: Kept
    run: RunSource
    context: dict[str, Any]
    errors: list[FieldFailed] = field(default_factory=list)

    def resolved(self, resolver: Mapping[str, Any]) -> Json:
        """The field's value. Raises FieldFailed."""
        try:
            return self._pipeline(resolver) if resolver.get("kind") == "PIPELINE" else self._unit(resolver)
        except _Returned as returned:
            return returned.value
        except Unsupported as error:
            message = f"the local cloud cannot render the template: {error}"
            raise FieldFailed("MappingTemplate", message) from None

    def _unit(self, step: Mapping[str, Any]) -> Json:
        """One request to a data source, and what is made of its answer."""
        source = self.kept.parts["DataSource"][(step["dataSourceName"],)]
        asked = self._before(step)
        if asked is None and source["type"] != "AWS_LAMBDA":
            raise FieldFailed("MappingTemplate", "only functions can do without a request mapping template")
        try:
            self.context["result"] = self.run(
                source, {"operation": "Invoke", "payload": self.event()} if asked is None else asked
            )
        except FieldFailed as failure:
            if not (step.get("responseMappingTemplate") or step.get("code")):
                raise
            self.context["result"] = failure.data
            self.context["error"] = {"message": str(failure), "type": failure.kind}
        return self._after(step)

    def _pipeline(self, resolver: Mapping[str, Any]) -> Json:
        before = self._before(resolver)
        self.context["prev"] = {"result": {} if before is None else before}
        for function_id in (resolver.get("pipelineConfig") or {}).get("functions", ()):
            self.context.pop("error", None)
            self.context["prev"] = {"result": self._step(self.kept.parts["Function"][(function_id,)])}
        self.context["result"] = self.context["prev"]["result"]
        return self._after(resolver)

    def _step(self, function: Mapping[str, Any]) -> Json:
        try:
            return self._unit(function)
        except _Returned as returned:  # ends this function, not the pipeline
            return returned.value

    def _before(self, step: Mapping[str, Any]) -> Json:
        """What the request's handler or template makes; None without one."""
        if step.get("code"):
            return self._called(step["code"], "request")
        return self._mapped(step.get("requestMappingTemplate"), None)

    def _after(self, step: Mapping[str, Any]) -> Json:
        if step.get("code"):
            return self._called(step["code"], "response")
        return self._mapped(step.get("responseMappingTemplate"), self.context["result"])

    def _called(self, code: str, handler: Literal["request", "response"]) -> Json:
        outcome = evaluate(code, handler, plain(self.context))
        self.context["stash"] = outcome.stash
        self.errors += outcome.errors
        if outcome.early:
            raise _Returned(outcome.value)
        return outcome.value

    def _mapped(self, template: str | None, without: Json) -> Json:
        """What a template renders, as JSON; `without` a template that value."""
        if not template:
            return without
        scope = {
            "ctx": self.context,
            "context": self.context,
            "util": (util := Util(self.errors)),
            "utils": util,
        }
        text = render(template, scope).strip()
        try:
            return json.loads(text) if text else None
        except ValueError:
            message = f"Unable to transform the rendered template to JSON: {text[:200]}"
            raise FieldFailed("MappingTemplate", message) from None

    def event(self) -> Mapping[str, Any]:
        """The event of a function that is called without a template."""
        names = ("arguments", "identity", "source", "request", "prev", "info", "stash")
        return {name: plain(self.context.get(name)) for name in names}
