"""Seals what AWS answers, without letting through a secret that it answers in the clear."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from fairway.aws.provider import Traits
from fairway.model.graph import PropertyPath
from fairway.model.sealing import SECRET, keyed_hash, seal
from fairway.model.values import Json, Properties
from fairway.plan.documents import parsed
from fairway.plan.meaning import mark, place


def seal_live(
    properties: Properties, traits: Traits, alike: Sequence[Mapping[str, Json]], key: str
) -> Mapping[str, Json]:
    """Sealed live properties. Wherever one of `alike` (the definition's and the recorded properties,
    sealed) has a secret, live is taken for one, so that a changed secret does not show either."""
    secret = frozenset(found for properties in alike for found in _secret_places(properties, ()))

    def masked(value: Json, path: PropertyPath) -> Json:
        here = place(path)
        if here in secret and value is not None:
            return value if mark(value) else {SECRET: keyed_hash(_text(value), key)}
        if here in traits.documents and isinstance(value, str):
            value = parsed(value)
        match value:
            case Mapping():
                return {name: masked(child, (*path, name)) for name, child in value.items()}
            case str():
                return value
            case Sequence():
                return [masked(child, (*path, 0)) for child in value]
        return value

    sealed = {name: seal(value, key) for name, value in properties.items()}
    if not secret:
        return sealed
    return {name: masked(value, (name,)) for name, value in sealed.items()}


def _secret_places(value: Json, path: PropertyPath) -> Iterator[str]:
    match value:
        case str() | int() | float() | None:
            return
        case dict() | Mapping() if mark(value) == SECRET:
            yield place(path)
        case dict() | Mapping():
            for name, child in value.items():
                yield from _secret_places(child, (*path, name))
        case Sequence():
            for child in value:
                yield from _secret_places(child, (*path, 0))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
