"""Changes that take a resource away, and the refusals that guard what holds data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fairway.aws.provider import Live, Traits
from fairway.model.graph import DeletionPolicy, Resource, keeps
from fairway.model.plan import Action, Change, Contents, Impact, Reason, Refusal
from fairway.model.state import ResourceState, StackState

EVERYTHING = "*"
KEPT = "stays in AWS; Fairway forgets it"
DELETED_FIRST = "the old one is deleted before the new one is made: for a while there is none"
MADE_FIRST = "the new one is made first, the old one is deleted at the end"

Counts: TypeAlias = Mapping[tuple[str, str], Contents]
"""What is in resources, by type and identifier; one whose contents nobody can count is left out."""
Count: TypeAlias = Callable[[Iterable[ResourceState]], Counts]


def uncounted(_: Iterable[ResourceState]) -> Counts:
    """Where nothing is to be asked of AWS."""
    return {}


@dataclass(frozen=True)
class Guard:
    """Decides whether something may be deleted; `allowed` are addresses, or `*` for all that holds data.

    What is protected goes only when its own address is among them.
    """

    traits: Callable[[str], Traits]
    allowed: frozenset[str]
    count: Count = uncounted

    def counted(self, going: Iterable[ResourceState]) -> Counts:
        """What is in those that hold data."""
        holding = [held for held in going if self.traits(held.type).holds_data]
        return self.count(holding) if holding else {}

    def refusal(
        self,
        recorded: ResourceState,
        action: Action,
        policy: DeletionPolicy,
        counts: Counts,
        resource: Resource | None = None,
    ) -> Refusal | None:
        """Why the old resource must not go, or None when it may."""
        if recorded.address in self.allowed or keeps(policy):
            return None
        why = self._why_not(recorded, policy, counts)
        if not why:
            return None
        verb = "replacing" if action is Action.REPLACE else "deleting"
        sentence = f"{verb} {recorded.address} ({recorded.identifier}) {why}"
        location = resource.location if resource else None
        return Refusal(recorded.address, recorded.type, action, sentence, location)

    def _why_not(self, recorded: ResourceState, policy: DeletionPolicy, counts: Counts) -> str:
        if recorded.protected:
            return f"is not allowed: it is protected{_holding(recorded, counts)}"
        if EVERYTHING in self.allowed:
            return ""
        if policy == "Snapshot":
            return f"asks for a snapshot, which Fairway cannot take of a {recorded.type}"
        if self.traits(recorded.type).holds_data:
            return f"would destroy the data in it{_holding(recorded, counts)}"
        return ""

    def impact(self, recorded: ResourceState, policy: DeletionPolicy, counts: Counts, *notes: str) -> Impact:
        """What deleting the old resource does to those who use it."""
        kept = keeps(policy)
        loses = not kept and self.traits(recorded.type).holds_data
        said = (f"its data is lost{_holding(recorded, counts)}",) if loses else (KEPT,) if kept else ()
        return Impact(data_loss=loses, notes=(*notes, *said), contents=counts.get(_identity(recorded)))


def _holding(recorded: ResourceState, counts: Counts) -> str:
    contents = counts.get(_identity(recorded))
    return f": {contents}" if contents else ""


def _identity(held: ResourceState) -> tuple[str, str]:
    return held.type, held.identifier


def users(state: StackState) -> Mapping[str, frozenset[str]]:
    """By address, the addresses of the resources that depend on it, as recorded."""
    found: dict[str, set[str]] = {}
    for held in (*state.resources.values(), *state.leftovers):
        for dependency in held.dependencies:
            found.setdefault(dependency, set()).add(held.address)
    return {address: frozenset(by - {address}) for address, by in found.items()}


def removals(
    state: StackState,
    addresses: frozenset[str],
    leftovers: Sequence[ResourceState],
    live: Mapping[str, Live | None],
    guard: Guard,
    reason: Reason,
) -> tuple[list[Change], list[Refusal]]:
    """Changes for recorded resources that have to go, and for what earlier deploys left to delete."""
    used_by = users(state)
    going = [state.resources[address] for address in sorted(addresses)]
    gone = {address for address in addresses if address in live and live[address] is None}
    deleted = [(held, held.deletion_policy) for held in going if held.address not in gone]
    left = [(held, _policy_of_leftover(held)) for held in leftovers]
    counts = guard.counted(held for held, policy in (*deleted, *left) if not keeps(policy))
    changes = [_removal(held, held.address in gone, guard, reason, used_by, counts) for held in going]
    changes += [_leftover(held, guard, used_by, counts) for held in leftovers]
    refusals = [guard.refusal(held, Action.DELETE, policy, counts) for held, policy in (*deleted, *left)]
    return changes, [refusal for refusal in refusals if refusal]


def _removal(
    held: ResourceState,
    gone: bool,
    guard: Guard,
    reason: Reason,
    used_by: Mapping[str, frozenset[str]],
    counts: Counts,
) -> Change:
    return Change(
        held.address,
        held.type,
        Action.FORGET if gone or keeps(held.deletion_policy) else Action.DELETE,
        Reason.GONE if gone else reason,
        impact=Impact() if gone else guard.impact(held, held.deletion_policy, counts),
        dependencies=tuple(sorted(used_by.get(held.address, ()))),
        identifier=held.identifier,
    )


def _leftover(
    held: ResourceState, guard: Guard, used_by: Mapping[str, frozenset[str]], counts: Counts
) -> Change:
    return Change(
        held.address,
        held.type,
        Action.DELETE,
        Reason.LEFTOVER,
        impact=guard.impact(held, _policy_of_leftover(held), counts),
        dependencies=tuple(sorted(used_by.get(held.address, ()))),
        identifier=held.identifier,
    )


def _policy_of_leftover(held: ResourceState) -> DeletionPolicy:
    """What is to be kept never becomes a leftover; a snapshot has to be asked for again."""
    return "Snapshot" if held.update_replace_policy == "Snapshot" else "Delete"
