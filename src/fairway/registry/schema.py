"""Reads one registry schema at a time from cfn-lint's data files, without importing cfn-lint.

The files are AWS's CloudFormation registry schemas; `providers/<region>.json` maps a type to its file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from fairway.model.errors import Failed

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Schema:
    """A type's registry schema. Paths are dotted, `*` standing for any list item: `Tags.*.Key`."""

    type: str
    document: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schema of each top-level property."""
        found: Mapping[str, Any] = self.document.get("properties", {})
        return found

    @cached_property
    def create_only(self) -> frozenset[str]:
        """What cannot be changed without a replacement."""
        return self._paths("createOnlyProperties")

    @cached_property
    def read_only(self) -> frozenset[str]:
        """What only AWS sets: the attributes GetAtt answers."""
        return self._paths("readOnlyProperties")

    @cached_property
    def write_only(self) -> frozenset[str]:
        """What no read call answers."""
        return self._paths("writeOnlyProperties")

    @property
    def primary_identifier(self) -> tuple[str, ...]:
        """The properties that together identify a resource."""
        return tuple(_dotted(path) for path in self.document.get("primaryIdentifier", ()))

    @property
    def can_be_read(self) -> bool:
        """Whether AWS's own handlers of the type read a resource, which CloudFormation's import needs."""
        return "read" in self.document.get("handlers", ())

    @cached_property
    def settable(self) -> frozenset[str]:
        """The top-level properties a definition may give."""
        return frozenset(self.properties) - {path for path in self.read_only if "." not in path}

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """A schema node with its `$ref`s followed."""
        while reference := node.get("$ref"):
            target: Any = self.document
            for step in str(reference).removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def _paths(self, keyword: str) -> frozenset[str]:
        return frozenset(_dotted(path) for path in self.document.get(keyword, ()))


@cache
def schema(type_name: str, region: str = DEFAULT_REGION) -> Schema | None:
    """The schema of a type, or None when AWS publishes none under that name."""
    files = _index(region)
    if type_name not in files:
        return None
    path = _data_folder() / "resources" / f"{files[type_name]}.json"
    return Schema(type_name, json.loads(path.read_bytes()))


def type_names(region: str = DEFAULT_REGION) -> Iterator[str]:
    """Every type name AWS publishes for a region."""
    return iter(_index(region))


@cache
def _index(region: str) -> Mapping[str, str]:
    path = _data_folder() / "providers" / f"{region}.json"
    if not path.exists():
        path = path.with_name(f"{DEFAULT_REGION}.json")
    found: Mapping[str, str] = json.loads(path.read_bytes())
    return found


@cache
def _data_folder() -> Path:
    """Found on sys.path: `importlib.util.find_spec` would do, at the price of importing more."""
    for entry in sys.path:
        folder = Path(entry, "cfnlint", "data", "schemas")
        if folder.is_dir():
            return folder
    raise Failed(
        "registry.missing",
        "the registry schemas are not installed",
        why="the package cfn-lint, which carries them, was not found",
        next="install Fairway again with its dependencies",
    )


def _dotted(pointer: str) -> str:
    return pointer.removeprefix("/properties/").replace("/", ".")
