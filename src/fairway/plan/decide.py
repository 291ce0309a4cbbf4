"""What has to happen to a resource that exists; asked when planning, and again just before acting."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fairway.aws.provider import Live, Traits
from fairway.model.plan import Action, PropertyChange, Reason
from fairway.model.state import ResourceState
from fairway.model.values import Json
from fairway.plan.compare import Comparison, compare
from fairway.plan.desired import Target

NO_DIFFERENCE = Comparison()


@dataclass(frozen=True)
class Verdict:
    """`delete_first`: the new one cannot exist beside the old one."""

    action: Action
    reason: Reason = Reason.NONE
    comparison: Comparison = NO_DIFFERENCE
    delete_first: bool = False


def decide(
    traits: Traits,
    target: Target,
    wanted: Mapping[str, Json],
    recorded: ResourceState,
    live: Live,
    key: str,
    ours: Collection[str] = (),
) -> Verdict:
    """Unchanged, update or replace. `wanted` are the target's properties, evaluated and sealed; `ours` as
    for `compare`.
    """
    if target.resource.type != recorded.type:
        change = PropertyChange("Type", recorded.type, target.resource.type, replaces=True)
        return Verdict(Action.REPLACE, Reason.IMMUTABLE, Comparison((change,), Reason.IMMUTABLE))
    found = compare(traits, wanted, recorded.properties, live.properties, key, ours)
    if found.replaces:
        dependency = found.reason is Reason.DEPENDENCY
        reason = Reason.DEPENDENCY if dependency else Reason.IMMUTABLE
        return Verdict(Action.REPLACE, reason, found, _must_delete_first(traits, target, found))
    if found.changes:
        return Verdict(Action.UPDATE, found.reason, found)
    return Verdict(Action.UNCHANGED)


def has_given_name(traits: Traits, target: Target) -> bool:
    """Whether the definition itself names the resource."""
    return bool(traits.name_property) and target.resource.properties.get(traits.name_property) is not None


def _must_delete_first(traits: Traits, target: Target, found: Comparison) -> bool:
    if traits.replace_deletes_first:
        return True
    return has_given_name(traits, target) and traits.name_property not in found.changed
