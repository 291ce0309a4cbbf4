"""Whether a JSON document holds a part: what is expected of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from fairway.model.values import Json


def difference(expected: Json, found: Json, path: str = "$") -> str:
    """Where and how the document differs from what is expected of it; empty where it holds that.

    Of an object every key that is named must hold its part, others may be there; lists must have as many
    elements, each holding its part; everything else must be equal.
    """
    match expected:
        case Mapping():
            return _object(expected, found, path)
        case Sequence() if not isinstance(expected, str):
            return _list(expected, found, path)
    if expected == found and isinstance(expected, bool) == isinstance(found, bool):
        return ""
    return f"{path} is {_shown(found)}, expected {_shown(expected)}"


def _object(expected: Mapping[str, Json], found: Json, path: str) -> str:
    if not isinstance(found, Mapping):
        return f"{path} is {_shown(found)}, expected an object"
    for key, part in expected.items():
        place = f"{path}.{key}"
        if key not in found:
            return f"{place} is missing, expected {_shown(part)}"
        if differs := difference(part, found[key], place):
            return differs
    return ""


def _list(expected: Sequence[Json], found: Json, path: str) -> str:
    if not isinstance(found, Sequence) or isinstance(found, str):
        return f"{path} is {_shown(found)}, expected a list"
    if len(expected) != len(found):
        return f"{path} has {len(found)} elements, expected {len(expected)}"
    differences = (difference(part, found[at], f"{path}[{at}]") for at, part in enumerate(expected))
    return next(filter(None, differences), "")


def _shown(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
