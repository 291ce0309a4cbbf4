"""Makes graph resources out of a template's resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, get_args

from fairway.model.graph import DeletionPolicy, Resource
from fairway.model.values import Value
from fairway.registry.schema import DEFAULT_REGION, schema, type_names
from fairway.sources.cloudformation.properties import mistakes
from fairway.sources.cloudformation.rollouts import rollout
from fairway.sources.cloudformation.tree import Node
from fairway.sources.findings import suggest

if TYPE_CHECKING:
    from fairway.sources.cloudformation.evaluator import Evaluator

# CloudFormation User Guide, "DeletionPolicy attribute" and "UpdateReplacePolicy attribute": what is replaced
# existed before, so the policy that makes an exception for creations has no meaning there.
_POLICIES: Mapping[str, Mapping[Value, DeletionPolicy]] = {
    "DeletionPolicy": {policy: policy for policy in get_args(DeletionPolicy)},
    "UpdateReplacePolicy": {"Delete": "Delete", "Retain": "Retain", "Snapshot": "Snapshot"},
}


def build_resource(name: str, evaluator: Evaluator) -> Resource | None:
    """The resource of a logical id; None when its condition does not hold, or its outline is broken."""
    body = evaluator.template.get("Resources", name)
    if isinstance(body, Mapping) and isinstance(body.get("Type"), str) and evaluator.included(name):
        return _resource(name, str(body["Type"]), body, evaluator)
    return None


def _resource(address: str, type_name: str, body: Mapping[str, Node], evaluator: Evaluator) -> Resource:
    path = ("Resources", address)
    properties, locations, waits = evaluator.located(body.get("Properties") or {}, (*path, "Properties"))
    return Resource(
        address=evaluator.address(address),
        type=type_name,
        properties=properties if isinstance(properties, Mapping) else {},
        location=evaluator.template.locate(path),
        depends_on=tuple(dict.fromkeys((*_depends_on(address, body, evaluator), *waits))),
        deletion_policy=_policy(address, "DeletionPolicy", type_name, body, evaluator),
        update_replace_policy=_policy(address, "UpdateReplacePolicy", type_name, body, evaluator),
        locations=locations,
        rollout=rollout(address, body, evaluator),
    )


def _depends_on(address: str, body: Mapping[str, Node], evaluator: Evaluator) -> Iterator[str]:
    """As in CloudFormation, waiting for a resource that is not created means nothing."""
    declared = body.get("DependsOn", [])
    for name in declared if isinstance(declared, list) else [declared]:
        if not isinstance(name, str):
            where = evaluator.template.locate(("Resources", address, "DependsOn"))
            evaluator.findings.error("template.depends-on", "DependsOn needs names of resources", where)
        elif name in evaluator.resources and evaluator.included(name):
            yield from evaluator.addresses(name)


def _policy(
    address: str, key: str, type_name: str, body: Mapping[str, Node], evaluator: Evaluator
) -> DeletionPolicy:
    path = ("Resources", address, key)
    if key not in body:
        return _default_policy(key, type_name, body)
    value = evaluator.plain(body[key], path)
    policies = _POLICIES[key]
    if isinstance(value, str) and value in policies:
        return policies[value]
    message = f"{key} may be {', '.join(map(str, policies))}, not {value}"
    evaluator.findings.error("template.policy", message, evaluator.template.locate(path))
    return "Retain"


def _default_policy(key: str, type_name: str, body: Mapping[str, Node]) -> DeletionPolicy:
    """Databases are kept as a snapshot. Source: CloudFormation User Guide, "DeletionPolicy attribute"."""
    properties = body.get("Properties")
    in_cluster = isinstance(properties, Mapping) and "DBClusterIdentifier" in properties
    if key == "DeletionPolicy" and (
        type_name == "AWS::RDS::DBCluster" or (type_name == "AWS::RDS::DBInstance" and not in_cluster)
    ):
        return "Snapshot"
    return "Delete"


def check_resource(resource: Resource, name: str, evaluator: Evaluator) -> None:
    """Reports an unknown type, and every property that its registry schema does not allow.

    `name` is the logical id. Types that an account has registered itself have no schema here; the catalogue
    speaks about them.
    """
    region, findings = evaluator.inputs.region, evaluator.findings
    if found := schema(resource.type, region):
        for mistake in mistakes(resource.properties, found):
            message = f"{resource.address}: {mistake.message}"
            findings.error(mistake.code, message, resource.locate(mistake.path), next=mistake.next)
    elif resource.type.startswith("AWS::Serverless::"):
        return  # its transform failed and said so
    elif resource.type.startswith("AWS::"):
        where = evaluator.template.locate(("Resources", name, "Type"))
        if schema(resource.type, DEFAULT_REGION):
            message = f"AWS does not list {resource.type} for {region}"
            findings.warning("template.type-not-in-region", message, where)
            return
        hint = suggest(resource.type, type_names())
        findings.error("template.unknown-type", f"unknown resource type {resource.type}", where, next=hint)
