"""A definition as a graph of resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from fairway.model.errors import Finding
from fairway.model.location import Location
from fairway.model.rollout import Rollout
from fairway.model.values import Artifact, Properties, Value, references, rewrite, walk

SourceKind = Literal["sam", "cloudformation"]
DeletionPolicy = Literal["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"]
PropertyPath = tuple[str | int, ...]


def keeps(policy: DeletionPolicy) -> bool:
    """Whether a policy leaves the resource in AWS."""
    return policy in ("Retain", "RetainExceptOnCreate")


@dataclass(frozen=True)
class Resource:
    """A node of the graph. `locations` says where single properties were written, by path.

    `rollout` is how an update goes live, where that is not all at once.
    """

    address: str
    type: str
    properties: Properties
    location: Location
    depends_on: tuple[str, ...] = ()
    deletion_policy: DeletionPolicy = "Delete"
    update_replace_policy: DeletionPolicy = "Delete"
    locations: Mapping[PropertyPath, Location] = field(default_factory=dict, repr=False, compare=False)
    rollout: Rollout | None = None

    @cached_property
    def dependencies(self) -> frozenset[str]:
        """The addresses that must exist before this resource."""
        named = list(self.rollout.names) if self.rollout else []
        used = (*references(self.properties), *references(named))
        return frozenset(self.depends_on) | {reference.address for reference in used}

    def locate(self, path: PropertyPath) -> Location:
        """Where a property was written: the nearest place known for its path."""
        for length in range(len(path), 0, -1):
            if found := self.locations.get(path[:length]):
                return found
        return self.location


@dataclass(frozen=True)
class Output:
    """A named result of a stack; `export` is the name under which other stacks import it."""

    name: str
    value: Value
    description: str = ""
    export: Value = None
    location: Location | None = None


@dataclass(frozen=True)
class Parameter:
    """A parameter with the value it got; `secret` ones (NoEcho) are never shown."""

    name: str
    type: str
    value: Value
    secret: bool = False


@dataclass(frozen=True)
class Definition:
    """What a source says should exist. `file` is the main template, as the user would type it."""

    source: SourceKind
    file: str
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Output] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    description: str = ""
    warnings: tuple[Finding, ...] = ()

    @property
    def artifacts(self) -> frozenset[Artifact]:
        """Everything built that the resources carry."""
        values = (value for resource in self.resources.values() for value in resource.properties.values())
        return frozenset(node for value in values for node in walk(value) if isinstance(node, Artifact))

    def rewritten(self, change: Callable[[Value], Value]) -> Definition:
        """The definition with a change applied to every node of its resources' properties."""
        resources = {
            address: replace(
                each, properties={name: rewrite(value, change) for name, value in each.properties.items()}
            )
            for address, each in self.resources.items()
        }
        return replace(self, resources=resources)
