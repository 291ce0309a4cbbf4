"""Nested applications, as the nested stacks that they are; those with a local template need no translator.

Source: the SAM specification, "AWS::Serverless::Application".
"""

from __future__ import annotations

from collections.abc import Mapping

from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.sources.cloudformation.nested import STACK
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.sam.types import APPLICATION


def nested_stack(application: Mapping[str, Node]) -> Mapping[str, Node]:
    """The nested stack that an application stands for. One of the application repository has no template."""
    properties = application["Properties"]
    assert isinstance(properties, Mapping)
    location, rest = properties.get("Location"), {k: v for k, v in properties.items() if k != "Location"}
    if isinstance(location, Mapping) and "ApplicationId" in location:
        return {**application, "Properties": rest}  # it stays, and what is wrong with it has been said
    return {**application, "Type": STACK, "Properties": {"TemplateURL": location, **rest}}


def places_of_nested_stacks(tree: Located) -> Mapping[PropertyPath, Location]:
    """Where the templates of nested applications are named."""
    return {
        ("Resources", name, "Properties", "TemplateURL"): tree.locate(
            ("Resources", name, "Properties", "Location")
        )
        for name in tree.section("Resources")
        if tree.get("Resources", name, "Type") == APPLICATION
    }
