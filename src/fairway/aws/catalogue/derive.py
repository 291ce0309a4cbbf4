"""Derives from the registry schema and the API model what a declaration leaves unsaid.

Everything here is values: which member a property goes to, where in an answer it stands, what is a set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fairway.aws.catalogue.convert import folded, kinds_of, members_of
from fairway.aws.catalogue.declaration import Call, Facet, ResourceType
from fairway.model.errors import Failed
from fairway.registry.schema import Schema

Models = Callable[[str], Any]
"""A service's API model (botocore `ServiceModel`) by the service's name."""


@dataclass(frozen=True)
class Target:
    """Where a property goes: the members on the way and the shape there (None: text in a map)."""

    path: tuple[str, ...]
    shape: Any


@dataclass(frozen=True)
class Derived:
    """A declaration with its schema and its service's API model."""

    type: ResourceType
    schema: Schema
    models: Models

    def operation(self, call: Call) -> Any:
        """The API model of a call."""
        return self.models(call.service or self.type.service).operation_model(call.operation)

    def renames(self, call: Call) -> Mapping[str, str]:
        """The declared correspondence of names for a call."""
        return {**self.type.rename, **call.rename}

    @cached_property
    def facet_of(self) -> Mapping[str, Facet]:
        """The facet that owns a property."""
        return {name: facet for facet in self.type.facets for name in facet.properties}

    @cached_property
    def tag_property(self) -> str:
        """The property that carries tags, or an empty string."""
        return self.type.tags.property if self.type.tags else ""

    @cached_property
    def tags_are_map(self) -> bool:
        """Whether the schema writes tags as a map rather than a list of pairs."""
        node = self.schema.resolve(self.schema.properties.get(self.tag_property, {}))
        return "object" in kinds_of(node)

    @cached_property
    def create_targets(self) -> Mapping[str, Target]:
        """What the create call carries."""
        return self.targets(self.create_call) if self.create_call else {}

    @property
    def create_call(self) -> Call | None:
        """The call that creates it, where one is declared."""
        return self.type.create if isinstance(self.type.create, Call) else self.type.sends

    def update_targets(self, call: Call) -> Mapping[str, Target]:
        """What an update call owns: not what a facet, tags or a replacement take care of."""
        found = self.create_targets if call.patch else self.targets(call)
        apart = {*self.facet_of, *self.create_only}
        if self.type.tags is None or self.type.tags.tag is not None:
            apart.add(self.tag_property)
        kept = {name: target for name, target in found.items() if name not in apart}
        return {name: target for name, target in kept.items() if not call.only or name in call.only}

    def facet_targets(self, facet: Facet, call: Call) -> Mapping[str, Target]:
        """What a facet's put call carries: its own properties only."""
        found = self.targets(call)
        return {name: target for name, target in found.items() if name in facet.properties}

    def targets(self, call: Call) -> Mapping[str, Target]:
        """Every settable property with a member to go to."""
        shape = self.operation(call).input_shape
        names = [name for name in self.schema.settable if name not in call.without]
        if call.only:
            names = [name for name in call.only if name not in call.without]
        return {name: target for name in sorted(names) if (target := self._target(name, call, shape))}

    def _target(self, name: str, call: Call, shape: Any) -> Target | None:
        rename = self.renames(call).get(name)
        if call.each:
            return Target((name,), shape.members[call.each[1]])
        if rename == ".":
            return Target((), shape)
        if rename is not None:
            path = tuple(rename.split("."))
            if path[0] in shape.members:
                return Target(path, _descend(shape, path))
        elif (member := folded(shape.members).get(name.casefold())) is not None:
            return Target((member,), shape.members[member])
        return self._target_inside(rename or name, call, shape) if call.into else None

    def _target_inside(self, name: str, call: Call, shape: Any) -> Target | None:
        container = _descend(shape, tuple(call.into.split(".")))
        path = tuple(call.into.split("."))
        if container.type_name == "structure":
            member = folded(container.members).get(name.casefold())
            return Target((*path, member), container.members[member]) if member else None
        listed = folded(getattr(container.key, "enum", ()) or call.only)
        member = listed.get(name.casefold()) or (name if call.only else None)
        return Target((*path, member), None) if member else None

    def sources(self, call: Call, names: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
        """Where in an answer each of the properties or attributes stands; absent ones are not answered."""
        known = self._sources.get((call, names))
        if known is None:
            known = self._sources[call, names] = self._find_sources(call, names)
        return known

    @cached_property
    def _sources(self) -> dict[tuple[Call, frozenset[str]], Mapping[str, tuple[str, ...]]]:
        """What `sources` has answered: many resources of a type are read in the same way."""
        return {}

    def _find_sources(self, call: Call, names: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
        root = self.operation(call).output_shape
        part = _answer_shape(root, call.answer)
        found: dict[str, tuple[str, ...]] = {}
        for name in names:
            path = tuple(self.renames(call).get(name, name).split("."))
            if self.renames(call).get(name) == ".":
                found[name] = ()
            elif path[0] == "/":
                real = _real_path(root, path[1:], call)
                found |= {name: ("/", *real)} if real is not None else {}
            elif (real := _real_path(part, path, call)) is not None:
                found[name] = real
        return found

    @cached_property
    def create_only(self) -> frozenset[str]:
        """Dotted paths whose change forces a replacement."""
        return self.schema.create_only | set(self.type.create_only)

    @cached_property
    def carried(self) -> frozenset[str]:
        """The settable properties that some call carries."""
        found = set(self.create_targets) | set(self.facet_of) | {self.tag_property} | set(self.type.carries)
        for call in self.type.update:
            found |= set(self.update_targets(call))
        return frozenset(found & self.schema.settable) - set(self.type.refused)

    @cached_property
    def changeable(self) -> frozenset[str]:
        """The properties an update carries."""
        found = set(self.facet_of) | ({self.tag_property} - {""})
        if self.type.update_hook is not None:
            found |= self.carried
        for call in self.type.update:
            found |= set(self.update_targets(call))
        return frozenset(found) - self.create_only

    @cached_property
    def readable(self) -> frozenset[str]:
        """The top-level properties that a read call answers."""
        found: set[str] = set()
        if self.type.read_more is not None or not isinstance(self.type.read, Call):
            found |= self.main_properties & set(self.type.also_readable)
        if isinstance(self.type.read, Call):
            found |= set(self.sources(self.type.read, self.main_properties))
        found |= {n for facet in self.type.facets if facet.get and facet.readable for n in facet.properties}
        if self.type.tags and self.type.tags.list:
            found.add(self.tag_property)
        return frozenset(found & self.carried) - set(self.type.unreadable)

    @cached_property
    def main_properties(self) -> frozenset[str]:
        """What the type's own read may answer."""
        elsewhere = {name for facet in self.type.facets if facet.get for name in facet.properties}
        if self.type.tags and self.type.tags.list:
            elsewhere.add(self.tag_property)
        return self.schema.settable - elsewhere - set(self.type.unreadable) - set(self.type.refused)

    @cached_property
    def unordered(self) -> frozenset[str]:
        """Lists whose order means nothing, by the schema's `insertionOrder`."""
        return frozenset(_sets(self.schema)) | set(self.type.unordered)

    @cached_property
    def documents(self) -> frozenset[str]:
        """JSON documents that the API takes as text."""
        targets = [self.create_targets, *(self.update_targets(call) for call in self.type.update)]
        found = {
            name
            for mapping in targets
            for name, target in mapping.items()
            if (target.shape is None or target.shape.type_name == "string") and self._is_free(name)
        }
        return frozenset(found) | set(self.type.documents)

    @cached_property
    def times(self) -> frozenset[str]:
        """Properties that are points in time, which AWS answers in a form of its own."""
        shapes = {name: target.shape for name, target in self.create_targets.items()}
        return frozenset(name for name, shape in shapes.items() if shape and shape.type_name == "timestamp")

    def _is_free(self, name: str) -> bool:
        node = self.schema.resolve(self.schema.properties.get(name, {}))
        return "object" in kinds_of(node) and not members_of(node, self.schema)


def _descend(shape: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if shape.type_name != "structure" or step not in shape.members:
            raise Failed("catalogue.member", f"the API model has no member {'.'.join(path)}")
        shape = shape.members[step]
    return shape


def _answer_shape(shape: Any, path: str) -> Any:
    """The structure (or map) that holds the properties; that of the items when it is a list."""
    if shape is None:
        return None
    for step in path.split(".") if path else ():
        shape = shape.members[step]
        if shape.type_name == "list":
            shape = shape.member
    return shape


def _real_path(shape: Any, path: tuple[str, ...], call: Call) -> tuple[str, ...] | None:
    """The path with the letter case of the API model, or None when there is no such member."""
    real: list[str] = []
    for step in path:
        if shape is None:
            return None
        if shape.type_name == "map":
            listed = folded(getattr(shape.key, "enum", ()) or call.only)
            return (*real, listed[step.casefold()]) if step.casefold() in listed else None
        if shape.type_name != "structure":
            return None
        name = folded(shape.members).get(step.casefold())
        if name is None:
            return None
        real.append(name)
        shape = shape.members[name]
    return tuple(real)


def _sets(schema: Schema) -> Iterator[str]:
    def walk(node: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
        node = schema.resolve(node)
        if depth > 8:
            return
        if "array" in kinds_of(node):
            if node.get("insertionOrder") is False:
                yield path
            yield from walk(node.get("items", {}), f"{path}.*", depth + 1)
        for name, child in members_of(node, schema).items():
            yield from walk(child, f"{path}.{name}", depth + 1)

    for name, node in schema.properties.items():
        yield from walk(node, name, 0)
