"""Takes live into state: what was changed by hand becomes what is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fairway.aws.provider import Live
from fairway.model.graph import PropertyPath
from fairway.model.plan import Drift, Fate, path_text
from fairway.model.state import ResourceState, StackState
from fairway.model.values import Json
from fairway.plan.compare import changed_by_hand
from fairway.plan.drift import TraitsOf

_ACCEPTABLE = frozenset({Fate.KEEP, Fate.FORGET, Fate.UNKNOWN})
"""Where no definition says otherwise."""


@dataclass(frozen=True)
class Acceptance:
    """What came of accepting: the new state, what was taken, and what the definition does not let be."""

    state: StackState
    taken: tuple[Drift, ...] = ()
    left: tuple[Drift, ...] = ()


def accept(
    state: StackState, live: Mapping[str, Live | None], drift: Sequence[Drift], traits: TraitsOf
) -> Acceptance:
    """State with live in it, wherever the drift's fates do not say that a deploy changes it again."""
    taken, left = [], []
    resources = dict(state.resources)
    for each in drift:
        good, bad = _divided(each)
        taken += good
        left += bad
        for part in good:
            if part.deleted:
                del resources[part.address]
            else:
                held, answer = resources[part.address], live[part.address]
                assert answer is not None
                resources[part.address] = _with_live(held, answer, part, traits, state.secret_key)
    updating = {address: names for address, names in state.updating.items() if address in resources}
    return Acceptance(replace(state, resources=resources, updating=updating), tuple(taken), tuple(left))


def _divided(drift: Drift) -> tuple[list[Drift], list[Drift]]:
    """What can be accepted of a resource's drift, and what cannot."""
    if drift.deleted:
        return ([drift], []) if drift.fate in _ACCEPTABLE else ([], [drift])
    good = tuple(found for found in drift.properties if found.fate in _ACCEPTABLE)
    bad = tuple(found for found in drift.properties if found.fate not in _ACCEPTABLE)
    return [replace(drift, properties=good)] * bool(good), [replace(drift, properties=bad)] * bool(bad)


def _with_live(held: ResourceState, live: Live, drift: Drift, traits: TraitsOf, key: str) -> ResourceState:
    paths = {found.path for found in drift.properties}
    properties: Json = held.properties
    for found in changed_by_hand(traits(held.type), held.properties, live.properties, key):
        if path_text(found.path) in paths:
            properties = placed(properties, found.path, found.actual)
    assert isinstance(properties, Mapping)
    answer = live.over(held.ref, held.attributes)
    return replace(held, properties=properties, ref=answer.ref, attributes=answer.attributes)


def placed(value: Json, path: PropertyPath, new: Json) -> Json:
    """The value with `new` at a path, made where it is not there and removed where `new` is None.

    Tags in a list are named by their keys, as `plan.meaning` names them.
    """
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, Sequence) and not isinstance(value, str):
        if isinstance(step, str):
            return _tagged(value, step, new)
        return [placed(item, rest, new) if at == step else item for at, item in enumerate(value)]
    held = value if isinstance(value, Mapping) else {}
    inner = placed(held.get(str(step)), rest, new)
    others = {name: child for name, child in held.items() if name != step}
    return others if inner is None else {**others, str(step): inner}


def _tagged(tags: Sequence[Json], key: str, new: Json) -> Json:
    others = [tag for tag in tags if not (isinstance(tag, Mapping) and tag.get("Key") == key)]
    return others if new is None else [*others, {"Key": key, "Value": new}]
