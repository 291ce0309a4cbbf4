"""`Fn::ForEach`. Source: CloudFormation User Guide, "Fn::ForEach" (AWS::LanguageExtensions)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fairway.model.errors import WrongInput
from fairway.model.evaluate import text
from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.model.values import Value, is_known
from fairway.sources.cloudformation.language import LANGUAGE_EXTENSIONS
from fairway.sources.cloudformation.parameters import declarations, resolve
from fairway.sources.cloudformation.shape import transforms
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.findings import Findings
from fairway.sources.inputs import Inputs

_LOOP = "Fn::ForEach::"
_USE = re.compile(r"[$&]\{(\w+)\}")
Bindings = Mapping[str, str]


def with_loops(template: Located, inputs: Inputs, findings: Findings) -> Located:
    """The template with every loop written out; the copies have the places of what they copy."""
    if not any(str(path[-1]).startswith(_LOOP) for path in template.locations if path):
        return template
    loops = _Loops(template, inputs, findings)
    value = loops.node(template.value, (), (), {})
    return Located(value, template.file, loops.locations)


class _Loops:
    def __init__(self, template: Located, inputs: Inputs, findings: Findings) -> None:
        self.template = template
        self.findings = findings
        self.locations: dict[PropertyPath, Location] = {}
        # Mistakes in parameters are reported where the parameters are read for good.
        quiet = Findings()
        resolved = resolve(declarations(template, quiet), inputs, template, quiet)
        self.parameters = {name: parameter.value for name, parameter in resolved.items()}
        self.is_declared = LANGUAGE_EXTENSIONS in transforms(template)

    def node(self, node: Node, path: PropertyPath, target: PropertyPath, bindings: Bindings) -> Node:
        """The node at a path, written out as it will stand at `target`."""
        if place := self.template.locations.get(path):
            self.locations[target] = place
        match node:
            case str():
                return _filled(node, bindings)
            case {"Ref": str(name), **rest} if not rest and name in bindings:
                return bindings[name]
            case Mapping():
                return self.members(node, path, target, bindings)
            case list():
                return [
                    self.node(item, (*path, index), (*target, index), bindings)
                    for index, item in enumerate(node)
                ]
        return node

    def members(
        self, node: Mapping[str, Node], path: PropertyPath, target: PropertyPath, bindings: Bindings
    ) -> Mapping[str, Node]:
        found: dict[str, Node] = {}
        for key, child in node.items():
            inner = (*path, key)
            if key.startswith(_LOOP):
                written = self.loop(child, inner, target, bindings)
            else:
                name = _filled(key, bindings)
                written = {name: self.node(child, inner, (*target, name), bindings)}
            for name in found.keys() & written.keys():
                self.wrong(f"the key {name} is written twice", inner)
            found |= written
        return found

    def loop(
        self, node: Node, path: PropertyPath, target: PropertyPath, bindings: Bindings
    ) -> dict[str, Node]:
        match node:
            case [str(identifier), collection, Mapping() as body] if self.is_declared:
                pass
            case _:
                missing = "" if self.is_declared else f", and the transform {LANGUAGE_EXTENSIONS}"
                self.wrong(f"Fn::ForEach needs a name, a list and a map{missing}", path)
                return {}
        found: dict[str, Node] = {}
        for item in self.items(collection, (*path, 1), bindings):
            written = self.members(body, (*path, 2), target, {**bindings, identifier: item})
            for name in found.keys() & written.keys():
                self.wrong(f"every turn writes the same key {name}", path, f"use ${{{identifier}}} in it")
            found |= written
        return found

    def items(self, collection: Node, path: PropertyPath, bindings: Bindings) -> list[str]:
        values: Value = collection
        if isinstance(collection, Mapping):
            name = collection.get("Ref")
            values = self.parameters.get(name) if isinstance(name, str) else None
        try:
            if isinstance(values, list) and is_known(values):
                return [_filled(text(_bound(value, bindings)), bindings) for value in values]
        except WrongInput:
            pass  # an item that is no text
        self.wrong("the list of Fn::ForEach must be texts, or a list parameter that is known", path)
        return []

    def wrong(self, message: str, path: PropertyPath, next_step: str = "") -> None:
        self.findings.error("template.loop", message, self.template.locate(path), next=next_step)


def _bound(value: Value, bindings: Bindings) -> Value:
    match value:
        case {"Ref": str(name)} if name in bindings:
            return bindings[name]
    return value


def _filled(template: str, bindings: Bindings) -> str:
    """Text with the loops' names replaced by this turn's items."""
    return _USE.sub(lambda use: bindings.get(use.group(1), use.group(0)), template)
