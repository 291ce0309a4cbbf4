"""What a plan is going to do, in the form in which it is written down before the first call is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from fairway.apply.tasks import Task
from fairway.model.codec import encode_value
from fairway.model.graph import Resource
from fairway.model.journal import Intent
from fairway.model.plan import Action, Change
from fairway.model.values import Json, Properties
from fairway.plan.desired import Desired, Target


def intents(work: Iterable[Task], desired: Desired, key: str) -> Iterator[Intent]:
    """One intent for each task, in their order. Secrets become their keyed hash under `key`."""
    for task in work:
        yield _intent(task, desired, key)


def _intent(task: Task, desired: Desired, key: str) -> Intent:
    change = task.change
    match change.action:
        case Action.CREATE:
            return _creation(task, desired.targets[change.address], key)
        case Action.REPLACE:
            return _creation(task, desired.successors[change.address], key)
        case Action.UPDATE:
            resource = desired.targets[change.address].resource
            return _described(task, resource)
    return Intent(change.address, change.type, change.action, identifier=change.identifier)


def _creation(task: Task, target: Target, key: str) -> Intent:
    encoded = _encoded(target.properties, key)
    described = _described(task, target.resource, target.owner.generation, encoded)
    return replace(described, protected=target.protected)


def _described(
    task: Task, resource: Resource, generation: int = 0, properties: Mapping[str, Json] | None = None
) -> Intent:
    change = task.change
    return Intent(
        change.address,
        resource.type,
        change.action,
        generation,
        change.identifier,
        properties or {},
        tuple(sorted(_touched(change))),
        tuple(sorted(resource.dependencies)),
        resource.deletion_policy,
        resource.update_replace_policy,
    )


def _touched(change: Change) -> set[str]:
    """The top-level properties that may be half set when it is cut off."""
    on_the_way = {change.rollout.weights} if change.rollout else set[str]()
    return {each.path.partition(".")[0].partition("[")[0] for each in change.properties} | on_the_way


def _encoded(properties: Properties, key: str) -> dict[str, Json]:
    return {name: encode_value(value, key) for name, value in properties.items() if value is not None}
