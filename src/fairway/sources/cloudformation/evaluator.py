"""Evaluates a template's nodes: what is known becomes a value right away, the rest waits as a reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fairway.model.errors import WrongInput
from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.model.values import Lookup, Value
from fairway.sources.cloudformation import dynamic
from fairway.sources.cloudformation.conditions import Conditions
from fairway.sources.cloudformation.intrinsics import INTRINSICS, Call
from fairway.sources.cloudformation.language import CONDITION_FUNCTIONS, RULE_FUNCTIONS
from fairway.sources.cloudformation.nested import Nested, ReadTemplate
from fairway.sources.cloudformation.parameters import look_up
from fairway.sources.cloudformation.result import BROKEN, Absent, Result
from fairway.sources.cloudformation.tree import Located, Node
from fairway.sources.findings import Findings, suggest
from fairway.sources.inputs import Inputs


class Evaluator:
    """Evaluates one template. Mistakes go to `findings`; a value that cannot be made is `BROKEN`.

    `names` holds what `Ref` answers apart from resources: parameters and pseudo parameters. `read` reads
    nested templates; without it a nested stack is a resource like any other. `places` and `waits` collect
    where each property of the value under way was written, and what it has to wait for (see `located`).
    """

    def __init__(
        self,
        template: Located,
        inputs: Inputs,
        names: Mapping[str, Result],
        findings: Findings,
        read: ReadTemplate | None = None,
    ) -> None:
        self.template = template
        self.inputs = inputs
        self.names = names
        self.findings = findings
        self.resources = template.section("Resources")
        self.conditions = Conditions(self)
        self.places: dict[PropertyPath, Location] = {}
        self.nested = None if read is None else Nested(self, read)
        self.waits: set[str] = set()

    def located(
        self, node: Node, path: PropertyPath
    ) -> tuple[Value, Mapping[PropertyPath, Location], Sequence[str]]:
        """The value of the node at a path, with the places of its parts by their path in the value.

        The third are addresses to wait for although the value does not refer to them. What it needs of a
        nested stack may be evaluated on the way.
        """
        around = self.places, self.waits
        self.places, self.waits = {}, set()
        value = self.plain(node, path, ())
        found = value, self.places, sorted(self.waits)
        self.places, self.waits = around
        return found

    def address(self, name: str) -> str:
        """The address of a resource of this template in the whole graph."""
        return self.inputs.nesting.prefix + name

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses that a logical id stands for: those of a nested stack's resources, or its own."""
        if self.nested and name in self.nested:
            return self.nested.addresses(name)
        return (self.address(name),)

    @property
    def exports(self) -> Mapping[str, Value]:
        """What can be imported: what other stacks export, and the nested ones that come before."""
        return {**self.inputs.exports, **(self.nested.exports if self.nested else {})}

    def plain(self, node: Node, path: PropertyPath, out: PropertyPath | None = None) -> Value:
        """A value where something must stand; NoValue there is no value at all."""
        value = self.value(node, path, out)
        return None if isinstance(value, Absent) else value

    def value(self, node: Node, path: PropertyPath, out: PropertyPath | None = None) -> Result:
        """The value of a node. `out` is its path in the value under way; None below a function."""
        if out is not None and (place := self.template.locations.get(path)):
            self.places[out] = place
        if isinstance(node, str):
            return self.text(node, path, out) if dynamic.OPEN in node else node
        if isinstance(node, Mapping):
            return self._mapping(node, path, out)
        if isinstance(node, list):
            return self._list(node, path, out)
        return node

    def text(self, value: Value, path: PropertyPath, out: PropertyPath | None) -> Value:
        """Text with its dynamic references looked up; the argument of a function may hold half of one."""
        try:
            if out is None and not dynamic.is_closed(value):
                return value
            return dynamic.expand(value, lambda lookup: self.look_up(lookup, path))
        except WrongInput as error:
            return self.broken(error, path)

    def look_up(self, lookup: Lookup, path: PropertyPath) -> Value:
        """What AWS answers, if it can be asked now. A mistake in it is told at its place.

        In resources the lookup itself stays: what is deployed again later asks again.
        """
        found = look_up(lookup, self.inputs, self.template.locate(path), self.findings)
        return lookup if path[0] == "Resources" and found is not BROKEN else found

    def broken(self, error: WrongInput, path: PropertyPath) -> Value:
        """Records why the value at a path cannot be made."""
        self.findings.error(
            error.code, error.what, self.template.locate(path), why=error.why, next=error.next
        )
        return BROKEN

    def included(self, address: str) -> bool:
        """Whether a resource's condition, if it has one, holds."""
        condition = self.template.get("Resources", address, "Condition")
        return self.conditions.holds(condition) if isinstance(condition, str) else True

    def _mapping(self, node: Mapping[str, Node], path: PropertyPath, out: PropertyPath | None) -> Result:
        functions = [key for key in node if key == "Ref" or key.startswith("Fn::")]
        if functions and len(node) == 1:
            return self._call(functions[0], node[functions[0]], path, out)
        for name in functions:
            if name != "Ref":  # AWS has properties named Ref
                message = f"{name} cannot stand beside other keys"
                self.findings.error("template.function", message, self.template.locate((*path, name)))
        values: dict[str, Value] = {}
        for key, child in node.items():
            value = self.value(child, (*path, key), None if out is None else (*out, key))
            if not isinstance(value, Absent):
                values[key] = value
        return values

    def _list(self, node: list[Node], path: PropertyPath, out: PropertyPath | None) -> Value:
        values: list[Value] = []
        for index, child in enumerate(node):
            value = self.value(child, (*path, index), None if out is None else (*out, len(values)))
            if not isinstance(value, Absent):
                values.append(value)
        return values

    def _call(self, name: str, argument: Node, path: PropertyPath, out: PropertyPath | None) -> Result:
        inner = (*path, name)
        function = INTRINSICS.get(name)
        if function is None:
            return self.broken(_misplaced(name), path)
        try:
            return function(Call(self, argument, inner, out))
        except WrongInput as error:
            return self.broken(error, inner)


def _misplaced(name: str) -> WrongInput:
    if name in CONDITION_FUNCTIONS | RULE_FUNCTIONS:
        return WrongInput("template.function", f"{name} can stand only in Conditions and Rules")
    hint = suggest(name, INTRINSICS)
    return WrongInput("template.unknown-function", f"unknown function {name}", next=hint)
