"""Which operations something else in the same run relies on, so that they are waited for in any case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fairway.apply.tasks import Key, Task
from fairway.aws.provider import Traits
from fairway.model.plan import Action


def relied_on(work: Mapping[Key, Task], traits: Callable[[str], Traits]) -> frozenset[Key]:
    """The tasks whose results have to be usable as soon as they end: what another task comes after, unless it
    only names it. Where something goes live in steps that is all, for it gets traffic and is verified
    before the run ends.
    """
    if any(task.change.rollout for task in work.values()):
        return frozenset(work)
    return frozenset(
        used for task in work.values() for used in task.after if not _names(task, work[used], traits)
    )


def _names(user: Task, used: Task, traits: Callable[[str], Traits]) -> bool:
    """Whether a task needs no more of another one than the name of what it makes."""
    makes = user.change.action in (Action.CREATE, Action.UPDATE) and not used.deletes_leftover
    return makes and user.change.type in traits(used.change.type).named_by
