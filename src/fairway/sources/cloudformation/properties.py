"""Checks a resource's properties against its registry schema.

As lenient as CloudFormation: `"5"` passes for an integer, `"true"` for a boolean, any scalar for a
string. What is not known yet passes everything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fairway.model.graph import PropertyPath
from fairway.model.plan import path_text
from fairway.model.values import Artifact, Asset, Deferred, Lookup, Reference, Secret, Value, is_known
from fairway.registry.schema import Schema
from fairway.sources.findings import suggest

Node = Mapping[str, Any]
_UNKNOWN = (Reference, Deferred, Lookup, Asset, Artifact)
_INTEGER = re.compile(r"[+-]?\d+(\.0*)?")


@dataclass(frozen=True)
class Mistake:
    """What is wrong with the property at a path."""

    path: PropertyPath
    code: str
    message: str
    next: str = ""


def mistakes(properties: Mapping[str, Value], schema: Schema) -> Iterator[Mistake]:
    """Everything wrong with a resource's properties, from the outside in."""
    for name in properties:
        if name in schema.read_only:
            message = f"{name} is set by AWS and cannot be given"
            yield Mistake((name,), "property.read-only", message)
    yield from _Checker(schema).check(properties, schema.document, ())


class _Checker:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def check(self, value: Value, node: Node, path: PropertyPath) -> Iterator[Mistake]:
        """What is wrong with a value under a schema node."""
        if isinstance(value, _UNKNOWN) or value is None:
            return
        node = self.schema.resolve(node)
        if wrong := _type_mistake(value, node, path):
            yield wrong
            return
        if isinstance(value, Mapping):
            yield from self.members(value, node, path)
        elif isinstance(value, list):
            yield from self.items(value, node, path)
        else:
            yield from _scalar_mistakes(value, node, path)
        yield from self.combined(value, node, path)

    def members(self, value: Mapping[str, Value], node: Node, path: PropertyPath) -> Iterator[Mistake]:
        known: Mapping[str, Node] = node.get("properties", {})
        for name, child in value.items():
            inner = (*path, name)
            if name in known:
                yield from self.check(child, known[name], inner)
            elif (pattern := _matching_pattern(name, node)) is not None:
                yield from self.check(child, node["patternProperties"][pattern], inner)
            elif node.get("additionalProperties") is False:
                yield self.unknown(name, known, inner)
            elif isinstance(node.get("additionalProperties"), Mapping):
                yield from self.check(child, node["additionalProperties"], inner)
        yield from self.presence(value, node, path)

    def unknown(self, name: str, known: Mapping[str, Node], path: PropertyPath) -> Mistake:
        owner = path_text(path[:-1]) or self.schema.type
        message = f"{name} is not a property of {owner}"
        return Mistake(path, "property.unknown", message, suggest(name, known))

    def presence(self, value: Mapping[str, Value], node: Node, path: PropertyPath) -> Iterator[Mistake]:
        """Keys that must stand here and do not, must not and do, and their number."""
        owner = path_text(path) or self.schema.type
        given = value.keys()
        for name in _needed(given, node):
            if name not in given and not self.set_by_aws(name, path):
                yield Mistake(path, "property.missing", f"{owner} needs {name}")
        if (group := node.get("requiredXor")) and len(given & set(group)) != 1:
            yield Mistake(path, "property.missing", f"{owner} needs exactly one of {', '.join(group)}")
        for name in sorted(given & node.get("dependentExcluded", {}).keys()):
            for other in sorted(given & set(node["dependentExcluded"][name])):
                yield Mistake((*path, other), "property.excluded", f"{other} cannot stand beside {name}")
        if not node.get("minProperties", 0) <= len(value) <= node.get("maxProperties", len(value)):
            message = f"{owner} needs {_range(node, 'minProperties', 'maxProperties')} keys"
            yield Mistake(path, "property.size", message)

    def set_by_aws(self, name: str, path: PropertyPath) -> bool:
        dotted = ".".join("*" if isinstance(step, int) else step for step in (*path, name))
        return dotted in self.schema.read_only

    def items(self, value: Sequence[Value], node: Node, path: PropertyPath) -> Iterator[Mistake]:
        if not node.get("minItems", 0) <= len(value) <= node.get("maxItems", len(value)):
            message = f"{path_text(path)} needs {_range(node, 'minItems', 'maxItems')} items"
            yield Mistake(path, "property.size", f"{message}, not {len(value)}")
        items = node.get("items")
        if isinstance(items, Mapping):
            for index, item in enumerate(value):
                yield from self.check(item, items, (*path, index))
        if node.get("uniqueItems"):
            yield from _repeated(value, path)

    def combined(self, value: Value, node: Node, path: PropertyPath) -> Iterator[Mistake]:
        for part in node.get("allOf", ()):
            yield from self.check(value, part, path)
        # oneOf counts as anyOf: with parts unknown, two alternatives may look right that are not.
        for alternatives in (node.get("anyOf"), node.get("oneOf")):
            if alternatives:
                yield from self.alternatives(value, alternatives, path)
        # What is unknown fits every `if`; that is no reason to ask for its `then`.
        if "if" in node and is_known(value) and not any(True for _ in self.check(value, node["if"], path)):
            yield from self.check(value, node.get("then", {}), path)

    def alternatives(self, value: Value, nodes: Sequence[Node], path: PropertyPath) -> Iterator[Mistake]:
        """Nothing when one fits; else what is wrong by the alternative that comes nearest."""
        attempts = [tuple(self.check(value, node, path)) for node in nodes]
        if all(attempts):
            yield from min(attempts, key=len)


def _types(node: Node) -> tuple[str, ...]:
    declared = node.get("type", ())
    return (declared,) if isinstance(declared, str) else tuple(declared)


def _type_mistake(value: Value, node: Node, path: PropertyPath) -> Mistake | None:
    types = _types(node)
    if not types or any(_is_a(value, name) for name in types):
        return None
    wanted = " or ".join(types)
    return Mistake(
        path, "property.type", f"{path_text(path)} must be {_article(wanted)}, not {_shown(value)}"
    )


def _is_a(value: Value, name: str) -> bool:
    if isinstance(value, Secret):
        value = value.value
    match name:
        case "object":
            return isinstance(value, Mapping)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str | int | float)
        case "boolean":
            return isinstance(value, bool) or str(value).lower() in ("true", "false")
        case "integer":
            return not isinstance(value, bool) and bool(_INTEGER.fullmatch(str(value)))
        case "number":
            return not isinstance(value, bool) and _number(value) is not None
    return True


def _number(value: Value) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _scalar_mistakes(value: Value, node: Node, path: PropertyPath) -> Iterator[Mistake]:
    text = _text(value)
    name = path_text(path)
    if "enum" in node and text not in {_text(allowed) for allowed in node["enum"]}:
        allowed = [_text(item) for item in node["enum"]]
        hint = suggest(text, allowed)
        yield Mistake(path, "property.value", f"{name} may be {_some(allowed)}, not {_shown(value)}", hint)
    elif "const" in node and text != _text(node["const"]):
        yield Mistake(path, "property.value", f"{name} must be {_text(node['const'])}, not {_shown(value)}")
    types = _types(node)
    if "string" in types:
        if not node.get("minLength", 0) <= len(text) <= node.get("maxLength", len(text)):
            message = f"{name} needs {_range(node, 'minLength', 'maxLength')} characters, not {len(text)}"
            yield Mistake(path, "property.size", message)
        elif (pattern := _pattern(str(node.get("pattern", "")))) and not pattern.search(text):
            message = f"{name} must match {node['pattern']}, which {_shown(value)} does not"
            yield Mistake(path, "property.pattern", message)
    elif not _within(_number(text), node):
        message = f"{name} must be {_range(node, 'minimum', 'maximum')}, not {_shown(value)}"
        yield Mistake(path, "property.range", message)


def _within(number: float | None, node: Node) -> bool:
    if number is None:
        return True
    return bool(node.get("minimum", number) <= number <= node.get("maximum", number))


def _text(value: Value) -> str:
    match value:
        case Secret(value=secret):
            return secret
        case bool():
            return str(value).lower()
    return str(value)


def _shown(value: Value) -> str:
    match value:
        case Secret():
            return "its value"
        case Mapping():
            return "a map"
        case list():
            return "a list"
        case str():
            return repr(value if len(value) <= 60 else f"{value[:57]}...")
    return _text(value)


def _some(names: Sequence[str], limit: int = 12) -> str:
    more = f" or {len(names) - limit} others" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _range(node: Node, fewest: str, most: str) -> str:
    match node.get(fewest), node.get(most):
        case None, high:
            return f"at most {high}"
        case low, None:
            return f"at least {low}"
        case low, high:
            return f"{low} to {high}" if low != high else f"exactly {low}"
    raise AssertionError("unreachable")


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeio" else f"a {noun}"


def _repeated(value: Sequence[Value], path: PropertyPath) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, item in enumerate(value):
        if isinstance(item, str) and item in seen:
            yield Mistake((*path, index), "property.repeated", f"{item} stands twice in {path_text(path)}")
        elif isinstance(item, str):
            seen.add(item)


def _matching_pattern(name: str, node: Node) -> str | None:
    for pattern in node.get("patternProperties", ()):
        compiled = _pattern(pattern)
        if compiled is None or compiled.search(name):
            return str(pattern)
    return None


@cache
def _pattern(source: str) -> re.Pattern[str] | None:
    """None for what Python's `re` cannot take (`\\p{L}`): AWS has to judge it."""
    try:
        return re.compile(source) if source else None
    except re.error:
        return None


def _needed(given: Collection[str], node: Node) -> Iterator[str]:
    """Required keys, and those that a given key requires; `dependencies` may hold schemas as well."""
    yield from node.get("required", ())
    for keyword in ("dependentRequired", "dependencies"):
        for name, others in node.get(keyword, {}).items():
            if name in given and isinstance(others, list):
                yield from others
