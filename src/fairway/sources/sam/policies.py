"""Checks `Policies`: SAM's policy templates and the names of AWS's managed policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fairway.model.errors import Finding
from fairway.model.graph import PropertyPath
from fairway.sources.cloudformation.tree import Located, Node, nodes
from fairway.sources.findings import suggest
from fairway.sources.sam.prepare import ORIGIN
from fairway.sources.sam.translator_data import managed_policy_names, policy_templates
from fairway.sources.sam.types import FUNCTION, STATE_MACHINE

_DOCUMENT_KEYS = frozenset(["Id", "Statement", "Version"])


def check_policy_templates(tree: Located) -> Iterator[Finding]:
    """Policy templates that do not exist, and parameters that they lack or do not have.

    SAM would ignore a parameter too many.
    """
    for address, path, node in _policies(tree):
        if not isinstance(node, Mapping) or not node or node.keys() & _DOCUMENT_KEYS or _is_function(node):
            continue
        for name, given in node.items():
            yield from _misused(tree, address, (*path, name), policy_templates().get(name), given)


def check_managed_policies(tree: Located, translated: Mapping[str, Any], partition: str) -> Iterator[Finding]:
    """Policy names that the translator left as they are: no managed policy of AWS is called that."""
    roles = [
        resource for resource in translated["Resources"].values() if ORIGIN in resource.get("Metadata", {})
    ]
    attached = [resource.get("Properties", {}).get("ManagedPolicyArns") for resource in roles]
    left = [node for _, node in nodes(attached) if is_policy_name(node)]
    for address, path, node in _policies(tree):
        if isinstance(node, str) and node in left:
            message = f"{address}: AWS has no managed policy {node}"
            hint = suggest(node, managed_policy_names(partition)) or "give the policy's ARN"
            yield Finding("sam.unknown-policy", message, tree.locate(path), next=hint)


def is_policy_name(node: Node) -> bool:
    """Whether a role's managed policy is named by something that only the translator could have resolved."""
    return isinstance(node, str) and not node.startswith(("arn:", "{{resolve:"))


def _policies(tree: Located) -> Iterator[tuple[str, PropertyPath, Node]]:
    """Every policy of the SAM resources that may have some, the branches of `Fn::If` one by one."""
    for address in tree.section("Resources"):
        if tree.get("Resources", address, "Type") not in (FUNCTION, STATE_MACHINE):
            continue
        path: PropertyPath = ("Resources", address, "Properties", "Policies")
        declared = tree.get(*path)
        listed = list(enumerate(declared)) if isinstance(declared, list) else [(None, declared)]
        for index, node in listed:
            yield from _branches(address, path if index is None else (*path, index), node)


def _branches(address: str, path: PropertyPath, node: Node) -> Iterator[tuple[str, PropertyPath, Node]]:
    chosen = node.get("Fn::If") if isinstance(node, Mapping) else None
    if isinstance(chosen, list) and len(chosen) == 3:
        for index in (1, 2):
            yield from _branches(address, (*path, "Fn::If", index), chosen[index])
    else:
        yield address, path, node


def _is_function(node: Mapping[str, Node]) -> bool:
    return any(key == "Ref" or key.startswith("Fn::") for key in node)


def _misused(
    tree: Located, address: str, path: PropertyPath, template: Mapping[str, Any] | None, given: Node
) -> Iterator[Finding]:
    name, place = str(path[-1]), tree.locate(path)
    if template is None:
        message = f"{address}: Policies: SAM has no policy template {name}"
        yield Finding("sam.unknown-policy", message, place, next=suggest(name, policy_templates()))
        return
    wanted, found = template["Parameters"].keys(), given.keys() if isinstance(given, Mapping) else set()
    for key in wanted - found:
        message = f"{address}: the policy template {name} needs {key}"
        yield Finding("sam.missing-key", message, place)
    for key in found - wanted:
        message = f"{address}: the policy template {name} has no parameter {key}"
        where = tree.locate((*path, key))
        yield Finding("sam.unknown-key", message, where, next=suggest(key, wanted))
