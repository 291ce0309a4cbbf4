"""The state document: JSON with a schema version and a checksum of what it holds.

{"schema": 2, "checksum": "<hex sha256 of the compact JSON of `state`>", "state": {…}}
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from fairway.model.errors import Failed
from fairway.model.state import SCHEMA_VERSION, OutputState, PendingCreate, ResourceState, StackState
from fairway.state.migrations import migrated
from fairway.state.parsing import NotJson, parse


class UnusableDocument(Failed):
    """A state document is there, and cannot be read as this stack's."""


def new_state(
    stack: str,
    environment: str,
    *,
    account: str = "",
    region: str = "",
    lineage: str = "",
    serial: int = 0,
    secret_key: str = "",
) -> StackState:
    """The state of a stack that is not deployed.

    `lineage`, `serial` and `secret_key` are those of an earlier life of the stack, whose remains it may take
    over and whose records it may go back to; else it gets its own.
    """
    return StackState(
        stack,
        environment,
        account,
        region,
        lineage=lineage or secrets.token_hex(8),
        serial=serial,
        secret_key=secret_key or secrets.token_hex(32),
    )


def encode(state: StackState) -> bytes:
    """The document."""
    body = _compact(state)
    return f'{{"schema": {SCHEMA_VERSION}, "checksum": "{_checksum(body)}", "state": {body}}}\n'.encode()


def decode(content: bytes, where: str, *, environment: str = "", stack: str = "") -> StackState:
    """The state a document holds, whichever schema version it was written in.

    Raises UnusableDocument when it is damaged, newer than this program, or not of the environment and stack
    that are given.
    """
    schema, checksum, body = _parts(content, where)
    if schema > SCHEMA_VERSION:
        raise _newer(schema, where)
    if checksum != _checksum(_compact(body)):
        raise _damaged(where, "its checksum does not fit what it holds")
    try:
        state = _state(migrated(body, schema))
    except (TypeError, KeyError, AttributeError):
        raise _damaged(where, f"its state has not the form of schema version {schema}") from None
    if (environment and state.environment != environment) or (stack and state.stack != stack):
        raise _foreign(state, where)
    return state


def _parts(content: bytes, where: str) -> tuple[int, str, Mapping[str, Any]]:
    try:
        document = parse(content)
    except NotJson as error:
        raise _damaged(where, str(error)) from None
    match document:
        case {"schema": int(schema), "checksum": str(checksum), "state": dict(body)}:
            return schema, checksum, body
    raise _damaged(where, "it is not an object with `schema`, `checksum` and `state`")


def _state(body: Mapping[str, Any]) -> StackState:
    parts = {
        "resources": {key: ResourceState(**_tuples(held)) for key, held in body["resources"].items()},
        "pending": {key: PendingCreate(**_tuples(held)) for key, held in body["pending"].items()},
        "leftovers": tuple(ResourceState(**_tuples(held)) for held in body["leftovers"]),
        "outputs": {name: OutputState(**held) for name, held in body["outputs"].items()},
        "updating": {address: tuple(names) for address, names in body["updating"].items()},
    }
    return StackState(**{**body, **parts})


def _tuples(held: Mapping[str, Any]) -> dict[str, Any]:
    return {**held, "dependencies": tuple(held["dependencies"])}


def _compact(value: object) -> str:
    return json.dumps(value, default=vars, separators=(",", ":"))


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _damaged(where: str, why: str) -> UnusableDocument:
    return UnusableDocument("state.damaged", "the state document is damaged", where=where, why=why)


def _newer(schema: int, where: str) -> UnusableDocument:
    return UnusableDocument(
        "state.newer",
        f"the state document has schema version {schema}, this Fairway knows {SCHEMA_VERSION}",
        where=where,
        why="it was written by a newer version of Fairway",
        next="use the version of Fairway that wrote it, or a newer one",
    )


def _foreign(state: StackState, where: str) -> UnusableDocument:
    return UnusableDocument(
        "state.foreign",
        f"the state document is that of {state.stack} in {state.environment}",
        where=where,
        why="it was copied or moved here by hand",
    )
