"""A SAM template's tree as the request that the translator is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fairway.model.values import Value, is_known
from fairway.sources.cloudformation.compile import pseudo_parameters
from fairway.sources.cloudformation.evaluator import Evaluator
from fairway.sources.cloudformation.parameters import declarations, resolve
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.findings import Findings
from fairway.sources.inputs import Inputs
from fairway.sources.sam.translation import Request
from fairway.sources.sam.types import APPLICATION, CODE_PATHS, DEFINITION_PATHS, FUNCTION, NOT_YET, PREFIX

BUCKET = "Fairway_local_path"
"""Stands for this machine where the translator wants an S3 object; the key is the path in hexadecimal.

No bucket can have that name: S3 allows neither capitals nor underscores.
"""

ORIGIN = "FairwayOrigin"
"""The metadata key by which a generated resource names the SAM resource it comes from."""

_SECTIONS = ("Resources", "Globals", "Conditions", "Mappings", "Outputs")


def request(tree: Located, inputs: Inputs) -> Request:
    """What to ask the translator: only what its answer depends on, with placeholders for local paths.

    A placeholder names the path as the user wrote it and nothing of the code behind it, so that a change of
    code needs no new translation. A definition file's placeholder holds a digest of its content too, because
    a new definition is a new deployment of its API.
    """
    template = {name: _plain(tree.section(name)) for name in _SECTIONS if tree.section(name)}
    parameters = known_parameters(tree, inputs)
    paths = _Paths(tree, inputs, parameters)
    template["Resources"] = {
        address: paths.replaced_in(_marked(address, resource))
        for address, resource in template.get("Resources", {}).items()
        if is_translatable(resource)
    }
    defaults = {name: block for name, block in template.get("Globals", {}).items() if isinstance(block, dict)}
    for name, block in defaults.items():
        paths.replace(block, PREFIX + name)
    template["Globals"] = defaults
    return Request(template, parameters, inputs.region)


def without(asked: Request, addresses: set[str], globals_keys: list[tuple[str, ...]]) -> Request:
    """The request without some of its resources, and without some paths below Globals."""
    resources = {k: v for k, v in asked.template["Resources"].items() if k not in addresses}
    defaults = {section: dict(keys) for section, keys in asked.template.get("Globals", {}).items()}
    for section, *keys in filter(None, globals_keys):
        if keys:
            defaults[section].pop(keys[0])
        else:
            defaults.pop(section)
    return replace(asked, template={**asked.template, "Globals": defaults, "Resources": resources})


def is_translatable(resource: Node) -> bool:
    """Whether the translator can be shown a resource: the rest has findings of its own, or is an application,
    of which the translator knows only those of the Serverless Application Repository."""
    if not isinstance(resource, Mapping) or not isinstance(resource.get("Type"), str):
        return False
    return resource["Type"] not in (APPLICATION, *NOT_YET) and isinstance(properties_of(resource), Mapping)


def properties_of(resource: Mapping[str, Node]) -> Node:
    """A resource's properties; none at all may be left out, or be an empty value, which is reported."""
    properties = resource.get("Properties")
    return {} if properties is None else properties


def known_parameters(tree: Located, inputs: Inputs) -> dict[str, Value]:
    """The parameters' values that a translation may see.

    Secrets (NoEcho) stay out, since translations are kept on disk; so do values that AWS looks up, whose
    parameter holds a name only. References to both pass through the translation as they are.
    """
    unheard = Findings()  # whoever reads the parameters for good reports what is wrong with them
    parameters = resolve(declarations(tree, unheard), replace(inputs, lookup=None), tree, unheard)
    plain = {name: parameter.value for name, parameter in parameters.items() if not parameter.secret}
    return {name: value for name, value in plain.items() if isinstance(value, str | list) and is_known(value)}


def local_path(place: object) -> str | None:
    """The path that a placeholder stands for, in any of the shapes the translator gives it."""
    if not isinstance(place, Mapping):
        return None
    bucket, key = place.get("S3Bucket", place.get("Bucket")), place.get("S3Key", place.get("Key"))
    if bucket != BUCKET or not isinstance(key, str):
        return None
    try:
        return bytes.fromhex(key.partition("/")[0]).decode()
    except ValueError:
        return None  # somebody wrote that bucket's name themselves


def _marked(address: str, resource: dict[str, Any]) -> dict[str, Any]:
    """A SAM resource with its own address as metadata, which the translator copies to what it generates."""
    if not resource["Type"].startswith(PREFIX):
        return resource
    return {**resource, "Properties": properties_of(resource), "Metadata": {ORIGIN: address}}


class _Paths:
    """Replaces local paths by placeholders; functions that give a path are evaluated."""

    def __init__(self, tree: Located, inputs: Inputs, parameters: Mapping[str, Value]) -> None:
        self.folder = Path(tree.file).parent
        names = {**pseudo_parameters(inputs), **parameters}
        self.evaluator = Evaluator(tree, inputs, names, Findings())

    def replaced_in(self, resource: dict[str, Any]) -> dict[str, Any]:
        """The resource, changed."""
        properties = resource.get("Properties")
        if isinstance(properties, dict):
            self.replace(properties, resource["Type"])
            if resource["Type"] == FUNCTION and properties.get("PackageType") == "Image":
                properties["ImageUri"] = "image"  # refused elsewhere; a missing one would be a second finding
        return resource

    def replace(self, properties: dict[str, Any], kind: str) -> None:
        """Puts a placeholder in the place of each local path that the properties of a type hold."""
        for name in (CODE_PATHS.get(kind), DEFINITION_PATHS.get(kind)):
            path = self.evaluator.plain(properties[name], ()) if name in properties else None
            if name and isinstance(path, str) and "://" not in path and not path.startswith("{{resolve:"):
                digest = _digest(self.folder / path) if kind in DEFINITION_PATHS else ""
                properties[name] = _placeholder(path, digest)


def _placeholder(path: str, digest: str) -> str:
    key = path.encode().hex()
    return f"s3://{BUCKET}/{key}/{digest}" if digest else f"s3://{BUCKET}/{key}"


def _digest(file: Path) -> str:
    """Of a definition file; a missing one is reported by the step that reads it."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    except (OSError, ValueError):  # a ValueError for a path that no file can have
        return "missing"


def _plain(node: object) -> Any:
    """A copy of plain JSON that can be changed."""
    return json.loads(json.dumps(node))
