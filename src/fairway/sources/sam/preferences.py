"""What SAM's `DeploymentPreference` becomes: a rollout of the alias, carried out without CodeDeploy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.sources.cloudformation.rollouts import ROLLOUT
from fairway.sources.cloudformation.tree import Node

_UPDATE = "CodeDeployLambdaAliasUpdate"
_SERVICE_ROLE = "CodeDeployServiceRole"
_GENERATED = ("AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup")


def only_for_codedeploy(address: str, resource: Mapping[str, Any]) -> bool:
    """Whether the translator has generated a resource for nothing but CodeDeploy, which is not used."""
    return resource["Type"] in _GENERATED or address == _SERVICE_ROLE


def with_rollout(resource: Mapping[str, Any], translated: Mapping[str, Any]) -> Mapping[str, Any]:
    """A generated alias with what its deployment group says, in the form that `rollouts` reads."""
    update = resource.get("UpdatePolicy", {}).get(_UPDATE)
    if update is None:
        return resource
    group = translated["Resources"][update["DeploymentGroupName"]["Ref"]]["Properties"]
    found: dict[str, Node] = {
        "Type": group.get("DeploymentConfigName"),
        "Alarms": group.get("AlarmConfiguration"),
        "Before": update.get("BeforeAllowTrafficHook"),
        "After": update.get("AfterAllowTrafficHook"),
    }
    kept = {name: value for name, value in found.items() if value is not None}
    return {**resource, "UpdatePolicy": {ROLLOUT: kept}}
