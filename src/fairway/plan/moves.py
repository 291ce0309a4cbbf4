"""Recognises what the definition has only given another address: a move, not a delete and a create."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fairway.aws.provider import Live, Traits
from fairway.model.graph import Definition, Resource
from fairway.model.state import ResourceState, StackState


@dataclass
class Movable:
    """What is recorded under addresses that the definition has given up, and who takes it over.

    `claimed` holds old addresses by new ones, `doubts` by new address why nothing was taken over although
    something fits. `offered` are the old addresses that the doubts' commands name.
    """

    free: dict[str, dict[str, ResourceState]]
    new: Mapping[str, tuple[Resource, ...]]
    claimed: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)

    def claim(self, resource: Resource, is_same: Callable[[ResourceState], bool]) -> ResourceState | None:
        """The one recorded resource that this is, if there is exactly one and nobody else could be it."""
        free = self.free.get(resource.type, {})
        fitting = [held for held in free.values() if is_same(held)]
        if not fitting:
            return None
        others = [each for each in self.new[resource.type] if each.address != resource.address]
        rivals = [each.address for each in others if each.properties == resource.properties]
        if len(fitting) > 1 or rivals:
            self.doubts[resource.address] = self._doubt(resource.address, fitting, rivals)
            return None
        self.claimed[resource.address] = fitting[0].address
        return free.pop(fitting[0].address)

    def _doubt(self, address: str, fitting: Sequence[ResourceState], rivals: Sequence[str]) -> str:
        """What it may be, and who else; a command that, as far as they go, no other resource is told too."""
        names = sorted(held.address for held in fitting)
        mine = next((name for name in names if name not in self.offered), names[0])
        self.offered.add(mine)
        also = f", as may {' and '.join(sorted(rivals))}" if rivals else ""
        command = f"fairway state move {mine} {address}"
        return f"may be {' or '.join(names)} under another address{also}: `{command}` says so"


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
