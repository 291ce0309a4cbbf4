"""Takes back a replacement that was not finished: the old one is still there, and wanted again."""

from __future__ import annotations

from fairway.apply.folds import fold
from fairway.aws.provider import Provider
from fairway.model.graph import Definition, Resource
from fairway.model.journal import Revived
from fairway.model.plan import Action
from fairway.model.state import StackState
from fairway.plan.planner import LookUp, in_order, make_plan

_NEW = (Action.CREATE, Action.REPLACE)


def revived(
    definition: Definition, state: StackState, provider: Provider, look_up: LookUp
) -> tuple[Revived, ...]:
    """The leftovers to put in their old places, so that nothing has to be created there once more.

    Judged by what was recorded; live is compared when the plan is made, against the state with these
    folded in. Makes no call but lookups.
    """
    taken: list[Revived] = []
    if not state.leftovers:
        return ()

    def action(address: str, *more: Revived) -> Action:
        plan, _ = make_plan(definition, fold(state, [*taken, *more]), {}, provider, look_up=look_up)
        return next(change.action for change in plan.changes if change.address == address)

    for resource in in_order(definition):
        candidates = _candidates(resource, state)
        if candidates and action(resource.address) in _NEW:
            taken += [each for each in candidates if action(resource.address, each) not in _NEW][:1]
    return tuple(taken)


def _candidates(resource: Resource, state: StackState) -> list[Revived]:
    """What was left at the resource's address, the newest first."""
    return [
        Revived(held.address, held.type, held.identifier)
        for held in reversed(state.leftovers)
        if (held.address, held.type) == (resource.address, resource.type)
    ]
