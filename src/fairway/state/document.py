"""The state document: JSON with a schema version and a checksum of what it holds.

{"schema": 1, "checksum": "<hex sha256 of the compact JSON of `state`>", "state": {…}}
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from fairway.model.errors import Failed
from fairway.model.state import SCHEMA_VERSION, OutputState, PendingCreate, ResourceState, StackState


def new_state(
    stack: str, environment: str, *, account: str = "", region: str = "", lineage: str = ""
) -> StackState:
    """The state of a stack that is not deployed, with a key for secrets of its own.

    `lineage` is that of an earlier life of the stack, whose remains it may take over; else it gets its own.
    """
    return StackState(
        stack,
        environment,
        account,
        region,
        lineage=lineage or secrets.token_hex(8),
        secret_key=secrets.token_hex(32),
    )


def encode(state: StackState) -> str:
    """The document's text."""
    body = _compact(state)
    return f'{{"schema": {SCHEMA_VERSION}, "checksum": "{_checksum(body)}", "state": {body}}}\n'


def decode(text: str, file: str) -> StackState:
    """The state a document holds. Raises Failed when it is damaged or newer than this program."""
    try:
        document = json.loads(text)
        schema, checksum, body = document["schema"], document["checksum"], document["state"]
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(file, f"it is not a state document ({error})") from None
    if schema != SCHEMA_VERSION:
        raise Failed(
            "state.newer",
            f"the state document has schema version {schema}, this Fairway knows {SCHEMA_VERSION}",
            where=file,
            why="it was written by another version of Fairway",
            next="use the version of Fairway that wrote it, or a newer one",
        )
    if checksum != _checksum(_compact(body)):
        raise _damaged(file, "its checksum does not fit what it holds")
    try:
        return _state(body)
    except (TypeError, KeyError, AttributeError) as error:
        raise _damaged(file, f"a part is missing or has another form ({error})") from None


def _state(body: Mapping[str, Any]) -> StackState:
    parts = {
        "resources": {key: ResourceState(**_tuples(held)) for key, held in body["resources"].items()},
        "pending": {key: PendingCreate(**_tuples(held)) for key, held in body["pending"].items()},
        "leftovers": tuple(ResourceState(**_tuples(held)) for held in body["leftovers"]),
        "outputs": {name: OutputState(**held) for name, held in body["outputs"].items()},
    }
    return StackState(**{**body, **parts})


def _tuples(held: Mapping[str, Any]) -> dict[str, Any]:
    return {**held, "dependencies": tuple(held["dependencies"])}


def _compact(value: object) -> str:
    return json.dumps(value, default=vars, separators=(",", ":"))


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _damaged(file: str, why: str) -> Failed:
    return Failed("state.damaged", "the state document is damaged", where=file, why=why)
