"""Placeholders: what stands in a secret until somebody puts the real value in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from fairway.model.values import Json

PLACEHOLDER = "placeholder: put the real value in with `fairway secrets set`"
"""What Fairway itself writes."""
_FORM = re.compile(
    r"\W*(placeholder|change.?me|replace.?me|to.?do|tbd|dummy|x{3,}|your[\s_-].*)\W*|<.*>|.*\bplaceholder\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""What people write, and Fairway."""


def placeholders(value: str) -> list[str]:
    """Where a secret's value holds one: names of members where it is JSON, else an empty name."""
    try:
        document: Json = json.loads(value)
    except ValueError:
        document = value
    return [place for place, text in _texts(document, "") if _FORM.fullmatch(text)]


def _texts(value: Json, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield place, value
        case Mapping():
            for name, each in value.items():
                yield from _texts(each, f"{place}.{name}".lstrip("."))
