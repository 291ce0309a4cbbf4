"""How new versions behind an alias go live, as a template says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fairway.model.graph import PropertyPath
from fairway.model.rollout import Rollout, Step, canary, linear
from fairway.model.values import Value
from fairway.sources.cloudformation.result import BROKEN
from fairway.sources.cloudformation.tree import Node
from fairway.sources.findings import suggest

if TYPE_CHECKING:
    from fairway.sources.cloudformation.evaluator import Evaluator

ROLLOUT = "(how its versions go live)"
"""Stands below `UpdatePolicy` for what SAM's `DeploymentPreference` says; no template means it."""

_PREFIX = "CodeDeployDefault.Lambda"

# CodeDeploy User Guide, "Predefined deployment configurations for an AWS Lambda compute platform".
CONFIGURATIONS: Mapping[str, tuple[Step, ...]] = {
    "AllAtOnce": (),
    "Canary10Percent5Minutes": canary(10, 5 * 60),
    "Canary10Percent10Minutes": canary(10, 10 * 60),
    "Canary10Percent15Minutes": canary(10, 15 * 60),
    "Canary10Percent30Minutes": canary(10, 30 * 60),
    "Linear10PercentEvery1Minute": linear(10, 1 * 60),
    "Linear10PercentEvery2Minutes": linear(10, 2 * 60),
    "Linear10PercentEvery3Minutes": linear(10, 3 * 60),
    "Linear10PercentEvery10Minutes": linear(10, 10 * 60),
}


def has_rollout(body: Mapping[str, Node]) -> bool:
    """Whether the `UpdatePolicy` of a resource is a rollout, which is supported."""
    policy = body.get("UpdatePolicy")
    return isinstance(policy, Mapping) and ROLLOUT in policy


def rollout(address: str, body: Mapping[str, Node], evaluator: Evaluator) -> Rollout | None:
    """The rollout of a resource that has one; what is wrong with it goes to the findings."""
    if not has_rollout(body):
        return None
    path = ("Resources", address, "UpdatePolicy", ROLLOUT)
    said = evaluator.plain(evaluator.template.get(*path), path)
    assert isinstance(said, Mapping)
    return Rollout(
        _steps(said.get("Type"), path, evaluator),
        _alarms(said.get("Alarms")),
        said.get("Before"),
        said.get("After"),
    )


def _steps(name: Value, path: PropertyPath, evaluator: Evaluator) -> tuple[Step, ...]:
    if name is None:  # a finding already, as null is everywhere
        return ()
    known = str(name).removeprefix(_PREFIX)
    if known not in CONFIGURATIONS and name is not BROKEN:
        message = f"the deployment preference {known} is not one of CodeDeploy's predefined ones"
        next_step = (
            suggest(known, CONFIGURATIONS) or "write your own as [stacks.NAME.rollout] of fairway.toml"
        )
        evaluator.findings.error("rollout.type", message, evaluator.template.locate(path), next=next_step)
    return CONFIGURATIONS.get(known, ())


def _alarms(configuration: Value) -> tuple[Value, ...]:
    match configuration:
        case {"Alarms": [*alarms]}:
            return tuple(alarm["Name"] for alarm in alarms if isinstance(alarm, Mapping))
    return ()
