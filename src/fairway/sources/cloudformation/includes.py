"""`AWS::Include` of local files. Source: CloudFormation User Guide, "AWS::Include transform"."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.sources.cloudformation.language import INCLUDE
from fairway.sources.cloudformation.text import parse
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.findings import Findings


def with_includes(template: Located, findings: Findings) -> Located:
    """The template with the content of included files beside the keys next to each include."""
    if not _mentions_include(template):
        return template
    including = _Including(template, findings)
    value = including.node(template.value, ())
    return Located(value, template.file, including.locations)


def _mentions_include(template: Located) -> bool:
    keys = {step for path in template.locations for step in path[-1:]}
    return "Fn::Transform" in keys or isinstance(template.get("Transform"), Mapping | list)


class _Including:
    def __init__(self, template: Located, findings: Findings) -> None:
        self.folder = Path(template.file).parent
        self.template = template
        self.findings = findings
        self.locations: dict[PropertyPath, Location] = dict(template.locations)

    def node(self, node: Node, path: PropertyPath) -> Node:
        if isinstance(node, list):
            return [self.node(child, (*path, index)) for index, child in enumerate(node)]
        if not isinstance(node, Mapping):
            return node
        found: dict[str, Node] = {}
        brought: dict[str, Node] = {}
        for key, child in node.items():
            includes = _includes(key, child, is_root=not path)
            for include in includes:
                brought |= self.included(include, (*path, key), path)
            kept = [item for item in child if item not in includes] if isinstance(child, list) else child
            if kept is not child or not includes:
                found[key] = self.node(kept, (*path, key))
        return {**brought, **found}

    def included(self, include: Node, path: PropertyPath, target: PropertyPath) -> Mapping[str, Node]:
        """The map that a file holds; its places are noted below `target`."""
        match include:
            case {"Parameters": {"Location": str(location)}} if "://" not in location:
                pass
            case _:
                message = "AWS::Include needs a Location that is a local file"
                return self.nothing(message, path)
        file = self.folder / location
        try:
            content = file.read_bytes()
        except (OSError, ValueError) as error:  # a ValueError for a name that no file can have
            return self.nothing(f"the included file {location!r} cannot be read", path, str(error))
        tree, found = parse(content, str(file))
        self.findings.extend(found)
        if tree is None:
            return {}
        if not isinstance(tree.value, Mapping):
            return self.nothing(f"the included file {location} must hold a map", path)
        for inner, place in tree.locations.items():
            self.locations.setdefault((*target, *inner), place)
        return tree.value

    def nothing(self, message: str, path: PropertyPath, why: str = "") -> Mapping[str, Node]:
        self.findings.error("template.include", message, self.template.locate(path), why=why)
        return {}


def _includes(key: str, child: Node, *, is_root: bool) -> list[Node]:
    """The includes that a key declares: one, or at the root some of a list of transforms."""
    if key != "Fn::Transform" and not (key == "Transform" and is_root):
        return []
    declared = child if isinstance(child, list) else [child]
    return [item for item in declared if isinstance(item, Mapping) and item.get("Name") == INCLUDE]
