"""Reads YAML and JSON into a located tree, with the intrinsic functions' short forms made long.

Scalars become what CloudFormation makes of them: booleans as in YAML 1.1, dates as text, and numbers
as text wherever a number could not be written back the same (`012345678901`, `3.10`, `22:22`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any

import yaml

from fairway.model.errors import Finding
from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.sources.cloudformation.language import SHORT_FORMS
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.findings import Findings, suggest

MAX_DEPTH = 100
MAX_NODES = 200_000  # aliases can make a tree far larger than its text
_SAFE_DEPTH = 3_000  # the parser recurses in C, without a limit of its own
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YAML = "tag:yaml.org,2002:"
# What usually lies behind the parser's words.
_HINTS = {
    "mapping values are not allowed": "quote text that holds a colon and a space, or mend the indentation",
    "cannot start any token": "indent with spaces, not tabs; quote text that begins with @, ` or %",
    "could not find expected ':'": "look at the line before: a key ends with a colon",
    "did not find expected key": "look at indentation and quotes, also in the lines before",
    "found undefined alias": "quote text that begins with *",
}
_TRUE = frozenset({"yes", "true", "on"})
_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_SURROGATES = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


@lru_cache(maxsize=8)  # a template is read for its parameters first, and then as a whole
def parse(content: bytes, file: str) -> tuple[Located | None, tuple[Finding, ...]]:
    """The tree of a template's text; None, with the reason as a finding, when it cannot be read at all."""
    findings = Findings()
    try:
        node = _compose(_decoded(content))
        if node is None:
            raise _Unreadable("the file is empty")
        return _Builder(file, findings).build(node), findings.sorted()
    except _Unreadable as unreadable:
        location = Location(file, unreadable.line, unreadable.column)
        next_step = next((hint for sign, hint in _HINTS.items() if sign in unreadable.what), "")
        findings.error("template.syntax", unreadable.what, location, why=unreadable.why, next=next_step)
        return None, findings.sorted()


class _Unreadable(Exception):
    def __init__(self, what: str, why: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__(what)
        self.what, self.why, self.line, self.column = what, why, line, column


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable("the file is not text in UTF-8", str(error.reason), line) from None
    if not text.lstrip().startswith("{"):
        return text
    # JSON is YAML but for two things: tabs between tokens, and escapes of surrogate pairs.
    return _SURROGATES.sub(_joined_pair, text.replace("\t", " "))


def _joined_pair(match: re.Match[str]) -> str:
    high, low = (int(half, 16) for half in match.groups())
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _compose(text: str) -> Any:
    try:
        _refuse_endless_nesting(text)
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = f"the file is neither YAML nor JSON: {error.problem or error.context}"
        why = error.context if error.problem and error.context else ""
        raise _Unreadable(what, why, line, column) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Unreadable("the file holds characters that YAML does not allow", error.reason, line) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _Unreadable("the file is neither YAML nor JSON", str(error)) from None


def _refuse_endless_nesting(text: str) -> None:
    """A block cannot be deeper than its column, a flow collection not deeper than its brackets."""
    bound = text.count("[") + text.count("{") + max(map(len, text.split("\n")))
    if bound < _SAFE_DEPTH:
        return
    known = _json_depth(text)  # far quicker than a look at every event
    if known is not None and known <= MAX_DEPTH:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise _Unreadable(f"more than {MAX_DEPTH} levels of nesting", line=line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _json_depth(text: str) -> int | None:
    """How deep the brackets of a JSON text go; None for what is no JSON, or too deep to be read as such."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    depths = accumulate(1 if bracket in "[{" else -1 for bracket in _BRACKET.findall(_QUOTED.sub("", text)))
    return max(depths, default=0)


class _Builder:
    """Turns the YAML parser's nodes into one located tree."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.findings = findings
        self.locations: dict[PropertyPath, Location] = {}
        self.count = 0

    def build(self, root: Any) -> Located:
        self.locations[()] = self.place(root)
        return Located(self.node(root, ()), self.file, self.locations)

    def node(self, node: Any, path: PropertyPath) -> Node:
        self.count += 1
        if len(path) > MAX_DEPTH or self.count > MAX_NODES:
            limit = f"{MAX_DEPTH} levels of nesting" if len(path) > MAX_DEPTH else f"{MAX_NODES} nodes"
            place = self.place(node)
            raise _Unreadable(f"more than {limit}", "aliases count as what they stand for", place.line)
        tag = node.tag
        if tag.startswith("!"):
            return self.short_form(node, tag, path)
        return self.plain(node, path)

    def plain(self, node: Any, path: PropertyPath) -> Node:
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return self.sequence(node, path)
        return self.mapping(node, path)

    def short_form(self, node: Any, tag: str, path: PropertyPath) -> Node:
        name = SHORT_FORMS.get(tag)
        if name is None:
            hint = suggest(tag, SHORT_FORMS)
            self.findings.error(
                "template.unknown-function", f"unknown function {tag}", self.place(node), next=hint
            )
            return None
        inner = (*path, name)
        self.locations.setdefault(inner, self.place(node))
        argument = node.value if isinstance(node, yaml.ScalarNode) else self.plain(node, inner)
        return {name: _attribute_pair(argument) if name == "Fn::GetAtt" else argument}

    def scalar(self, node: Any) -> Node:
        text: str = node.value
        match node.tag.removeprefix(_YAML):
            case "null":
                return None
            case "bool":
                return text.lower() in _TRUE
            case "int" | "float":
                return _number(text)
            case "str" | "timestamp" | "value" | "merge":
                return text
        message = f"the YAML tag {node.tag} is not allowed in a template"
        self.findings.error("template.unknown-tag", message, self.place(node))
        return text

    def sequence(self, node: Any, path: PropertyPath) -> list[Node]:
        items: list[Node] = []
        for index, item in enumerate(node.value):
            inner = (*path, index)
            self.locations[inner] = self.place(item)
            items.append(self.node(item, inner))
        return items

    def mapping(self, node: Any, path: PropertyPath) -> Node:
        found: dict[str, Node] = {}
        for name, key, value in self.entries(node):
            inner = (*path, name)
            if name in found:
                self.repeated(name, key, value, found[name], inner)
                continue
            self.locations[inner] = self.place(key)
            found[name] = self.node(value, inner)
        if list(found) == ["Fn::GetAtt"]:
            return {"Fn::GetAtt": _attribute_pair(found["Fn::GetAtt"])}
        return found

    def repeated(self, name: str, key: Any, value: Any, first: Node, path: PropertyPath) -> None:
        """Nothing is lost when both say the same; else nobody can tell which was meant."""
        message = f"the key {name} stands here twice; the first is on line {self.locations[path].line}"
        other = _Builder(self.file, Findings())
        other.count = self.count
        report = self.findings.warning if other.node(value, path) == first else self.findings.error
        self.count = other.count
        report("template.duplicate-key", message, self.place(key))

    def entries(self, node: Any) -> Iterator[tuple[str, Any, Any]]:
        """Names, key nodes and value nodes; what a merge key brings comes last and never twice."""
        merged: list[Any] = []
        names: set[str] = set()
        for key, value in node.value:
            if key.tag == f"{_YAML}merge":
                merged.extend(value.value if isinstance(value, yaml.SequenceNode) else [value])
            elif isinstance(key, yaml.ScalarNode):
                names.add(key.value)
                yield key.value, key, value
            else:
                self.findings.error("template.key", "a key must be text", self.place(key))
        for source in merged:
            if not isinstance(source, yaml.MappingNode) or source is node:
                self.findings.error("template.key", "<< can only merge a map", self.place(source))
                continue
            fresh = [entry for entry in self.entries(source) if entry[0] not in names]
            names.update(name for name, _, _ in fresh)
            yield from fresh

    def place(self, node: Any) -> Location:
        mark = node.start_mark
        return Location(self.file, mark.line + 1, mark.column + 1)


def _number(text: str) -> Node:
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if str(number) == text:
            return number
    return text


def _attribute_pair(argument: Node) -> Node:
    """`Table.Arn` as the list `[Table, Arn]` that the long form has."""
    if isinstance(argument, str) and "." in argument:
        return list(argument.split(".", 1))
    return argument
