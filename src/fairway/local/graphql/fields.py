"""How one field is resolved: by a unit resolver, a pipeline of functions, or from what its parent has.

Source: docs: appsync, resolver-mapping-template-reference-overview.html and
resolver-context-reference.html; direct resolvers: direct-lambda-reference.html.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fairway.local.apis.vtl import render
from fairway.local.apis.vtl_objects import Unsupported
from fairway.local.graphql.control import Kept
from fairway.local.graphql.failures import FieldFailed
from fairway.local.graphql.util import Util, plain

Json = Any
RunSource = Callable[[Mapping[str, Any], Json], Json]
"""Sends a request to a data source and answers its result. Raises FieldFailed."""


@dataclass
class Field:
    """One use of a field: `context` is what templates see as `$ctx`, and functions as their event."""

    kept: Kept
    run: RunSource
    context: dict[str, Any]
    errors: list[FieldFailed] = field(default_factory=list)

    def resolved(self, resolver: Mapping[str, Any]) -> Json:
        """The field's value. Raises FieldFailed."""
        if resolver.get("code"):
            raise FieldFailed("Unsupported", "the local cloud does not run APPSYNC_JS code")
        try:
            if resolver.get("kind") == "PIPELINE":
                return self._pipeline(resolver)
            return self._unit(resolver)
        except Unsupported as error:
            raise FieldFailed(
                "MappingTemplate", f"the local cloud cannot render the template: {error}"
            ) from None

    def _unit(self, step: Mapping[str, Any]) -> Json:
        source = self.kept.parts["DataSource"][(step["dataSourceName"],)]
        request = self._mapped(step.get("requestMappingTemplate"), None)
        if request is None and source["type"] != "AWS_LAMBDA":
            raise FieldFailed("MappingTemplate", "only functions can do without a request mapping template")
        asked = {"operation": "Invoke", "payload": self.event()} if request is None else request
        try:
            self.context["result"] = self.run(source, asked)
        except FieldFailed as failure:
            if not step.get("responseMappingTemplate"):
                raise
            self.context["result"] = failure.data
            self.context["error"] = {"message": str(failure), "type": failure.kind}
        return self._mapped(step.get("responseMappingTemplate"), self.context["result"])

    def _pipeline(self, resolver: Mapping[str, Any]) -> Json:
        before = self._mapped(resolver.get("requestMappingTemplate"), {})
        self.context["prev"] = {"result": before}
        for function_id in (resolver.get("pipelineConfig") or {}).get("functions", ()):
            step = self.kept.parts["Function"][(function_id,)]
            if step.get("code"):
                raise FieldFailed("Unsupported", "the local cloud does not run APPSYNC_JS code")
            self.context.pop("error", None)
            self.context["prev"] = {"result": self._unit(step)}
        self.context["result"] = self.context["prev"]["result"]
        return self._mapped(resolver.get("responseMappingTemplate"), self.context["result"])

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
