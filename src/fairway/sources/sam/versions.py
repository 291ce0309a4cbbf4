"""Ties the versions that SAM publishes to the code of their functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fairway.model.graph import Resource
from fairway.model.values import Asset, Reference

VERSION = "AWS::Lambda::Version"

OWN_CODE = "(the function's code)"
"""Stands in the tree for the digest of a function's code, until it is known what will be built."""


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
