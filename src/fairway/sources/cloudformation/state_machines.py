"""State machine definitions in the one form that the API takes: text with its substitutions made.

The API knows neither `Definition` nor `DefinitionSubstitutions`; CloudFormation makes them into text. Source:
CloudFormation User Guide, "AWS::StepFunctions::StateMachine".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from fairway.model.errors import WrongInput
from fairway.model.evaluate import apply_function
from fairway.model.graph import Resource
from fairway.model.values import Deferred, Value
from fairway.sources.cloudformation.json_text import json_text
from fairway.sources.cloudformation.result import BROKEN
from fairway.sources.findings import Findings

TYPE = "AWS::StepFunctions::StateMachine"
_SUBSTITUTION = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


def with_definition_text(resource: Resource, findings: Findings) -> Resource:
    """The state machine with `DefinitionString` alone; one whose definition lies in S3 stays as it is."""
    properties = dict(resource.properties)
    if "Definition" in properties:
        properties["DefinitionString"] = json_text(properties.pop("Definition"))
    substitutions = properties.get("DefinitionSubstitutions", {})
    if "DefinitionString" in properties and isinstance(substitutions, Mapping):
        properties.pop("DefinitionSubstitutions", None)
        try:
            definition = _substituted(properties["DefinitionString"], substitutions)
        except WrongInput as error:
            where = resource.locate(("DefinitionSubstitutions",))
            findings.error(error.code, f"{resource.address}: {error.what}", where)
            definition = BROKEN
        properties["DefinitionString"] = definition
    return replace(resource, properties=properties)


def _substituted(definition: Value, substitutions: Mapping[str, Value]) -> Value:
    match definition:
        case str():
            parts: list[Value] = [definition]
        case Deferred("Join", ("", [*parts])):
            pass
        case _:
            return definition
    return apply_function("Join", ("", [piece for part in parts for piece in _pieces(part, substitutions)]))


def _pieces(part: Value, substitutions: Mapping[str, Value]) -> Iterator[Value]:
    if not isinstance(part, str):
        yield part
        return
    position = 0
    for match in _SUBSTITUTION.finditer(part):
        if match.group(1) in substitutions:
            yield from (part[position : match.start()], substitutions[match.group(1)])
            position = match.end()
    yield part[position:]
