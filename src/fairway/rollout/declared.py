"""Which aliases go live how: what fairway.toml says for a stack, where the template itself says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fairway.aws.alarms import TYPES as ALARM_TYPES
from fairway.model.errors import Finding
from fairway.model.graph import Definition, Resource
from fairway.model.rollout import Rollout, Step, canary, linear
from fairway.model.values import Reference, Value
from fairway.project.settings import RolloutSettings

ALIAS = "AWS::Lambda::Alias"


def with_rollouts(definition: Definition, settings: RolloutSettings | None) -> Definition:
    """The definition whose aliases go live as the settings say, where nothing else is said of them."""
    if settings is None or settings.kind == "all-at-once":
        return definition
    alarms = tuple(_alarm(name, definition) for name in settings.alarms)
    rollout = Rollout(_steps(settings), alarms)
    shifted = {each.address: replace(each, rollout=rollout) for each in _shiftable(definition)}
    return replace(definition, resources={**definition.resources, **shifted})


def all_at_once(definition: Definition) -> Definition:
    """The definition whose rollouts have no steps and ask nobody: for what must not wait, as the way back."""
    resources = {
        address: replace(each, rollout=Rollout()) if each.rollout else each
        for address, each in definition.resources.items()
    }
    return replace(definition, resources=resources)


def without_effect(definition: Definition, settings: RolloutSettings | None) -> Iterator[Finding]:
    """Warnings about a rollout that nothing, or not everything, will go by."""
    if settings is None or settings.kind == "all-at-once":
        return
    aliases = [each for each in definition.resources.values() if each.type == ALIAS]
    if not aliases:
        message = "the rollout shifts nothing: the stack has no Lambda alias, so changes go live all at once"
        way = "give its functions AutoPublishAlias"
        yield Finding("rollout.no-alias", message, settings.location, next=way, severity="warning")
    for alias in aliases:
        if "RoutingConfig" in alias.properties:
            message = f"{alias.address} is not shifted: its own RoutingConfig shares the traffic out"
            yield Finding("rollout.own-weights", message, alias.location, severity="warning")


def _shiftable(definition: Definition) -> Iterator[Resource]:
    for each in definition.resources.values():
        if each.type == ALIAS and each.rollout is None and "RoutingConfig" not in each.properties:
            yield each


def _steps(settings: RolloutSettings) -> tuple[Step, ...]:
    make = canary if settings.kind == "canary" else linear
    return make(settings.percent, settings.minutes * 60)


def _alarm(name: str, definition: Definition) -> Value:
    """An alarm of the stack by its address, so that it is deployed before; another one by its name."""
    resource = definition.resources.get(name)
    return Reference(name) if resource and resource.type in ALARM_TYPES else name
