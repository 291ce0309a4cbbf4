"""Checks the SAM part of a template against SAM's schemas, so that all mistakes are said at once.

The schemas are those of the SAM specification, as cfn-lint carries them beside the registry's. What SAM only
passes through to CloudFormation is left to the checks of the generated resources: it would be said twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fairway.model.errors import Finding
from fairway.model.graph import PropertyPath
from fairway.registry.schema import Schema, schema, type_names
from fairway.sources.cloudformation.language import RESOURCE_KEYS
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.findings import suggest
from fairway.sources.sam.prepare import properties_of
from fairway.sources.sam.types import PREFIX

_REGION = "sam"
"""Under this name cfn-lint lists SAM's types, where it lists the types of AWS's regions."""

_RESOURCE_KEYS = RESOURCE_KEYS | {"Connectors", "Description", "IgnoreGlobals"}
_KINDS: Mapping[str, tuple[str, type | tuple[type, ...]]] = {
    "object": ("a map", Mapping),
    "array": ("a list", list),
    "string": ("text", (str, int, float)),
    "number": ("a number", (str, int, float)),
    "integer": ("a number", (str, int, float)),
    "boolean": ("true or false", (str, int, bool)),
}
"""What each JSON type is called and what stands for it: scalars convert into each other as in
CloudFormation, so that only the shape is judged here."""


def validate(tree: Located) -> tuple[Finding, ...]:
    """Everything wrong with the SAM resources and Globals of a template, in the order of the text."""
    found = [*_resources(tree), *_globals(tree)]
    return tuple(sorted(found, key=lambda finding: finding.location or tree.locate(())))


def _resources(tree: Located) -> Iterator[Finding]:
    for address, resource in tree.section("Resources").items():
        kind = resource.get("Type") if isinstance(resource, Mapping) else None
        if not isinstance(resource, Mapping) or not isinstance(kind, str) or not kind.startswith(PREFIX):
            continue
        path: PropertyPath = ("Resources", address)
        described = schema(kind, _REGION)
        if described is None:
            hint = suggest(kind, type_names(_REGION))
            where = tree.locate((*path, "Type"))
            yield Finding("sam.unknown-type", f"{address}: SAM has no type {kind}", where, next=hint)
            continue
        checker = _Checker(tree, described, address)
        yield from checker.unknown_keys(resource, _RESOURCE_KEYS, path, "a resource")
        properties = properties_of(resource)
        if not isinstance(properties, Mapping):
            where = tree.locate((*path, "Properties"))
            yield Finding("sam.wrong-type", f"{address}: Properties must be a map", where)
            continue
        yield from checker.check(properties, {**described.document, "type": "object"}, (*path, "Properties"))
        yield from _two_codes(tree, (*path, "Properties"))


def _two_codes(tree: Located, path: PropertyPath) -> Iterator[Finding]:
    """SAM would take InlineCode and ignore CodeUri."""
    if tree.get(*path, "InlineCode") is not None and tree.get(*path, "CodeUri") is not None:
        message = f"{path[1]}: InlineCode and CodeUri exclude each other"
        yield Finding("sam.conflict", message, tree.locate((*path, "CodeUri")))


def _globals(tree: Located) -> Iterator[Finding]:
    """Below the first level only: what Globals may hold there, the translator knows and says."""
    if not isinstance(tree.get("Globals"), Mapping | None):
        yield Finding("sam.wrong-type", "Globals must be a map", tree.locate(("Globals",)))
    for section, properties in tree.section("Globals").items():
        described = schema(PREFIX + section, _REGION)
        if not isinstance(properties, Mapping | None):  # a null has been reported
            where = tree.locate(("Globals", section))
            yield Finding("sam.wrong-type", f"Globals.{section} must be a map", where)
        elif described and properties:
            checker = _Checker(tree, described, f"Globals.{section}", complete=False)
            for name in properties.keys() & described.properties.keys():
                rule = described.properties[name]
                yield from checker.check(properties[name], rule, ("Globals", section, name))


@dataclass(frozen=True)
class _Checker:
    """Walks a value and its schema. `complete` is false where required keys may come from elsewhere."""

    tree: Located
    schema: Schema
    subject: str
    complete: bool = True

    def check(self, node: Node, rule: Mapping[str, Any], path: PropertyPath) -> Iterator[Finding]:
        """What is wrong with a node; nothing where only CloudFormation can tell."""
        rule = self._resolved(rule)
        if (branches := _function_branches(node)) is not None:
            for step, branch in branches:
                yield from self.check(branch, rule, (*path, *step))
        elif "anyOf" in rule:
            yield from self._any(node, [self._resolved(option) for option in rule["anyOf"]], path)
        elif not _has_kind(node, rule):
            yield self._wrong_kind(path, [rule])
        elif isinstance(node, Mapping):
            yield from self._map(node, rule, path)
        elif isinstance(node, list):
            for index, item in enumerate(node):
                yield from self.check(item, rule.get("items", {}), (*path, index))
        elif "enum" in rule and str(node) not in map(str, rule["enum"]):
            choices = ", ".join(map(str, rule["enum"]))
            yield self._finding("sam.value", f"{self._name(path)} may be {choices}, not {node}", path)

    def unknown_keys(
        self, node: Mapping[str, Node], known: frozenset[str], path: PropertyPath, owner: str
    ) -> Iterator[Finding]:
        """A finding for each key that is not known."""
        for key in node:
            if key not in known:
                message = f"{owner} has no property {key}"
                yield self._finding("sam.unknown-key", message, (*path, key), suggest(key, known))

    def _map(
        self, node: Mapping[str, Node], rule: Mapping[str, Any], path: PropertyPath
    ) -> Iterator[Finding]:
        properties, others = rule.get("properties", {}), rule.get("additionalProperties", True)
        if others is False:
            yield from self.unknown_keys(node, frozenset(properties), path, self._name(path))
        for key in rule.get("required", ()) if self.complete else ():
            if key not in node:
                yield self._finding("sam.missing-key", f"{self._name(path)} needs {key}", path)
        for key, child in node.items():
            below = properties.get(key, others if isinstance(others, Mapping) else {})
            yield from self.check(child, below, (*path, key))

    def _any(self, node: Node, options: list[Mapping[str, Any]], path: PropertyPath) -> Iterator[Finding]:
        """Judges by the option that is meant: the one of the node's own `Type`, else of its shape."""
        if tagged := _by_type(options):
            yield from self._tagged(node, tagged, path)
            return
        fitting = [option for option in options if _has_kind(node, option)]
        if not fitting:
            yield self._wrong_kind(path, options)
            return
        judged = [tuple(self.check(node, option, path)) for option in fitting]
        yield from min(judged, key=len)

    def _tagged(
        self, node: Node, tagged: Mapping[str, Mapping[str, Any]], path: PropertyPath
    ) -> Iterator[Finding]:
        kind = node.get("Type") if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping):
            yield self._finding("sam.wrong-type", f"{self._name(path)} must be a map", path)
        elif kind is None:
            yield self._finding("sam.missing-key", f"{self._name(path)} needs Type", path)
        elif isinstance(kind, str) and kind not in tagged:
            message = f"{self._name(path)}: there is no event type {kind}"
            hint = suggest(kind, tagged) or f"the types are {', '.join(sorted(tagged))}"
            yield self._finding("sam.unknown-event", message, (*path, "Type"), hint)
        elif isinstance(kind, str):
            yield from self.check(node, tagged[kind], path)

    def _resolved(self, rule: Mapping[str, Any]) -> Mapping[str, Any]:
        """The rule with references followed; an empty one for what CloudFormation defines.

        In these schemas only what was copied from CloudFormation's has descriptions.
        """
        while "description" not in rule:
            if len(rule.get("allOf", ())) == 1:
                rule = rule["allOf"][0]
            elif str(rule.get("$ref", "")).startswith("#/definitions/AWS::"):
                return {}
            elif "$ref" in rule:
                rule = self.schema.resolve(rule)
            else:
                return rule
        return {}

    def _name(self, path: PropertyPath) -> str:
        """A path as users say it: `Events.Get.Path`; the type's name for the properties as a whole."""
        start = 2 if path[0] == "Globals" else 3
        name = ".".join(str(step) for step in path[start:] if step != "Properties")
        return name or self.schema.type

    def _wrong_kind(self, path: PropertyPath, rules: list[Mapping[str, Any]]) -> Finding:
        names = dict.fromkeys(_KINDS[kind][0] for rule in rules for kind in _kinds(rule))
        return self._finding("sam.wrong-type", f"{self._name(path)} must be {' or '.join(names)}", path)

    def _finding(self, code: str, message: str, path: PropertyPath, hint: str = "") -> Finding:
        return Finding(code, f"{self.subject}: {message}", self.tree.locate(path), next=hint)


def _has_kind(node: Node, rule: Mapping[str, Any]) -> bool:
    return "type" not in rule or any(isinstance(node, _KINDS[kind][1]) for kind in _kinds(rule))


def _kinds(rule: Mapping[str, Any]) -> list[str]:
    kind = rule.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _by_type(options: list[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """The options by the value of the `Type` that each asks for; empty where they do not ask."""
    tags = [option.get("properties", {}).get("Type", {}).get("enum", ()) for option in options]
    return {tag[0]: option for tag, option in zip(tags, options, strict=True) if tag} if all(tags) else {}


def _function_branches(node: Node) -> list[tuple[PropertyPath, Node]] | None:
    """For an intrinsic function the values it chooses between, with their paths; None for other nodes."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return None
    name, argument = next(iter(node.items()))
    if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
        return [((name, index), argument[index]) for index in (1, 2)]
    return [] if name in ("Ref", "Condition") or name.startswith("Fn::") else None
