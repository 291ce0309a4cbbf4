"""Changes that take a resource away, and the refusals that guard what holds data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fairway.aws.provider import Live, Traits
from fairway.model.graph import DeletionPolicy, Resource, keeps
from fairway.model.plan import Action, Change, Impact, Reason, Refusal
from fairway.model.state import ResourceState, StackState

EVERYTHING = "*"
KEPT = "stays in AWS; Fairway forgets it"
DELETED_FIRST = "the old one is deleted before the new one is made: for a while there is none"
MADE_FIRST = "the new one is made first, the old one is deleted at the end"


@dataclass(frozen=True)
class Guard:
    """Decides whether something may be deleted; `allowed` are addresses, or `*` for all."""

    traits: Callable[[str], Traits]
    allowed: frozenset[str]

    def refusal(
        self,
        recorded: ResourceState,
        action: Action,
        policy: DeletionPolicy,
        resource: Resource | None = None,
    ) -> Refusal | None:
        """Why the old resource must not go, or None when it may."""
        if {recorded.address, EVERYTHING} & self.allowed or keeps(policy):
            return None
        verb = "replacing" if action is Action.REPLACE else "deleting"
        what = f"{verb} {recorded.address} ({recorded.identifier})"
        ways = f"to allow it: --allow-data-loss {recorded.address}"
        if policy == "Snapshot":
            sentence = f"{what} asks for a snapshot, which Fairway cannot take of a {recorded.type}; {ways}"
        elif self.traits(recorded.type).holds_data:
            sentence = f"{what} would destroy the data in it; {ways}"
        else:
            return None
        location = resource.location if resource else None
        return Refusal(recorded.address, recorded.type, action, sentence, location)

    def impact(self, recorded: ResourceState, policy: DeletionPolicy, *notes: str) -> Impact:
        """What deleting the old resource does to those who use it."""
        kept = keeps(policy)
        loses = not kept and self.traits(recorded.type).holds_data
        said = ("its data is lost",) if loses else (KEPT,) if kept else ()
        return Impact(data_loss=loses, notes=(*notes, *said))


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
    live: Mapping[str, Live | None],
    guard: Guard,
    reason: Reason,
) -> tuple[list[Change], list[Refusal]]:
    """Changes for recorded resources that have to go, and for what earlier deploys left to delete."""
    used_by = users(state)
    going = [state.resources[address] for address in sorted(addresses)]
    gone = {address for address in addresses if address in live and live[address] is None}
    changes = [_removal(held, held.address in gone, guard, reason, used_by) for held in going]
    changes += [_leftover(held, guard, used_by) for held in state.leftovers]
    deleted = [(held, held.deletion_policy) for held in going if held.address not in gone]
    leftovers = [(held, _policy_of_leftover(held)) for held in state.leftovers]
    refusals = [guard.refusal(held, Action.DELETE, policy) for held, policy in (*deleted, *leftovers)]
    return changes, [refusal for refusal in refusals if refusal]


def _removal(
    held: ResourceState, gone: bool, guard: Guard, reason: Reason, used_by: Mapping[str, frozenset[str]]
) -> Change:
    return Change(
        held.address,
        held.type,
        Action.FORGET if gone or keeps(held.deletion_policy) else Action.DELETE,
        Reason.GONE if gone else reason,
        impact=Impact() if gone else guard.impact(held, held.deletion_policy),
        dependencies=tuple(sorted(used_by.get(held.address, ()))),
        identifier=held.identifier,
    )


def _leftover(held: ResourceState, guard: Guard, used_by: Mapping[str, frozenset[str]]) -> Change:
    return Change(
        held.address,
        held.type,
        Action.DELETE,
        Reason.LEFTOVER,
        impact=guard.impact(held, _policy_of_leftover(held)),
        dependencies=tuple(sorted(used_by.get(held.address, ()))),
        identifier=held.identifier,
    )


def _policy_of_leftover(held: ResourceState) -> DeletionPolicy:
    """What is to be kept never becomes a leftover; a snapshot has to be asked for again."""
    return "Snapshot" if held.update_replace_policy == "Snapshot" else "Delete"
