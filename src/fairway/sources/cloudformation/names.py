"""Checks that every name used in a template exists, whatever the conditions say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from fairway.model.graph import PropertyPath
from fairway.registry.schema import schema
from fairway.sources.cloudformation.attributes import attributes, has_attribute
from fairway.sources.cloudformation.intrinsics import SUB_VARIABLE
from fairway.sources.cloudformation.tree import Located, Node, nodes
from fairway.sources.findings import Findings, suggest


@dataclass(frozen=True, slots=True)
class Mention:
    """A name used somewhere: of a parameter or resource, of an attribute, or of a condition."""

    kind: Literal["name", "attribute", "condition"]
    name: str
    path: PropertyPath
    attribute: str = ""


def mentions(node: Node, path: PropertyPath) -> Iterator[Mention]:
    """Every name that intrinsic functions below a node use."""
    for inner, found in nodes(node, path):
        if not isinstance(found, Mapping) or len(found) != 1:
            continue
        match found:
            case {"Ref": str(name)}:
                yield Mention("name", name, (*inner, "Ref"))
            case {"Fn::GetAtt": [str(address), attribute]}:
                known = attribute if isinstance(attribute, str) else ""
                yield Mention("attribute", address, (*inner, "Fn::GetAtt"), known)
            case {"Fn::If": [str(condition), *_]}:
                yield Mention("condition", condition, (*inner, "Fn::If"))
            case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text)]}:
                yield from _in_text(text, {}, (*inner, "Fn::Sub"))
            case {"Fn::Sub": [str(text), Mapping() as variables]}:
                yield from _in_text(text, variables, (*inner, "Fn::Sub"))


def _in_text(text: str, variables: Collection[str], path: PropertyPath) -> Iterator[Mention]:
    for variable in SUB_VARIABLE.findall(text):
        name = variable.strip()
        if name in variables or name.startswith("!"):
            continue
        address, dot, attribute = name.partition(".")
        yield Mention("attribute" if dot else "name", address, path, attribute)


def check_names(template: Located, parameters: Collection[str], region: str, findings: Findings) -> None:
    """Reports every reference to something that the template does not have.

    `parameters` are the names of parameters and pseudo parameters.
    """
    checker = _Checker(template, parameters, region, findings)
    for address, body in template.section("Resources").items():
        if isinstance(body, Mapping):
            checker.resource(address, body)
    for name, body in template.section("Outputs").items():
        path = ("Outputs", name)
        checker.check(mentions(body, path))
        checker.condition_of(body, path)
    for section in ("Conditions", "Rules"):
        checker.before_resources(section)


class _Checker:
    def __init__(
        self, template: Located, parameters: Collection[str], region: str, findings: Findings
    ) -> None:
        self.template = template
        self.parameters = frozenset(parameters)
        self.resources = template.section("Resources")
        self.conditions = template.section("Conditions")
        # A transform that failed has said so; what it would have generated is not missed as well.
        self.untransformed = tuple(
            address
            for address, body in self.resources.items()
            if isinstance(body, Mapping) and str(body.get("Type")).startswith("AWS::Serverless::")
        )
        self.region = region
        self.findings = findings

    def resource(self, address: str, body: Mapping[str, Node]) -> None:
        path = ("Resources", address)
        for key in body.keys() - {"Metadata"}:
            self.check(mentions(body[key], (*path, key)))
        self.condition_of(body, path)
        depends_on = body.get("DependsOn")
        for name in depends_on if isinstance(depends_on, list) else [depends_on]:
            if isinstance(name, str) and name not in self.resources:
                self.missing("resource", name, (*path, "DependsOn"), self.resources)

    def before_resources(self, section: str) -> None:
        """Conditions and rules are evaluated before there are resources."""
        for path, node in nodes(self.template.section(section), (section,)):
            match node:
                case {"Condition": str(name), **rest} if not rest:
                    self.check([Mention("condition", name, (*path, "Condition"))])
                case {"Ref": str(name), **rest} if not rest and name not in self.parameters:
                    self.missing("parameter", name, (*path, "Ref"), self.parameters)

    def condition_of(self, body: Node, path: PropertyPath) -> None:
        condition = body.get("Condition") if isinstance(body, Mapping) else None
        if isinstance(condition, str):
            self.check([Mention("condition", condition, (*path, "Condition"))])

    def check(self, found: Iterator[Mention] | list[Mention]) -> None:
        for mention in found:
            if mention.kind == "condition":
                if mention.name not in self.conditions:
                    self.missing("condition", mention.name, mention.path, self.conditions)
            elif mention.kind == "attribute":
                self.attribute(mention)
            elif mention.name not in self.parameters and mention.name not in self.resources:
                known = self.parameters | self.resources.keys()
                self.missing("parameter or resource", mention.name, mention.path, known)

    def attribute(self, mention: Mention) -> None:
        if mention.name not in self.resources:
            self.missing("resource", mention.name, mention.path, self.resources)
            return
        type_name = self.template.get("Resources", mention.name, "Type")
        found = schema(type_name, self.region) if isinstance(type_name, str) else None
        if not found or not mention.attribute or has_attribute(found, mention.attribute):
            return
        message = f"{type_name} has no attribute {mention.attribute}"
        hint = suggest(mention.attribute, attributes(found))
        self.findings.error(
            "template.unknown-attribute", message, self.template.locate(mention.path), next=hint
        )

    def missing(self, what: str, name: str, path: PropertyPath, known: Collection[str]) -> None:
        if any(name.startswith(address) for address in self.untransformed):
            return
        where = self.template.locate(path)
        message = f"there is no {what} named {name}"
        self.findings.error("template.unknown-name", message, where, next=suggest(name, known))
