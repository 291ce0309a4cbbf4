"""The translator's answer as a CloudFormation tree: local paths back in, everything with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.sources.cloudformation.language import RESOURCE_KEYS
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.sam.applications import nested_stack, places_of_nested_stacks
from fairway.sources.sam.origins import Origins
from fairway.sources.sam.policies import is_policy_name
from fairway.sources.sam.preferences import only_for_codedeploy, with_rollout
from fairway.sources.sam.prepare import ORIGIN, local_path
from fairway.sources.sam.translation import Request
from fairway.sources.sam.types import APPLICATION, MAIN_TYPES, PREFIX, TRANSFORM
from fairway.sources.sam.versions import LAYER, VERSION, published_with

_KEPT_WHEN_REPLACED = (VERSION, LAYER)


def assemble(tree: Located, asked: Request, translated: Mapping[str, Any]) -> Located:
    """The template's tree with the resources that were asked about replaced by the translator's.

    The rest stays as it is: somebody has reported it.
    """
    origins = Origins(tree)
    source = tree.section("Resources")
    resources = {a: _left(r) for a, r in source.items() if a not in asked.template["Resources"]}
    for address, resource in translated["Resources"].items():
        if address in source and ORIGIN not in resource.get("Metadata", {}):
            resources[address] = resource
            continue
        if only_for_codedeploy(address, resource):
            continue
        owner = str(resource.get("Metadata", {}).get(ORIGIN, ""))
        published = published_with(owner, tree, translated) if resource["Type"] == VERSION else {}
        generated = _generated(with_rollout(resource, translated), source.get(owner), published)
        resources[address] = generated
        origins.place(address, generated, owner)
    rewritten = {name: translated[name] for name in ("Conditions", "Outputs") if name in translated}
    value = {**_kept_sections(tree), **rewritten, "Resources": resources}
    places = {**_kept_locations(tree, resources), **origins.found}
    return Located(value, tree.file, {**places, **places_of_nested_stacks(tree)})


def _left(resource: Node) -> Node:
    """A SAM resource that stays, without the mistakes in its outline that have been reported."""
    if not isinstance(resource, Mapping) or not str(resource.get("Type")).startswith(PREFIX):
        return resource
    properties = resource.get("Properties")
    kept = {key: value for key, value in resource.items() if key in RESOURCE_KEYS}
    left = {**kept, "Properties": properties if isinstance(properties, Mapping) else {}}
    return nested_stack(left) if resource.get("Type") == APPLICATION else left


def _kept_sections(tree: Located) -> dict[str, Node]:
    sections = dict(tree.value) if isinstance(tree.value, Mapping) else {}
    sections.pop("Globals", None)
    transforms = sections.pop("Transform", None)
    others = [t for t in transforms if t != TRANSFORM] if isinstance(transforms, list) else []
    return {**sections, "Transform": others} if others else sections


def _kept_locations(tree: Located, resources: Mapping[str, Node]) -> dict[PropertyPath, Location]:
    return {
        path: location
        for path, location in tree.locations.items()
        if path[:1] != ("Resources",) or len(path) < 2 or path[1] in resources
    }


def _generated(resource: Mapping[str, Any], owner: Node, more: Mapping[str, Node]) -> Mapping[str, Any]:
    """A generated resource with local paths where the placeholders are, and `more` properties if it has none.

    The metadata of the SAM resource (how to build it) goes to the one generated resource that it mainly is.
    """
    found = {name: value for name, value in resource.items() if name != "Metadata"}
    if isinstance(owner, Mapping) and MAIN_TYPES.get(str(owner.get("Type"))) == resource["Type"]:
        found |= {"Metadata": owner["Metadata"]} if "Metadata" in owner else {}
    properties = {name: _value(name, value) for name, value in resource.get("Properties", {}).items()}
    if resource["Type"] in _KEPT_WHEN_REPLACED:
        # SAM gives these a new logical id for new content, so their DeletionPolicy decides what becomes of
        # the old one; here the id stays and new content replaces the resource.
        found.setdefault("UpdateReplacePolicy", found.get("DeletionPolicy", "Delete"))
    return {**found, "Properties": {**more, **properties}}


def _value(name: str, value: Node) -> Node:
    if name == "ManagedPolicyArns" and isinstance(value, list):
        return [policy for policy in value if not is_policy_name(policy)]  # they have been reported
    return local_path(value) or value
