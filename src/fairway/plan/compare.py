"""Three-way comparison of one resource: definition, recorded, live, property by property."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fairway.aws.provider import Traits
from fairway.model.plan import PropertyChange, Reason, path_text
from fairway.model.sealing import ARTIFACT
from fairway.model.values import Json, Properties
from fairway.plan.masking import seal_live
from fairway.plan.meaning import Difference, Meaning, has_unknown, is_empty, mark, place


@dataclass(frozen=True)
class Comparison:
    """How a resource differs from what is wanted; `changed` are the top-level properties that do."""

    changes: tuple[PropertyChange, ...] = ()
    reason: Reason = Reason.NONE
    changed: frozenset[str] = frozenset()

    @property
    def replaces(self) -> bool:
        """Whether a property changed that cannot be updated."""
        return any(change.replaces for change in self.changes)


def compare(
    traits: Traits,
    wanted: Mapping[str, Json],
    recorded: Mapping[str, Json],
    live: Properties,
    key: str,
    ours: Collection[str] = (),
) -> Comparison:
    """What is wanted and what was recorded are sealed under `key`; live is as AWS answered it.

    Every property is compared with live where a read answers it, else with what was recorded. `ours` are
    properties that an update which was cut off may have set, or a create not yet: a difference is no drift.
    """
    meaning = Meaning(traits, key)
    found = list(_differences(meaning, wanted, recorded, live))
    return Comparison(
        tuple(_change(meaning, each, ours) for each in found),
        _reason(meaning, found),
        frozenset(str(each.path[0]) for each in found),
    )


def changed_by_hand(
    traits: Traits, recorded: Mapping[str, Json], live: Properties, key: str
) -> tuple[Difference, ...]:
    """Where live has moved away from what was recorded, which stands as `wanted` in what is answered."""
    return tuple(_differences(Meaning(traits, key), recorded, recorded, live))


def _differences(
    meaning: Meaning, wanted: Mapping[str, Json], recorded: Mapping[str, Json], live: Properties
) -> Iterator[Difference]:
    alike = (wanted,) if wanted == recorded else (wanted, recorded)
    actual = seal_live(live, meaning.traits, alike, meaning.key)
    for name in sorted({*wanted, *recorded, *(actual.keys() & meaning.traits.defaults.keys())}):
        yield from _property(meaning, name, wanted, recorded, actual)


def _property(
    meaning: Meaning,
    name: str,
    wanted: Mapping[str, Json],
    recorded: Mapping[str, Json],
    live: Mapping[str, Json],
) -> Iterator[Difference]:
    readable = name in meaning.traits.readable
    default = meaning.traits.defaults.get(name)
    want, was = wanted.get(name), recorded.get(name)
    actual = live.get(name) if readable else was
    if want == actual is not None:
        return  # most are, and finding no difference would take a look at every node
    if want is not None:
        if not (actual is None and is_empty(want)):
            yield from meaning.differences(want, default if actual is None else actual, was, (name,))
    elif was is None and (default is None or name in meaning.traits.create_only):
        return  # AWS's own doing: nobody set it, and no default is known or nobody could have changed it
    elif not is_empty(actual) and not (default is not None and meaning.same(default, actual, (name,))):
        yield Difference((name,), None, actual, was)


def _change(meaning: Meaning, found: Difference, ours: Collection[str]) -> PropertyChange:
    drift = found.path[0] not in ours and _is_drift(meaning, found)
    return PropertyChange(
        path_text(found.path),
        found.actual,
        found.wanted,
        replaces=_is_create_only(meaning.traits, found),
        drift=drift,
        recorded=found.recorded if drift else None,
    )


def _is_create_only(traits: Traits, found: Difference) -> bool:
    """Whether the place is or lies in a property that only a create can set, or holds one that differs.

    Of some properties only a create can settle whether they are there at all.
    """
    here = place(found.path)
    if here in traits.create_only or any(here.startswith(f"{only}.") for only in traits.create_only):
        return True
    if here in traits.settled_by_create and (found.wanted is None or found.actual is None):
        return True
    inside = (only.removeprefix(f"{here}.") for only in traits.create_only if only.startswith(f"{here}."))
    return any(_at(found.wanted, path) != _at(found.actual, path) for path in inside)


def _at(value: Json, path: str) -> list[Json]:
    """What stands at a dotted path below a value, for every item of a list on the way."""
    step, _, rest = path.partition(".")
    match value:
        case Mapping() if step in value:
            found = [value[step]]
        case Sequence() if step == "*" and not isinstance(value, str):
            found = list(value)
        case _:
            found = []
    return [each for child in found for each in _at(child, rest)] if rest else found


def _is_drift(meaning: Meaning, found: Difference) -> bool:
    if str(found.path[0]) not in meaning.traits.readable:
        return False
    if found.recorded is None:
        return found.wanted is None
    return not meaning.same(found.recorded, found.actual, found.path)


def _reason(meaning: Meaning, found: list[Difference]) -> Reason:
    if not found:
        return Reason.NONE
    intended = [each for each in found if not _was_wanted(meaning, each)]
    if not intended:
        return Reason.DRIFT
    if all(has_unknown(each.wanted) for each in intended):
        return Reason.DEPENDENCY
    return Reason.CODE if all(mark(each.wanted) == ARTIFACT for each in intended) else Reason.CHANGED


def _was_wanted(meaning: Meaning, found: Difference) -> bool:
    """Whether the definition still says what was recorded, so that only live has moved."""
    if found.wanted is None or found.recorded is None:
        return found.wanted is found.recorded
    return meaning.same(found.wanted, found.recorded, found.path)
