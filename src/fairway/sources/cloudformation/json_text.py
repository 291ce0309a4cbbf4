"""JSON text of a value that may hold parts which are not known yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from fairway.model.evaluate import apply_function
from fairway.model.values import Secret, Value, is_known


def json_text(value: Value) -> Value:
    """The value as compact JSON; where a part is unknown, text that waits for it.

    An unknown part is taken to be a string: it stands between quotes.
    """
    return apply_function("Join", ("", list(_pieces(value))))


def _pieces(value: Value) -> Iterator[Value]:
    match value:
        case Secret(value=secret):
            yield Secret(json.dumps(secret))
        case Mapping():
            yield from _between("{", (_member(key, child) for key, child in value.items()), "}")
        case list():
            yield from _between("[", map(_pieces, value), "]")
        case _ if is_known(value):
            yield json.dumps(value)
        case _:
            yield from ('"', value, '"')


def _member(key: str, child: Value) -> Iterator[Value]:
    yield f"{json.dumps(key)}:"
    yield from _pieces(child)


def _between(opening: str, items: Iterator[Iterator[Value]], closing: str) -> Iterator[Value]:
    yield opening
    for index, item in enumerate(items):
        if index:
            yield ","
        yield from item
    yield closing
