"""Recognises what the definition has only given another address: a move, not a delete and a create."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fairway.aws.provider import Live, Traits
from fairway.model.graph import Definition, Resource
from fairway.model.state import ResourceState, StackState


@dataclass
class Movable:
    """What is recorded under addresses that the definition has given up, and who takes it over.

    `claimed` holds old addresses by new ones, `doubts` by new address why nothing was taken over although
    something fits.
    """

    free: dict[str, dict[str, ResourceState]]
    new: Mapping[str, tuple[Resource, ...]]
    claimed: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)

    def claim(self, resource: Resource, is_same: Callable[[ResourceState], bool]) -> ResourceState | None:
        """The one recorded resource that this is, if there is exactly one and nobody else could be it."""
        free = self.free.get(resource.type, {})
        fitting = [held for held in free.values() if is_same(held)]
        if not fitting:
            return None
        others = [each for each in self.new[resource.type] if each.address != resource.address]
        if len(fitting) > 1 or any(each.properties == resource.properties for each in others):
            self.doubts[resource.address] = _doubt(resource.address, fitting)
            return None
        self.claimed[resource.address] = fitting[0].address
        return free.pop(fitting[0].address)


def movable(
    definition: Definition,
    state: StackState,
    live: Mapping[str, Live | None],
    traits: Callable[[str], Traits],
) -> Movable:
    """What may move: recorded, not in the definition any more, and not known to be gone."""
    free: dict[str, dict[str, ResourceState]] = {}
    for address, held in state.resources.items():
        stays = address in definition.resources or address in state.pending
        if not stays and live.get(address, held) is not None and traits(held.type).movable:
            free.setdefault(held.type, {})[address] = held
    new: dict[str, list[Resource]] = {}
    for address, resource in definition.resources.items():
        if address not in state.resources and resource.type in free:
            new.setdefault(resource.type, []).append(resource)
    return Movable(free, {name: tuple(found) for name, found in new.items()})


def generations_taken(state: StackState) -> Mapping[str, int]:
    """By address, the first generation whose generated name nothing else holds.

    What still has to be deleted holds one, and so does what was made there and has moved away.
    """
    taken: dict[str, int] = {}
    leftovers = [(held.address, held) for held in state.leftovers]
    moved = [(held.origin, held) for held in (*state.resources.values(), *state.leftovers) if held.origin]
    for address, held in (*leftovers, *moved):
        taken[address] = max(taken.get(address, 0), held.generation + 1)
    return taken


def _doubt(address: str, fitting: list[ResourceState]) -> str:
    names = " or ".join(sorted(held.address for held in fitting))
    return (
        f"may be {names} under another address: `fairway state move {fitting[0].address} {address}` says so"
    )
