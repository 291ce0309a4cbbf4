"""Local paths in a template: code becomes an asset to build, documents become their content.

Which properties may hold a local path: AWS CLI Command Reference, "cloudformation package".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from fairway.model.graph import PropertyPath, Resource
from fairway.model.values import Asset, AssetKind, Value
from fairway.sources.cloudformation.json_text import json_text
from fairway.sources.cloudformation.result import BROKEN
from fairway.sources.cloudformation.state_machines import TYPE as STATE_MACHINE
from fairway.sources.cloudformation.text import parse
from fairway.sources.cloudformation.tree import Node
from fairway.sources.findings import Findings

_BUILD_KEYS = ("BuildMethod", "BuildProperties", "BuildArchitecture", "SkipBuild", "Dockerfile")
_REMOTE = re.compile(r"(s3|https?)://")


# Properties that name a document, and those that take its content.
_DOCUMENTS: Mapping[tuple[str, str], str] = {
    ("AWS::ApiGateway::RestApi", "BodyS3Location"): "Body",
    ("AWS::ApiGatewayV2::Api", "BodyS3Location"): "Body",
    ("AWS::AppSync::FunctionConfiguration", "CodeS3Location"): "Code",
    ("AWS::AppSync::FunctionConfiguration", "RequestMappingTemplateS3Location"): "RequestMappingTemplate",
    ("AWS::AppSync::FunctionConfiguration", "ResponseMappingTemplateS3Location"): "ResponseMappingTemplate",
    ("AWS::AppSync::GraphQLSchema", "DefinitionS3Location"): "Definition",
    ("AWS::AppSync::Resolver", "CodeS3Location"): "Code",
    ("AWS::AppSync::Resolver", "RequestMappingTemplateS3Location"): "RequestMappingTemplate",
    ("AWS::AppSync::Resolver", "ResponseMappingTemplateS3Location"): "ResponseMappingTemplate",
    (STATE_MACHINE, "DefinitionS3Location"): "DefinitionString",
}


def with_local_files(resource: Resource, metadata: Node, folder: Path, findings: Findings) -> Resource:
    """The resource with what stands in local files below `folder` put in the place of their paths."""
    files = _Files(resource, metadata, folder, findings)
    if resource.type == "AWS::Lambda::Function":
        resource = files.with_code("Code", "function")
    elif resource.type == "AWS::Lambda::LayerVersion":
        resource = files.with_code("Content", "layer")
    for (type_name, name), target in _DOCUMENTS.items():
        if type_name == resource.type and _is_local(resource.properties.get(name)):
            resource = _Files(resource, metadata, folder, findings).with_document(name, target)
    return resource


def _is_local(value: Value) -> bool:
    """No file's name holds a null character: such a text stays, for the schema's checks to refuse."""
    return isinstance(value, str) and "\0" not in value and not _REMOTE.match(value)


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
                    f"the inline code of {self.resource.address} holds a secret or a value not known yet",
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
        """A function's own; a layer's first compatible one, else the one that its build method names."""
        declared = _known_text(self.resource.properties.get("Runtime")) or self.first("CompatibleRuntimes")
        return declared or _known_text(self.metadata.get("BuildMethod"))

    def first(self, name: str) -> str:
        value = self.resource.properties.get(name)
        return _known_text(value[0]) if isinstance(value, list) and value else ""

    def missing(self, path: str, name: str, why: str) -> None:
        message = f"{self.resource.address}: {name} names {path}, which cannot be read"
        self.findings.error("asset.missing", message, self.resource.locate((name,)), why=why)

    def with_document(self, name: str, target: str) -> Resource:
        properties = {key: value for key, value in self.resource.properties.items() if key != name}
        file = self.folder / str(self.resource.properties[name])
        try:
            properties[target] = self.document(file, is_text=target != "Body")
        except (OSError, UnicodeDecodeError) as error:
            self.missing(str(self.resource.properties[name]), name, str(error))
        path: PropertyPath = (target,)
        locations = {**self.resource.locations, path: self.resource.locate((name,))}
        return replace(self.resource, properties=properties, locations=locations)

    def document(self, file: Path, *, is_text: bool) -> Value:
        """JSON stays the text that it is, for it may hold substitutions that make it no JSON yet."""
        if is_text and file.suffix not in (".yaml", ".yml"):
            return file.read_text("utf-8")
        tree, found = parse(file.read_bytes(), str(file))
        self.findings.extend(found)
        if tree is None:
            return BROKEN
        return json_text(tree.value) if is_text else tree.value


def _known_text(value: Value) -> str:
    return value if isinstance(value, str) else ""
