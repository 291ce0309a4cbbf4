"""What two states of a stack have not in common, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fairway.model.differences import leaf_changes
from fairway.model.plan import PropertyChange
from fairway.model.state import ResourceState, StackState
from fairway.model.values import Json


class Fate(StrEnum):
    """What became of a resource between two states."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class ResourceDifference:
    """One resource's. A moved one has its earlier address in `before`; values are sealed."""

    address: str
    type: str
    fate: Fate
    before: str = ""
    properties: tuple[PropertyChange, ...] = ()


@dataclass(frozen=True)
class StateDifference:
    """Between two states of one stack; `outputs` by name."""

    resources: tuple[ResourceDifference, ...] = ()
    outputs: tuple[PropertyChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.resources or self.outputs)


def difference(before: StackState, after: StackState) -> StateDifference:
    """What has to be done to `before` to make it `after`, in the order of the addresses.

    One that is at another address with the same type and identifier has moved.
    """
    there = {_identity(held): held for held in before.resources.values()}
    moved = {
        address: there[_identity(held)].address
        for address, held in after.resources.items()
        if address not in before.resources
        and _identity(held) in there
        and there[_identity(held)].address not in after.resources
    }
    gone = before.resources.keys() - after.resources.keys() - set(moved.values())
    addresses = sorted({*after.resources, *gone})
    found = (_resource(address, before, after, moved.get(address, "")) for address in addresses)
    outputs = leaf_changes(_outputs(before), _outputs(after))
    return StateDifference(tuple(each for each in found if each), tuple(outputs))


def _resource(address: str, before: StackState, after: StackState, moved: str) -> ResourceDifference | None:
    was, now = before.resources.get(moved or address), after.resources.get(address)
    if now is None:
        return ResourceDifference(address, was.type, Fate.REMOVED) if was else None
    if was is None:
        return ResourceDifference(address, now.type, Fate.ADDED)
    properties = tuple(leaf_changes(_facts(was), _facts(now)))
    if moved:
        return ResourceDifference(address, now.type, Fate.MOVED, moved, properties)
    return ResourceDifference(address, now.type, Fate.CHANGED, "", properties) if properties else None


def _identity(held: ResourceState) -> tuple[str, str]:
    return held.type, held.identifier


def _facts(held: ResourceState) -> Mapping[str, Json]:
    """What was applied, and what else people would see change."""
    return {
        **held.properties,
        "(identifier)": held.identifier,
        "(deletion policy)": held.deletion_policy,
        "(protected)": held.protected,
    }


def _outputs(state: StackState) -> Mapping[str, Json]:
    return {name: output.value for name, output in state.outputs.items()}
