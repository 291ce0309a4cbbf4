"""Which operations something else in the same run relies on, so that they are waited for in any case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from fairway.apply.tasks import Key, Task
from fairway.aws.provider import Traits
from fairway.model.plan import Action


def relied_on(work: Mapping[Key, Task], traits: Callable[[str], Traits]) -> frozenset[Key]:
    """The tasks whose results have to be usable as soon as they end.

    Those are what another task comes after, unless it only names it, and everything below what goes live in
    steps, for a new version gets traffic before the run ends.
    """
    used = (each for task in work.values() for each in task.after if not _names(task, work[each], traits))
    shifted = (_below(key, work) for key, task in work.items() if task.change.rollout)
    return frozenset(used).union(*shifted)


def _names(user: Task, used: Task, traits: Callable[[str], Traits]) -> bool:
    """Whether a task needs no more of another one than the name of what it makes."""
    makes = user.change.action in (Action.CREATE, Action.UPDATE) and not used.deletes_leftover
    return makes and user.change.type in traits(used.change.type).named_by


def _below(key: Key, work: Mapping[Key, Task]) -> Iterator[Key]:
    """Everything that a task comes after, directly or not."""
    seen, stack = set[Key](), [*work[key].after]
    while stack:
        each = stack.pop()
        if each not in seen:
            seen.add(each)
            stack.extend(work[each].after)
            yield each
