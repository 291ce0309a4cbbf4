"""Whole values as JSON and back, with what is not yet known: for definitions and intents that are stored.

Unlike `sealing`, which is for comparing and showing, nothing but the text of secrets is lost:

    {"$reference": ["Table", "Arn"]}      {"$lookup": ["ssm", <value>]}
    {"$deferred": ["Join", [<values>]]}   {"$secret": "<keyed hash>"}   {"$artifact": "<hex sha256>"}
    {"$literal": {…}}                     a map of the user's that looks like one of these
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

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
