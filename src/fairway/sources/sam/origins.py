"""Says for everything the translator generated where the user wrote what it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.sam.types import OWN_BLOCKS, PREFIX, RENAMED

_IMPLICIT_APIS: Mapping[str, str] = {"ServerlessRestApi": "Api", "ServerlessHttpApi": "HttpApi"}
"""The APIs that events without one share; the type of those events is also their section of Globals."""

_ANY_METHOD = "x-amazon-apigateway-any-method"


@dataclass(frozen=True)
class Origins:
    """Places of generated resources, found in the SAM template's tree."""

    tree: Located
    found: dict[PropertyPath, Location] = field(default_factory=dict)

    def place(self, address: str, resource: Mapping[str, Any], owner: str) -> None:
        """Notes where a generated resource and its properties come from.

        `owner` is the SAM resource that the translator made it for, empty where it made it for several.
        """
        cause = self._cause(address, resource["Type"], owner)
        target: PropertyPath = ("Resources", address)
        self.found[target] = self.tree.locate(cause)
        for name, value in resource.get("Properties", {}).items():
            self._place_property((*target, "Properties", name), value, resource["Type"], cause, owner)
        self._place_routes(address, resource.get("Properties", {}).get("Body"))
        for name in resource.keys() - {"Properties", "Metadata"}:
            wanted = self._preference(owner) if name == "UpdatePolicy" else ("Resources", owner, name)
            if wanted in self.tree.locations:
                self.found[(*target, name)] = self.tree.locate(wanted)

    def _cause(self, address: str, kind: str, owner: str) -> PropertyPath:
        """The path in the SAM template of what a resource was generated for."""
        if not owner:
            return next(self._shared_causes(address), ())
        path: PropertyPath = ("Resources", owner)
        named = self._named_blocks(path)
        if block := _longest_prefix(_rest(address, owner), named):
            return named[block]
        own_block = (*path, "Properties", OWN_BLOCKS.get(kind, ""))
        return own_block if own_block in self.tree.locations else path

    def _named_blocks(self, path: PropertyPath) -> Mapping[str, PropertyPath]:
        """The parts of a resource that things are generated for, by the name these things' ids begin with."""
        named: dict[str, PropertyPath] = {}
        for block in ("Events", "Functions"):
            below = (*path, "Properties", block)
            named |= {name: (*below, name) for name in _keys(self.tree.get(*below))}
        for block in ("DataSources", "Resolvers"):
            below = (*path, "Properties", block)
            for group in _keys(self.tree.get(*below)):
                for name in _keys(self.tree.get(*below, group)):
                    key = group + name if block == "Resolvers" else name
                    named[key] = (*below, group, name)
        return named

    def _shared_causes(self, address: str) -> Iterator[PropertyPath]:
        """What leads to a resource that belongs to no single SAM resource, the first cause first."""
        for api, event_type in _IMPLICIT_APIS.items():
            if address.startswith(api):
                yield from (path for path, event in self._events if event.get("Type") == event_type)
        for owner, resource in self.tree.section("Resources").items():
            connectors = _child(resource, "Connectors")
            if connector := _longest_prefix(_rest(address, owner), _keys(connectors)):
                yield ("Resources", owner, "Connectors", connector)

    def _preference(self, owner: str) -> PropertyPath:
        """Where a function says, or its Globals say, how a new version is deployed."""
        own: PropertyPath = ("Resources", owner, "Properties", "DeploymentPreference")
        return own if own in self.tree.locations else ("Globals", "Function", "DeploymentPreference")

    def _place_property(
        self, target: PropertyPath, value: Any, kind: str, cause: PropertyPath, owner: str
    ) -> None:
        names = RENAMED.get((kind, str(target[-1])), (str(target[-1]),))
        own: PropertyPath = ("Resources", owner, "Properties")
        defaults: PropertyPath = ("Globals", self._globals_section(owner, str(target[1])))
        for base in ((*cause, "Properties"), cause, own):
            for name in names:
                sources = [(*base, name), (*defaults, name)] if base == own or not owner else [(*base, name)]
                if any(source in self.tree.locations for source in sources):
                    return self._copy(value, target, sources)
        return None

    def _copy(self, value: Any, target: PropertyPath, sources: list[PropertyPath]) -> None:
        """Gives a value and what is below it the places of its sources, the first known one each."""
        places = [self.tree.locations[source] for source in sources if source in self.tree.locations]
        if not places:
            return
        self.found[target] = places[0]
        if isinstance(value, Mapping):
            for key, child in value.items():
                self._copy(child, (*target, key), [(*source, key) for source in sources])
        elif isinstance(value, list):
            items = self._items(sources)
            for index, child in enumerate(value):
                self._copy(child, (*target, index), items[index : index + 1])

    def _items(self, sources: list[PropertyPath]) -> list[PropertyPath]:
        """The items of a list that SAM makes of Globals' items followed by the resource's own."""
        lists = [(source, self.tree.get(*source)) for source in reversed(sources)]
        return [
            (*source, index)
            for source, items in lists
            if isinstance(items, list)
            for index in range(len(items))
        ]

    def _place_routes(self, address: str, body: Any) -> None:
        """Points an API's generated routes at the events that ask for them."""
        paths = body.get("paths") if isinstance(body, Mapping) else None
        for route, methods in paths.items() if isinstance(paths, Mapping) else ():
            for method in methods if isinstance(methods, Mapping) else ():
                event = self._routes.get((route, method))
                target = ("Resources", address, "Properties", "Body", "paths", route)
                if event and (*target, method) not in self.found:
                    self.found[(*target, method)] = self.tree.locate(event)
                    self.found.setdefault(target, self.tree.locate(event))

    @cached_property
    def _events(self) -> tuple[tuple[PropertyPath, Mapping[str, Node]], ...]:
        """Every event of the template with its path."""
        events: list[tuple[PropertyPath, Mapping[str, Node]]] = []
        for address in self.tree.section("Resources"):
            path: PropertyPath = ("Resources", address, "Properties", "Events")
            declared = self.tree.get(*path)
            for name, event in declared.items() if isinstance(declared, Mapping) else ():
                if isinstance(event, Mapping):
                    events.append(((*path, name), event))
        return tuple(events)

    @cached_property
    def _routes(self) -> Mapping[tuple[str, str], PropertyPath]:
        """The event that asks for a route, by path and method as OpenAPI writes them."""
        routes: dict[tuple[str, str], PropertyPath] = {}
        for path, event in self._events:
            route, method = _child(event, "Properties", "Path"), _child(event, "Properties", "Method")
            if event.get("Type") in ("Api", "HttpApi"):
                verb = str(method or "any").lower()
                key = str(route or "$default"), _ANY_METHOD if verb in ("any", "*") else verb
                routes.setdefault(key, path)
        return routes

    def _globals_section(self, owner: str, address: str) -> str:
        """The section of Globals that a generated resource's properties may come from."""
        kind = self.tree.get("Resources", owner, "Type")
        implicit = (section for api, section in _IMPLICIT_APIS.items() if address.startswith(api))
        return str(kind).removeprefix(PREFIX) if kind else next(implicit, "")


def _child(node: Node, *path: str) -> Node:
    for step in path:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


def _keys(node: Node) -> tuple[str, ...]:
    return tuple(node) if isinstance(node, Mapping) else ()


def _rest(address: str, owner: str) -> str:
    """A generated id without its owner's, empty when it does not begin with that."""
    return address[len(owner) :] if address.startswith(owner) else ""


def _longest_prefix(text: str, names: Iterable[str]) -> str:
    """The longest of the names that a text begins with, else an empty string."""
    return max((name for name in names if text.startswith(name)), key=len, default="")
