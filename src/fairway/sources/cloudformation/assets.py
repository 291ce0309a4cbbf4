"""Local paths in a template: code becomes an asset to build, documents become their content.

Which properties may hold a local path: AWS CLI Command Reference, "cloudformation package".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fairway.model.evaluate import apply_function
from fairway.model.graph import PropertyPath, Resource
from fairway.model.values import Asset, AssetKind, Deferred, Value
from fairway.sources.cloudformation.json_text import json_text
from fairway.sources.cloudformation.result import BROKEN
from fairway.sources.cloudformation.text import parse
from fairway.sources.cloudformation.tree import Node
from fairway.sources.findings import Findings

_BUILD_KEYS = ("BuildMethod", "BuildProperties", "BuildArchitecture", "SkipBuild", "Dockerfile")
_REMOTE = re.compile(r"(s3|https?)://")
_SUBSTITUTION = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


@dataclass(frozen=True)
class _Inlined:
    """A property that names a file, and the one that takes the file's content."""

    target: str
    is_text: bool


_INLINED: Mapping[tuple[str, str], _Inlined] = {
    ("AWS::ApiGateway::RestApi", "BodyS3Location"): _Inlined("Body", is_text=False),
    ("AWS::ApiGatewayV2::Api", "BodyS3Location"): _Inlined("Body", is_text=False),
    ("AWS::AppSync::FunctionConfiguration", "CodeS3Location"): _Inlined("Code", is_text=True),
    ("AWS::AppSync::FunctionConfiguration", "RequestMappingTemplateS3Location"): _Inlined(
        "RequestMappingTemplate", is_text=True
    ),
    ("AWS::AppSync::FunctionConfiguration", "ResponseMappingTemplateS3Location"): _Inlined(
        "ResponseMappingTemplate", is_text=True
    ),
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"): _Inlined("Definition", is_text=True),
    ("AWS::AppSync::Resolver", "CodeS3Location"): _Inlined("Code", is_text=True),
    ("AWS::AppSync::Resolver", "RequestMappingTemplateS3Location"): _Inlined(
        "RequestMappingTemplate", is_text=True
    ),
    ("AWS::AppSync::Resolver", "ResponseMappingTemplateS3Location"): _Inlined(
        "ResponseMappingTemplate", is_text=True
    ),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"): _Inlined("DefinitionString", is_text=True),
}


def with_local_files(resource: Resource, metadata: Node, folder: Path, findings: Findings) -> Resource:
    """The resource with what stands in local files below `folder` put in the place of their paths."""
    files = _Files(resource, metadata, folder, findings)
    if resource.type == "AWS::Lambda::Function":
        resource = files.with_code("Code", "function")
    elif resource.type == "AWS::Lambda::LayerVersion":
        resource = files.with_code("Content", "layer")
    for (type_name, name), inlined in _INLINED.items():
        if type_name == resource.type and _is_local(resource.properties.get(name)):
            resource = files.with_content(name, inlined)
    if resource.type == "AWS::StepFunctions::StateMachine":
        return _with_definition(resource)
    return resource


def _is_local(value: Value) -> bool:
    return isinstance(value, str) and not _REMOTE.match(value)


class _Files:
    def __init__(self, resource: Resource, metadata: Node, folder: Path, findings: Findings) -> None:
        self.resource = resource
        self.metadata = metadata if isinstance(metadata, Mapping) else {}
        self.folder = folder
        self.findings = findings

    def with_code(self, name: str, kind: AssetKind) -> Resource:
        match self.resource.properties.get(name):
            case str(path) if _is_local(path):
                return self.with_asset(name, kind, str((self.folder / path).resolve()))
            case {"ZipFile": str(content)} if kind == "function":
                return self.with_asset(name, "inline", "", content)
            case {"ZipFile": _} if kind == "function":
                self.findings.error(
                    "asset.inline-unknown",
                    f"the inline code of {self.resource.address} holds a value that is not known yet",
                    self.resource.locate((name, "ZipFile")),
                    next="hand the value to the function in an environment variable",
                )
        return self.resource

    def with_asset(self, name: str, kind: AssetKind, path: str, content: str = "") -> Resource:
        asset = Asset(
            kind=kind,
            address=self.resource.address,
            path=path,
            runtime=self.runtime(),
            architecture=self.first("Architectures") or self.first("CompatibleArchitectures") or "x86_64",
            handler=_known_text(self.resource.properties.get("Handler")),
            content=content,
            options={key: self.metadata[key] for key in _BUILD_KEYS if key in self.metadata},
            location=self.resource.locate((name,)),
            layered=bool(self.resource.properties.get("Layers")),
        )
        return replace(self.resource, properties={**self.resource.properties, name: asset})

    def runtime(self) -> str:
        """A layer is built for the runtime it names as its build method, else for its first one."""
        method = _known_text(self.metadata.get("BuildMethod"))
        declared = _known_text(self.resource.properties.get("Runtime")) or self.first("CompatibleRuntimes")
        return declared or method

    def first(self, name: str) -> str:
        value = self.resource.properties.get(name)
        return _known_text(value[0]) if isinstance(value, list) and value else ""

    def missing(self, path: str, name: str) -> None:
        where = self.resource.locate((name,))
        message = f"{self.resource.address}: {name} names {path}, which does not exist"
        self.findings.error("asset.missing", message, where, why=f"looked in {self.folder}")

    def with_content(self, name: str, inlined: _Inlined) -> Resource:
        properties = {key: value for key, value in self.resource.properties.items() if key != name}
        path = str(self.resource.properties[name])
        try:
            content = (self.folder / path).read_bytes()
        except OSError:
            self.missing(path, name)
            return replace(self.resource, properties=properties)
        properties[inlined.target] = self.content(content, path, inlined)
        target: PropertyPath = (inlined.target,)
        locations = {**self.resource.locations, target: self.resource.locate((name,))}
        return replace(self.resource, properties=properties, locations=locations)

    def content(self, content: bytes, path: str, inlined: _Inlined) -> Value:
        if inlined.is_text and Path(path).suffix not in (".yaml", ".yml"):
            return content.decode("utf-8", errors="replace")
        tree, found = parse(content, path)
        self.findings.extend(found)
        if tree is None:
            return BROKEN
        return json_text(tree.value) if inlined.is_text else tree.value


def _known_text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _with_definition(resource: Resource) -> Resource:
    """The state machine with its definition as one text, substitutions made: what the API takes."""
    properties = dict(resource.properties)
    if "Definition" in properties:
        properties["DefinitionString"] = json_text(properties.pop("Definition"))
    substitutions = properties.get("DefinitionSubstitutions", {})
    if "DefinitionString" in properties and isinstance(substitutions, Mapping):
        properties.pop("DefinitionSubstitutions", None)
        properties["DefinitionString"] = _substituted(properties["DefinitionString"], substitutions)
    return replace(resource, properties=properties)


def _substituted(definition: Value, substitutions: Mapping[str, Value]) -> Value:
    match definition:
        case str():
            parts: list[Value] = [definition]
        case Deferred("Join", ("", [*parts])):
            pass
        case _:
            return definition
    pieces = [piece for part in parts for piece in _split(part, substitutions)]
    return apply_function("Join", ("", pieces))


def _split(part: Value, substitutions: Mapping[str, Value]) -> list[Value]:
    if not isinstance(part, str):
        return [part]
    pieces: list[Value] = []
    position = 0
    for match in _SUBSTITUTION.finditer(part):
        if match.group(1) in substitutions:
            pieces += [part[position : match.start()], substitutions[match.group(1)]]
            position = match.end()
    return [*pieces, part[position:]]
