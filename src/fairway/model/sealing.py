"""Turns values into what state, plans and events may hold, and back as far as that is possible."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from fairway.model.values import Artifact, Asset, Deferred, Json, Lookup, Reference, Secret, Value, references

SECRET = "$secret"
ARTIFACT = "$artifact"
UNKNOWN = "$unknown"
UNPROVED: Json = {UNKNOWN: "unproved"}
"""Recorded in place of a value that a deploy which was cut off may or may not have sent."""


def seal(value: Value, key: str) -> Json:
    """JSON for a value: a secret becomes its HMAC-SHA256 under `key`, an artifact its digest.

    What is not known becomes `{"$unknown": "<what it waits for>"}`.
    """
    match value:
        case str() | int() | float() | None:
            return value
        case dict():
            return {name: seal(child, key) for name, child in value.items()}
        case Secret(value=secret):
            return {SECRET: keyed_hash(secret, key)}
        case Artifact(digest=digest):
            return {ARTIFACT: digest}
        case Reference():
            return {UNKNOWN: str(value)}
        case Deferred() | Lookup() | Asset():
            return {UNKNOWN: describe_unknown(value)}
        case Mapping():
            return {name: seal(child, key) for name, child in value.items()}
        case Sequence():
            return [seal(child, key) for child in value]
        case _:
            return value


def keyed_hash(secret: str, key: str) -> str:
    """What stands for a secret: enough to see that it has changed."""
    return hmac.new(key.encode(), secret.encode(), hashlib.sha256).hexdigest()


def describe_unknown(value: Deferred | Lookup | Asset) -> str:
    """What an unknown value waits for, for people."""
    match value:
        case Asset(address=address):
            return f"the build of {address}"
        case Lookup(kind=kind, key=key) if not references(key):
            return f"{kind} {key}"
    return ", ".join(str(reference) for reference in references(value)) or "AWS"


def is_sealed_secret(value: Value) -> bool:
    """Whether a sealed value stands for a secret."""
    return isinstance(value, Mapping) and set(value) == {SECRET}


def unseal(value: Json) -> Value:
    """The value a sealed one stands for; a sealed secret stays sealed, for its text is gone."""
    match value:
        case str() | int() | float() | None:
            return value
        case {"$artifact": str(digest), **rest} if not rest:
            return Artifact(digest)
        case dict() | Mapping():
            return {name: unseal(child) for name, child in value.items()}
        case Sequence():
            return [unseal(child) for child in value]
        case _:
            return value
