"""The operations of a plan as a graph of tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from fairway.apply.order import acyclic, comes_after, is_acyclic
from fairway.model.graph import keeps
from fairway.model.plan import Action, Change, Impact, Plan, Reason
from fairway.model.state import StackState
from fairway.plan.desired import Desired

Key: TypeAlias = tuple[str, str]
"""An address, and the identifier of the one to delete where the task deletes what was replaced."""

NO_IMPACT = Impact()


@dataclass(frozen=True)
class Task:
    """A step with its key; `after` are the tasks that have to succeed before it."""

    key: Key
    change: Change
    after: frozenset[Key] = field(default=frozenset())

    @property
    def deletes_leftover(self) -> bool:
        """Whether it deletes what a replacement left, now or in an earlier deploy."""
        return bool(self.key[1])


def tasks(plan: Plan, desired: Desired, state: StackState) -> dict[Key, Task]:
    """The plan's tasks: creates and updates in the order of the definition, deletes after their users."""
    making = {task.key: task for task in _making(plan)}
    deleting = {task.key: task for task in _deleting(plan, desired)}
    first = {(address, held) for address, clears in desired.clears.items() for held in clears}
    after_making = {
        key: _made_before(task, plan, making) | {each for each in first if each[0] == key[0]}
        for key, task in making.items()
    }
    after_deleting = _deleted_before(deleting, making, _users(state))
    after_deleting |= dict.fromkeys(first, frozenset[Key]())
    after = _users_first({**after_making, **after_deleting}, desired.delete_first, deleting, _users(state))
    return {key: replace(task, after=after[key]) for key, task in {**making, **deleting}.items()}


def _making(plan: Plan) -> Iterator[Task]:
    for change in plan.changes:
        if change.action in (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.ADOPT):
            yield Task((change.address, ""), change)


def _deleting(plan: Plan, desired: Desired) -> Iterator[Task]:
    for change in plan.changes:
        if change.action in (Action.DELETE, Action.FORGET):
            is_leftover = change.reason is Reason.LEFTOVER
            yield Task((change.address, change.identifier if is_leftover else ""), change)
        elif change.action is Action.REPLACE and not keeps_old(change.address, desired):
            yield Task((change.address, change.identifier), _deletion_of_old(change))


def keeps_old(address: str, desired: Desired) -> bool:
    """Whether a replacement leaves the old one in AWS."""
    return keeps(desired.successors[address].resource.update_replace_policy)


def _deletion_of_old(change: Change) -> Change:
    return replace(change, action=Action.DELETE, reason=Reason.LEFTOVER, properties=(), impact=NO_IMPACT)


def _made_before(task: Task, plan: Plan, making: Mapping[Key, Task]) -> frozenset[Key]:
    """The tasks a definition's dependencies lead to, through resources that need nothing."""
    by_address = {change.address: change for change in plan.changes if change.reason is not Reason.LEFTOVER}
    found: set[Key] = set()
    seen: set[str] = set()
    stack = list(task.change.dependencies)
    while stack:
        address = stack.pop()
        if address in seen or address not in by_address:
            continue
        seen.add(address)
        if (address, "") in making:
            found.add((address, ""))
        elif by_address[address].action is Action.UNCHANGED:
            stack.extend(by_address[address].dependencies)
    return frozenset(found)


def _deleted_before(
    deleting: Mapping[Key, Task], making: Mapping[Key, Task], users: Mapping[str, frozenset[Key]]
) -> dict[Key, frozenset[Key]]:
    """What is replaced goes after its replacement, and everything after all that used it."""
    known = making.keys() | deleting.keys()
    after = {}
    for key in deleting:
        replacement = {(key[0], "")} & making.keys()
        after[key] = frozenset((users.get(key[0], frozenset()) & known | replacement) - {key})
    return acyclic(after if is_acyclic(after) else _without_doubtful(after))


def _users_first(
    after: dict[Key, frozenset[Key]],
    delete_first: frozenset[str],
    deleting: Mapping[Key, Task],
    users: Mapping[str, frozenset[Key]],
) -> dict[Key, frozenset[Key]]:
    """What goes before its successor comes waits for those of its users that go too, where they can."""
    for address in sorted(delete_first):
        key = (address, "")
        for user in sorted(users.get(address, frozenset()) & deleting.keys()):
            if key in after and user[0] != address and not comes_after(user, key, after):
                after[key] |= {user}
    return after


def _without_doubtful(after: Mapping[Key, frozenset[Key]]) -> dict[Key, frozenset[Key]]:
    """What uses an address that has a leftover may use what replaced it: then the leftover need not wait."""
    return {
        key: frozenset(needed for needed in found if not key[1] or needed[1] or needed not in after)
        for key, found in after.items()
    }


def _users(state: StackState) -> dict[str, frozenset[Key]]:
    """By address, the tasks after which no resource uses it any more, as far as was recorded.

    What a leftover used says nothing about what stands at its address now.
    """
    found: dict[str, set[Key]] = {}
    for held in state.resources.values():
        for dependency in held.dependencies:
            found.setdefault(dependency, set()).update({(held.address, ""), (held.address, held.identifier)})
    for held in state.leftovers:
        for dependency in held.dependencies:
            found.setdefault(dependency, set()).add((held.address, held.identifier))
    return {address: frozenset(keys) for address, keys in found.items()}
