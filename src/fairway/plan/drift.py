"""What was changed outside Fairway, apart from what is intended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from fairway.aws.provider import Live, Traits
from fairway.model.plan import Action, Change, Drift, DriftedProperty, Fate, PropertyChange, Reason, path_text
from fairway.model.state import ResourceState, StackState
from fairway.plan.compare import changed_by_hand

TraitsOf = Callable[[str], Traits]
FateOf = Callable[[str], Fate]
"""Told a property's path in people's form."""


def drift_alone(
    state: StackState, live: Mapping[str, Live | None], traits: TraitsOf, fate: Fate = Fate.UNKNOWN
) -> tuple[Drift, ...]:
    """How live differs from state, where no definition says what comes of it.

    Resources that `live` says nothing about are left out, and so is what a deploy has not finished.
    """
    read = (held for address, held in sorted(state.resources.items()) if address in live)
    return tuple(
        each
        for held in read
        if held.address not in state.pending
        for each in drift_of(state, held, live[held.address], traits(held.type), partial(_always, fate))
    )


def drift_of(
    state: StackState, recorded: ResourceState, live: Live | None, traits: Traits, fate_of: FateOf
) -> Iterator[Drift]:
    """The drift of one resource, if there is any. `fate_of` is asked with an empty path for a deleted one.

    What an update of ours that was cut off may have set is none.
    """
    if live is None:
        yield deleted_by_hand(recorded, fate_of(""))
        return
    ours = state.updating.get(recorded.address, ())
    changed = changed_by_hand(traits, recorded.properties, live.properties, state.secret_key)
    found = [each for each in changed if each.path[0] not in ours]
    paths = [path_text(each.path) for each in found]
    properties = [
        DriftedProperty(path, each.wanted, each.actual, fate_of(path))
        for path, each in zip(paths, found, strict=True)
    ]
    if properties:
        yield Drift(recorded.address, recorded.type, recorded.identifier, tuple(properties))


def deleted_by_hand(recorded: ResourceState, fate: Fate) -> Drift:
    """Somebody has deleted it."""
    return Drift(recorded.address, recorded.type, recorded.identifier, deleted=True, fate=fate)


def fate_under(action: Action, changes: tuple[PropertyChange, ...]) -> FateOf:
    """What becomes of a property of a resource that is in the definition, when this is done to it."""

    def fate(path: str) -> Fate:
        if action is Action.REPLACE:
            return Fate.REPLACE
        return Fate.OVERWRITE if any(_touches(change.path, path) for change in changes) else Fate.KEEP

    return fate


def _touches(changed: str, path: str) -> bool:
    """Whether one path is the other or lies within it."""
    short, long = sorted((changed, path), key=len)
    return long.startswith(short) and long[len(short) : len(short) + 1] in ("", ".", "[")


def drift_of_removed(
    changes: Iterable[Change], state: StackState, live: Mapping[str, Live | None], traits: TraitsOf
) -> tuple[Drift, ...]:
    """The drift of what the definition has no more."""
    found: list[Drift] = []
    for change in changes:
        if change.address in live and change.reason is not Reason.LEFTOVER:
            held, fate = state.resources[change.address], _OF_REMOVED[change.action]
            kind = traits(change.type)
            found += drift_of(state, held, live[change.address], kind, partial(_always, fate))
    return tuple(found)


def _always(fate: Fate, _path: str) -> Fate:
    return fate


_OF_REMOVED = {Action.DELETE: Fate.DELETE, Action.FORGET: Fate.FORGET}
