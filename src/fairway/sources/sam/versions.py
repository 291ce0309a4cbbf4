"""Ties the versions that SAM publishes to the code of their functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fairway.model.graph import Resource
from fairway.model.values import Asset, Reference
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.sam.prepare import local_path

VERSION = "AWS::Lambda::Version"
LAYER = "AWS::Lambda::LayerVersion"

OWN_CODE = "(the function's code)"
"""Stands in the tree for the digest of a function's code, until it is known what will be built."""


def published_with(function: str, tree: Located, translated: Mapping[str, Any]) -> dict[str, Node]:
    """The properties that replace a function's version when what it is published with is new.

    Its code always is part of that; its layers are only with `AutoPublishAliasAllProperties`, as in SAM. What
    says that a layer is new is its number, so the description names the layers (`Libs:3`).
    """
    properties = translated["Resources"].get(function, {}).get("Properties", {})
    found: dict[str, Node] = (
        {"CodeSha256": OWN_CODE} if local_path(properties.get("Code")) is not None else {}
    )
    layers = [layer for layer in _listed(properties.get("Layers")) if _is_layer(layer, translated)]
    if layers and _publishes_all(function, tree):
        found["Description"] = {"Fn::Join": [", ", [_name_and_number(layer) for layer in layers]]}
    return found


def _publishes_all(function: str, tree: Located) -> bool:
    name = "AutoPublishAliasAllProperties"
    own = tree.get("Resources", function, "Properties", name)
    return bool(tree.get("Globals", "Function", name) if own is None else own)


def _listed(node: Node) -> list[Node]:
    return node if isinstance(node, list) else []


def _is_layer(node: Node, translated: Mapping[str, Any]) -> bool:
    """Whether a function's layer is made by the same template."""
    address = node.get("Ref") if isinstance(node, Mapping) else None
    return isinstance(address, str) and translated["Resources"].get(address, {}).get("Type") == LAYER


def _name_and_number(layer: Node) -> Node:
    """The end of `arn:aws:lambda:<region>:<account>:layer:<name>:<number>`."""
    parts: Node = {"Fn::Split": [":", layer]}
    return {"Fn::Join": [":", [{"Fn::Select": [6, parts]}, {"Fn::Select": [7, parts]}]]}


def with_code(resources: Mapping[str, Resource]) -> Mapping[str, Resource]:
    """The resources with each published version's `CodeSha256` being its function's own `Asset`.

    SAM makes the id of a version of the place of the code, so that new code is a new version. Here the
    place stays; what changes is the digest, and with it a property that cannot change without a replacement.
    """
    return {address: _with_code(resource, resources) for address, resource in resources.items()}


def _with_code(resource: Resource, resources: Mapping[str, Resource]) -> Resource:
    if resource.type != VERSION or resource.properties.get("CodeSha256") != OWN_CODE:
        return resource
    function = resource.properties.get("FunctionName")
    code = resources[function.address].properties.get("Code") if isinstance(function, Reference) else None
    rest = {name: value for name, value in resource.properties.items() if name != "CodeSha256"}
    return replace(resource, properties={**rest, "CodeSha256": code} if isinstance(code, Asset) else rest)
