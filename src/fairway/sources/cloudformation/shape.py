"""Checks the outline of a template: its sections, and the keys of its resources and outputs."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fairway.model.graph import PropertyPath
from fairway.sources.cloudformation.language import (
    LANGUAGE_EXTENSIONS,
    OUTPUT_KEYS,
    RESOURCE_KEYS,
    SECTIONS,
    SERVERLESS,
    TEMPLATE_KEYS,
)
from fairway.sources.cloudformation.rollouts import has_rollout
from fairway.sources.cloudformation.tree import Located, Node, nodes
from fairway.sources.findings import Findings, suggest

# What CloudFormation knows and Fairway cannot do yet; leaving it out would change what is deployed.
_UNSUPPORTED_KEYS = frozenset({"CreationPolicy", "UpdatePolicy"})


def transforms(template: Located) -> tuple[str, ...]:
    """The names of the template's transforms."""
    return tuple(name for name in _declared_transforms(template) if isinstance(name, str))


def _declared_transforms(template: Located) -> list[Node]:
    declared = template.get("Transform")
    listed = declared if isinstance(declared, list) else [declared]
    return [transform for transform in listed if transform is not None]


def check_sections(template: Located, findings: Findings) -> bool:
    """Reports mistakes in the outline before any transform; False when nothing further can be read."""
    if not isinstance(template.value, Mapping):
        findings.error("template.shape", "a template must be a map of sections", template.locate(()))
        return False
    allowed = TEMPLATE_KEYS | ({"Globals"} if SERVERLESS in transforms(template) else set())
    _unknown_keys(template.value, allowed, (), "a template section", template, findings)
    _check_nulls(template, findings)
    _check_transforms(template, findings)
    if template.value.get("AWSTemplateFormatVersion", "2010-09-09") != "2010-09-09":
        where = template.locate(("AWSTemplateFormatVersion",))
        findings.error("template.version", "the only AWSTemplateFormatVersion is 2010-09-09", where)
    if "Hooks" in template.value:
        message = "Hooks (CodeDeploy blue/green) are not supported yet"
        findings.error("template.unsupported", message, template.locate(("Hooks",)))
    wrong = [
        name
        for name in SECTIONS & template.value.keys()
        if not isinstance(template.value[name], Mapping | None)
    ]
    for name in wrong:
        findings.error("template.shape", f"{name} must be a map", template.locate((name,)))
    if template.value.get("Resources") is None:
        findings.error("template.shape", "the template has no Resources", template.locate(()))
    return not wrong


def _check_nulls(template: Located, findings: Findings) -> None:
    for path, node in nodes(template.value):
        if node is None and path:
            # An empty section is nothing; an empty property may have been meant to be something.
            report = findings.warning if len(path) == 1 else findings.error
            next_step = "write a value, or leave the key out"
            report("template.null", f"{path[-1]} has no value", template.locate(path), next=next_step)


def _check_transforms(template: Located, findings: Findings) -> None:
    for transform in _declared_transforms(template):
        if transform not in (SERVERLESS, LANGUAGE_EXTENSIONS):
            name = transform.get("Name") if isinstance(transform, Mapping) else transform
            message = f"the transform {name} is not supported"
            findings.error("template.macro", message, template.locate(("Transform",)))


def check_resources(template: Located, findings: Findings) -> None:
    """Reports mistakes in the outline of resources and outputs, after all transforms."""
    for section, check in (("Resources", _check_resource), ("Outputs", _check_output)):
        for name, body in template.section(section).items():
            if isinstance(body, Mapping):
                check(name, body, template, findings)
            elif body is not None:  # a null has been reported
                where = template.locate((section, name))
                findings.error("template.shape", f"{name} must be a map", where)


def _check_output(name: str, body: Mapping[str, Node], template: Located, findings: Findings) -> None:
    path = ("Outputs", name)
    _unknown_keys(body, OUTPUT_KEYS, path, "a key of an output", template, findings)
    if "Value" not in body:
        findings.error("template.output", f"output {name} has no Value", template.locate(path))


def _check_resource(address: str, body: Mapping[str, Node], template: Located, findings: Findings) -> None:
    path = ("Resources", address)
    if not (address.isascii() and address.isalnum()):
        message = f"the resource name {address} may hold letters and digits only"
        findings.error("template.resource-name", message, template.locate(path))
    _unknown_keys(body, RESOURCE_KEYS, path, "a key of a resource", template, findings)
    for key in _UNSUPPORTED_KEYS & body.keys():
        if key == "UpdatePolicy" and has_rollout(body):
            continue
        message = f"{key} is not supported yet"
        findings.error("template.unsupported", message, template.locate((*path, key)))
    type_name = body.get("Type")
    if not isinstance(type_name, str):
        findings.error("template.resource-type", f"resource {address} has no Type", template.locate(path))
    if not isinstance(body.get("Properties", {}), Mapping | None):
        where = template.locate((*path, "Properties"))
        findings.error("template.shape", f"Properties of {address} must be a map", where)


def _unknown_keys(
    node: Mapping[str, Node],
    known: Collection[str],
    path: PropertyPath,
    what: str,
    template: Located,
    findings: Findings,
) -> None:
    for key in node.keys() - set(known):
        where = template.locate((*path, key))
        findings.error("template.unknown-key", f"{key} is not {what}", where, next=suggest(key, known))
