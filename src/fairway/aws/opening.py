"""What an operation knows when it starts: the properties, their secrets, the identity."""

from __future__ import annotations

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
    texts, names = _secrets(properties)
    plain: dict[str, Any] = unwrapped(properties) if texts else dict(properties)
    context = Context(
        derived,
        caller,
        {},
        after=plain,
        progress=progress,
        secrets=texts,
        artifacts=artifacts,
        secret_names=names,
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


def _secrets(properties: Properties) -> tuple[frozenset[str], frozenset[str]]:
    """The texts of secrets in the clear, and the properties that hold a secret, also as state keeps it."""
    texts: set[str] = set()
    names: set[str] = set()
    for name, value in properties.items():
        for node in walk(value):
            if isinstance(node, Secret):
                texts.add(node.value)
                names.add(name.casefold())
            elif isinstance(node, dict) and node.keys() == {SECRET}:
                names.add(name.casefold())
    return frozenset(texts), frozenset(names)
