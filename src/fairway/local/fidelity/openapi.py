"""Reading OpenAPI 2 and 3 documents with API Gateway's extensions (docs: apigateway, openapi extensions)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fairway.local.fidelity.protocol import Params, Refused

X = "x-amazon-apigateway-"
ANY_METHOD = f"{X}any-method"
_VERBS = {"get", "put", "post", "delete", "options", "head", "patch"}


@dataclass(frozen=True)
class Operation:
    """One method of one path. `verb` is upper case, ANY for any; `parameters` include the path's own."""

    path: str
    verb: str
    document: Params
    parameters: tuple[Params, ...]

    @property
    def where(self) -> str:
        return f"{self.verb} {self.path}"


@dataclass(frozen=True)
class Document:
    root: Params
    warnings: list[str] = field(default_factory=list)

    @property
    def info(self) -> Params:
        return dict(self.root.get("info") or {})

    @property
    def is_v2(self) -> bool:
        return "swagger" in self.root

    def resolved(self, value: Any) -> Any:
        """What a `$ref` into this document points at; any other value as it is. Raises Refused."""
        while isinstance(value, Mapping) and "$ref" in value:
            found: Any = self.root
            for step in str(value["$ref"]).removeprefix("#/").split("/"):
                step = step.replace("~1", "/").replace("~0", "~")
                if not isinstance(found, Mapping) or step not in found:
                    raise Refused(
                        "BadRequestException", f"Invalid reference {value['$ref']} in the OpenAPI document"
                    )
                found = found[step]
            value = found
        return value

    def security_schemes(self) -> Mapping[str, Params]:
        components = self.root.get("components") or {}
        return self.root.get("securityDefinitions") or components.get("securitySchemes") or {}

    def schemas(self) -> Mapping[str, Params]:
        return self.root.get("definitions") or (self.root.get("components") or {}).get("schemas") or {}

    def endpoint_settings(self) -> Iterator[Params]:
        """The endpoint configurations of the document and of its servers, which may be a list or just one."""
        servers = self.root.get("servers") or []
        for holder in (self.root, *(servers if isinstance(servers, list) else [servers])):
            if isinstance(holder, Mapping) and isinstance(holder.get(f"{X}endpoint-configuration"), Mapping):
                yield dict(holder[f"{X}endpoint-configuration"])

    def operations(self) -> Iterator[Operation]:
        for path, item in self._mapping(self.root.get("paths"), "paths").items():
            item = self._mapping(self.resolved(item), f"paths.{path}")
            shared = self._parameters(item)
            for key, operation in item.items():
                if key in _VERBS or key == ANY_METHOD:
                    verb = "ANY" if key == ANY_METHOD else key.upper()
                    operation = self._mapping(operation, f"paths.{path}.{key}")
                    yield Operation(path, verb, operation, (*shared, *self._parameters(operation)))

    def _mapping(self, value: Any, where: str) -> Params:
        if not isinstance(value, Mapping | None):
            raise Refused(
                "BadRequestException", f"Unable to parse the OpenAPI document: {where} is not an object"
            )
        return dict(value or {})

    def _parameters(self, holder: Params) -> tuple[Params, ...]:
        return tuple(self.resolved(parameter) for parameter in holder.get("parameters") or ())

    def security_of(self, operation: Operation) -> Sequence[Mapping[str, list[str]]]:
        own = operation.document.get("security")
        return (self.root.get("security") or []) if own is None else own

    def integration_of(self, operation: Operation) -> Params | None:
        found: Params | None = self.resolved(operation.document.get(f"{X}integration"))
        return found


def read(body: bytes | str) -> Document:
    """A document from JSON or YAML text. Raises Refused where it is neither, or no OpenAPI."""
    text = body.decode() if isinstance(body, bytes) else body
    try:
        root = json.loads(text)
    except ValueError:
        root = _yaml(text)
    if not isinstance(root, dict) or not ({"swagger", "openapi"} & root.keys()):
        raise Refused(
            "BadRequestException", "Invalid OpenAPI input: neither 'swagger' nor 'openapi' is there"
        )
    return Document(root)


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Refused("BadRequestException", f"Unable to parse the OpenAPI document: {error}") from error
