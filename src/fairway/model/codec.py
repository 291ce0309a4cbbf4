"""Whole values as JSON and back, with what is not yet known: for definitions and intents that are stored.

Unlike `sealing`, which is for comparing and showing, nothing but the text of secrets is lost:

    {"$reference": ["Table", "Arn"]}      {"$lookup": ["ssm", <value>]}
    {"$deferred": ["Join", [<values>]]}   {"$secret": "<keyed hash>"}   {"$artifact": "<hex sha256>"}
    {"$literal": {…}}                     a map of the user's that looks like one of these
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from fairway.model.graph import Definition, Output, Parameter, Resource
from fairway.model.location import Location
from fairway.model.rollout import Rollout, Step
from fairway.model.sealing import ARTIFACT, SECRET, keyed_hash
from fairway.model.values import Artifact, Asset, Deferred, Json, Lookup, Reference, Secret, Value

REFERENCE, DEFERRED, LOOKUP, LITERAL = "$reference", "$deferred", "$lookup", "$literal"
_TAGS = frozenset({REFERENCE, DEFERRED, LOOKUP, LITERAL, SECRET, ARTIFACT})


def encode_value(value: Value, key: str) -> Json:
    """JSON for a value whose assets have been built; secrets become their keyed hash under `key`.

    A secret that is sealed already stays as it is. Raises TypeError for an asset.
    """
    match value:
        case Reference(address, attribute):
            return {REFERENCE: [address, attribute]}
        case Deferred(function, arguments):
            return {DEFERRED: [function, [encode_value(argument, key) for argument in arguments]]}
        case Lookup(kind, looked_up):
            return {LOOKUP: [kind, encode_value(looked_up, key)]}
        case Secret(text):
            return {SECRET: keyed_hash(text, key)}
        case Artifact(digest=digest):
            return {ARTIFACT: digest}
        case Asset():
            raise TypeError(f"the code of {value.address} has not been built")
        case str():
            return value
        case Mapping():
            encoded = {name: encode_value(child, key) for name, child in value.items()}
            return {LITERAL: encoded} if _looks_tagged(value) else encoded
        case Sequence():
            return [encode_value(child, key) for child in value]
    return value


def decode_value(value: Json) -> Value:
    """The value that `encode_value` wrote. A secret stays sealed, `{"$secret": …}`: its text is gone."""
    match value:
        case str():
            return value
        case Mapping():
            return _tagged(value) if len(value) == 1 else _children(value)
        case Sequence():
            return [decode_value(child) for child in value]
    return value


def _looks_tagged(value: Mapping[str, Value]) -> bool:
    """A sealed secret is one of ours, not the user's."""
    return len(value) == 1 and next(iter(value)) in _TAGS - {SECRET}


def _tagged(value: Mapping[str, Json]) -> Value:
    [(tag, content)] = value.items()
    body = cast(Any, content)
    match tag:
        case "$reference":
            return Reference(*body)
        case "$deferred":
            return Deferred(body[0], tuple(decode_value(argument) for argument in body[1]))
        case "$lookup":
            return Lookup(body[0], decode_value(body[1]))
        case "$artifact":
            return Artifact(body)
        case "$literal":
            return _children(body)
    return _children(value)


def _children(value: Mapping[str, Json]) -> Value:
    return {name: decode_value(child) for name, child in value.items()}


def encode_definition(definition: Definition, key: str) -> dict[str, Any]:
    """A definition whose assets have been built, as JSON; places of single properties are left out."""
    return {
        "source": definition.source,
        "file": definition.file,
        "description": definition.description,
        "resources": {name: _resource(each, key) for name, each in definition.resources.items()},
        "outputs": {name: _output(each, key) for name, each in definition.outputs.items()},
        "parameters": {name: _parameter(each, key) for name, each in definition.parameters.items()},
    }


def decode_definition(document: Mapping[str, Any]) -> Definition:
    """The definition that `encode_definition` wrote; its secrets stay sealed."""
    return Definition(
        document["source"],
        document["file"],
        {name: _decode_resource(name, each) for name, each in document["resources"].items()},
        {name: _decode_output(name, each) for name, each in document["outputs"].items()},
        {name: _decode_parameter(name, each) for name, each in document["parameters"].items()},
        document["description"],
    )


def _resource(resource: Resource, key: str) -> dict[str, Any]:
    return {
        "type": resource.type,
        "properties": {name: encode_value(each, key) for name, each in resource.properties.items()},
        "location": _location(resource.location),
        "depends_on": list(resource.depends_on),
        "deletion_policy": resource.deletion_policy,
        "update_replace_policy": resource.update_replace_policy,
        **({"rollout": _rollout(resource.rollout, key)} if resource.rollout else {}),
    }


def _decode_resource(address: str, document: Mapping[str, Any]) -> Resource:
    return Resource(
        address,
        document["type"],
        {name: decode_value(each) for name, each in document["properties"].items()},
        Location(*document["location"]),
        tuple(document["depends_on"]),
        document["deletion_policy"],
        document["update_replace_policy"],
        rollout=_decode_rollout(document["rollout"]) if "rollout" in document else None,
    )


def _rollout(rollout: Rollout, key: str) -> dict[str, Any]:
    return {
        "steps": [[step.percent, step.seconds] for step in rollout.steps],
        "alarms": [encode_value(name, key) for name in rollout.alarms],
        "before": encode_value(rollout.before, key),
        "after": encode_value(rollout.after, key),
        "shifted": rollout.shifted,
        "weights": rollout.weights,
    }


def _decode_rollout(document: Mapping[str, Any]) -> Rollout:
    return Rollout(
        tuple(Step(*step) for step in document["steps"]),
        tuple(decode_value(name) for name in document["alarms"]),
        decode_value(document["before"]),
        decode_value(document["after"]),
        document["shifted"],
        document["weights"],
    )


def _output(output: Output, key: str) -> dict[str, Any]:
    return {
        "value": encode_value(output.value, key),
        "description": output.description,
        "export": encode_value(output.export, key),
        "location": _location(output.location) if output.location else None,
    }


def _decode_output(name: str, document: Mapping[str, Any]) -> Output:
    location = document["location"]
    return Output(
        name,
        decode_value(document["value"]),
        document["description"],
        decode_value(document["export"]),
        Location(*location) if location else None,
    )


def _parameter(parameter: Parameter, key: str) -> dict[str, Any]:
    value = encode_value(parameter.value, key)
    return {"type": parameter.type, "value": value, "secret": parameter.secret}


def _decode_parameter(name: str, document: Mapping[str, Any]) -> Parameter:
    return Parameter(name, document["type"], decode_value(document["value"]), document["secret"])


def _location(location: Location) -> list[Any]:
    return [location.file, location.line, location.column]
