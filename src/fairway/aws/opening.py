"""What an operation knows when it starts: the properties, their secrets, the identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.aws.artifacts import Artifacts
from fairway.aws.calls import Caller, Progress, quiet
from fairway.aws.catalogue.context import Context
from fairway.aws.catalogue.derive import Derived
from fairway.model.sealing import SECRET
from fairway.model.values import Properties, Secret, Value, rewrite, walk


def open_context(
    caller: Caller,
    derived: Derived,
    properties: Properties,
    *,
    identifier: str = "",
    progress: Progress = quiet,
    artifacts: Artifacts | None = None,
) -> Context:
    """The context of one operation on one resource; an empty `identifier` means that it has none yet."""
    plain = unwrapped(properties)
    context = Context(
        derived,
        caller,
        {},
        after=plain,
        progress=progress,
        secrets=frozenset(node.value for node in walk(properties) if isinstance(node, Secret)),
        artifacts=artifacts,
        secret_names=_secret_names(properties),
    )
    context.learn(plain)
    first = derived.type.identity[0]
    if derived.type.names is not None and isinstance(plain.get(first), str):
        context.learn(derived.type.names(plain[first]))
    if identifier:
        context.identify(identifier)
    return context


def unwrapped(properties: Properties) -> dict[str, Any]:
    """The properties with their secrets as text; artifacts stay until they are sent."""

    def step(node: Value) -> Value:
        return node.value if isinstance(node, Secret) else node

    return {name: rewrite(value, step) for name, value in properties.items()}


def _secret_names(properties: Properties) -> frozenset[str]:
    """The properties that hold a secret, in the clear or as state keeps it."""

    def is_secret(node: Value) -> bool:
        return isinstance(node, Secret) or (isinstance(node, Mapping) and set(node) == {SECRET})

    return frozenset(
        name.casefold() for name, value in properties.items() if any(map(is_secret, walk(value)))
    )
