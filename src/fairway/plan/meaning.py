"""Compares sealed property values by what they mean to AWS. An absent value is None."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fairway.aws.provider import Traits
from fairway.model.graph import PropertyPath
from fairway.model.sealing import ARTIFACT, SECRET, UNKNOWN, keyed_hash
from fairway.model.values import Json
from fairway.plan.documents import canonical
from fairway.plan.shape import declares_keys, is_write_only

_MARKS = frozenset({SECRET, ARTIFACT, UNKNOWN})


@dataclass(frozen=True)
class Difference:
    """A place where what is wanted is not what is there. `recorded` is what was last applied there."""

    path: PropertyPath
    wanted: Json
    actual: Json
    recorded: Json


@dataclass(frozen=True)
class Meaning:
    """How the values of one type compare; `key` is the one that its secrets are hashed with."""

    traits: Traits
    key: str

    def same(self, wanted: Json, actual: Json, path: PropertyPath = ()) -> bool:
        """Whether both mean the same at this place."""
        return next(self.differences(wanted, actual, None, path), None) is None

    def differences(
        self, wanted: Json, actual: Json, recorded: Json, path: PropertyPath
    ) -> Iterator[Difference]:
        """Where the two differ, as deep inside as can be told.

        Keys that live adds to an object of the schema's are no difference, unless they were recorded:
        then the definition has dropped them.
        """
        here = place(path)
        if recorded is not None and self._cannot_have_changed(wanted, actual, here):
            actual = recorded
        if wanted == actual:
            return
        found = Difference(path, wanted, actual, recorded)
        if mark(wanted) or mark(actual):
            if not self._same_leaf(wanted, actual):
                yield found
        elif here in self.traits.documents:
            if has_unknown(wanted) or canonical(wanted) != canonical(actual):
                yield found
        elif here in self.traits.times:
            if _instant(wanted) != _instant(actual):
                yield found
        elif _is_tags(path, wanted, actual):
            yield from self._keys(_tags(wanted), _tags(actual), _tags(recorded), path, exact=True)
        elif isinstance(wanted, Mapping) and isinstance(actual, Mapping):
            exact = not declares_keys(self.traits.type, here)
            yield from self._keys(wanted, actual, _mapping(recorded), path, exact)
        elif _is_list(wanted) and _is_list(actual):
            yield from self._items(found)
        elif not self._same_leaf(wanted, actual):
            yield found

    def _cannot_have_changed(self, wanted: Json, actual: Json, here: str) -> bool:
        """What no call can change, or no read can tell in this form, is compared with what was recorded."""
        if here in self.traits.create_only or (actual is None and is_write_only(self.traits.type, here)):
            return True
        if mark(wanted) == SECRET:
            return not isinstance(actual, str) and mark(actual) != SECRET and actual is not None
        return mark(actual) == ARTIFACT and mark(wanted) not in (ARTIFACT, UNKNOWN)

    def _keys(
        self,
        wanted: Mapping[str, Json],
        actual: Mapping[str, Json],
        recorded: Mapping[str, Json],
        path: PropertyPath,
        exact: bool,
    ) -> Iterator[Difference]:
        for name in sorted({*wanted, *actual}):
            want, is_there, was = wanted.get(name), actual.get(name), recorded.get(name)
            inner = (*path, name)
            if name in wanted and (exact or is_there is not None or not is_empty(want)):
                yield from self.differences(want, is_there, was, inner)
            elif name not in wanted and (exact or (was is not None and not is_empty(is_there))):
                yield Difference(inner, None, is_there, was)

    def _items(self, found: Difference) -> Iterator[Difference]:
        wanted, actual, recorded = _list(found.wanted), _list(found.actual), _list(found.recorded)
        if len(wanted) != len(actual):
            yield found
        elif any(_lies_at(found.path, pattern) for pattern in self.traits.unordered):
            yield from self._set_items(wanted, actual, recorded, found.path)
        else:
            known = recorded if len(recorded) == len(wanted) else [None] * len(wanted)
            for index, (want, is_there, was) in enumerate(zip(wanted, actual, known, strict=True)):
                yield from self.differences(want, is_there, was, (*found.path, index))

    def _set_items(
        self, wanted: Sequence[Json], actual: Sequence[Json], recorded: Sequence[Json], path: PropertyPath
    ) -> Iterator[Difference]:
        """Pairs what means the same, then the others as they come, so that a change shows where it is."""
        left, odd = list(actual), []
        for index, want in enumerate(wanted):
            match = self._match(want, left, path)
            if match is None:
                odd.append(index)
            else:
                left.pop(match)
        for index, is_there in zip(odd, left, strict=True):
            was = self._match(wanted[index], recorded, path)
            known = None if was is None else recorded[was]
            yield from self.differences(wanted[index], is_there, known, (*path, index))

    def _match(self, wanted: Json, items: Sequence[Json], path: PropertyPath) -> int | None:
        """The position of the item that means the same."""
        same = (index for index, item in enumerate(items) if self.same(wanted, item, (*path, 0)))
        return next(same, None)

    def _same_leaf(self, wanted: Json, actual: Json) -> bool:
        marks = {mark(wanted), mark(actual)}
        if UNKNOWN in marks:
            return False
        if SECRET in marks:
            return self._hashed(wanted) == self._hashed(actual)
        if ARTIFACT in marks:
            return _digest(wanted) == _digest(actual)
        return _scalar(wanted) == _scalar(actual) if _are_of_two_kinds(wanted, actual) else wanted == actual

    def _hashed(self, value: Json) -> Json:
        return {SECRET: keyed_hash(value, self.key)} if isinstance(value, str) else value


def place(path: PropertyPath) -> str:
    """The path as traits and schemas write it: dotted, `*` for any item of a list."""
    return ".".join("*" if isinstance(step, int) else step for step in path)


def _lies_at(path: PropertyPath, pattern: str) -> bool:
    """Whether a path is what a pattern means, whose `*` is any item of a list and any key of a free map."""
    steps = pattern.split(".")
    return len(steps) == len(path) and all(
        step in ("*", here) for step, here in zip(steps, path, strict=True)
    )


def mark(value: Json) -> str:
    """Which of the tagged forms of sealing a value is; empty for plain values."""
    if isinstance(value, Mapping) and len(value) == 1:
        name = next(iter(value))
        return name if name in _MARKS else ""
    return ""


def has_unknown(value: Json) -> bool:
    """Whether a sealed value still waits for something."""
    match value:
        case str():
            return False
        case dict() | Mapping():
            return UNKNOWN in value or any(has_unknown(child) for child in value.values())
        case Sequence():
            return any(has_unknown(child) for child in value)
    return False


def is_empty(value: Json) -> bool:
    """Whether AWS answers such a value by leaving it out. Zero is not: it often switches something off."""
    match value:
        case None | False | "":
            return True
        case Mapping():
            return all(is_empty(child) for child in value.values())
        case Sequence():
            return len(value) == 0
    return False


def _are_of_two_kinds(one: Json, other: Json) -> bool:
    """Text against a number or truth value: definitions and services mix them freely."""
    return isinstance(one, str) != isinstance(other, str)


def _instant(value: Json) -> Json | datetime:
    """The point in time that a text names, UTC where it names no zone; any other value as it is."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _scalar(value: Json) -> Json:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value.lower() if value.lower() in ("true", "false") else value
    return value


def _digest(value: Json) -> Json:
    """A digest in hex, however it is written: AWS's CodeSha256 is base64."""
    if isinstance(value, Mapping):
        return value.get(ARTIFACT)
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True).hex()
        except ValueError:
            return value
    return value


def _is_tags(path: PropertyPath, *values: Json) -> bool:
    return path[-1:] == ("Tags",) and all(
        value is None or isinstance(value, Mapping) or (_is_list(value) and all(map(_is_tag, _list(value))))
        for value in values
    )


def _is_tag(item: Json) -> bool:
    return isinstance(item, Mapping) and "Key" in item and set(item) <= {"Key", "Value"}


def _tags(value: Json) -> Mapping[str, Json]:
    """Tags by key, without those that AWS sets itself."""
    if isinstance(value, Mapping):
        pairs = dict(value)
    else:
        pairs = {str(tag["Key"]): tag.get("Value", "") for tag in _list(value) if isinstance(tag, Mapping)}
    return {key: held for key, held in pairs.items() if not key.startswith("aws:")}


def _is_list(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else []


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
