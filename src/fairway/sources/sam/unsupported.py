"""What SAM allows and Fairway does not deploy yet: said at once and in its own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fairway.model.errors import Finding
from fairway.model.graph import PropertyPath
from fairway.sources.cloudformation.tree import Located
from fairway.sources.sam.types import APPLICATION, FUNCTION, NOT_YET


def unsupported(tree: Located) -> tuple[Finding, ...]:
    """A finding for each use of what is not supported yet."""
    return tuple(_findings(tree))


def _findings(tree: Located) -> Iterator[Finding]:
    for address, resource in tree.section("Resources").items():
        path: PropertyPath = ("Resources", address)
        kind = str(resource.get("Type")) if isinstance(resource, Mapping) else ""
        if kind in NOT_YET:
            message = f"{address}: {kind} is not supported yet"
            yield Finding("sam.unsupported", message, tree.locate((*path, "Type")), next=NOT_YET[kind])
        if kind == APPLICATION and isinstance(
            tree.get(*path, "Properties", "Location", "ApplicationId"), str
        ):
            message = (
                f"{address}: applications of the Serverless Application Repository are not supported yet"
            )
            next_step = "name a local template as its Location"
            where = tree.locate((*path, "Properties", "Location"))
            yield Finding("sam.unsupported", message, where, next=next_step)
        package = (*path, "Properties", "PackageType")
        if kind == FUNCTION and tree.get(*package) == "Image":
            message = f"{address}: functions from container images are not supported yet"
            next_step = "package it as a zip (PackageType Zip with Runtime, Handler and CodeUri)"
            yield Finding("sam.unsupported", message, tree.locate(package), next=next_step)
        yield from _of_preference(tree, (*path, "Properties"), f"{address}: ")
    yield from _of_preference(tree, ("Globals", "Function"), "Globals: ")


def _of_preference(tree: Located, owner: PropertyPath, who: str) -> Iterator[Finding]:
    """What of a `DeploymentPreference` only CodeDeploy, which is not used, would need."""
    path = (*owner, "DeploymentPreference")
    preference = tree.get(*path)
    given = preference if isinstance(preference, Mapping) else {}
    if "TriggerConfigurations" in given:
        where = tree.locate((*path, "TriggerConfigurations"))
        message = f"{who}TriggerConfigurations of DeploymentPreference is not supported"
        yield Finding("sam.unsupported", message, where, next="say who is told as [notify] of fairway.toml")
    if "Role" in given:
        where = tree.locate((*path, "Role"))
        message = f"{who}Role of DeploymentPreference is not used: no CodeDeploy shifts the traffic"
        yield Finding("rollout.role", message, where, next="take it away", severity="warning")
