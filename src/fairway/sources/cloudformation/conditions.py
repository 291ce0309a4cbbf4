"""Conditions and the assertions of rules: everything that is true or false before a deployment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fairway.model.errors import WrongInput
from fairway.model.evaluate import text
from fairway.model.graph import PropertyPath
from fairway.model.values import Deferred, Reference, Secret, Value, is_known, references
from fairway.sources.cloudformation.result import BROKEN
from fairway.sources.cloudformation.tree import Node

if TYPE_CHECKING:
    from fairway.sources.cloudformation.evaluator import Evaluator


class Conditions:
    """Answers conditions by name; each is evaluated once."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._known: dict[str, bool] = {}
        self._under_way: list[str] = []

    def check_all(self) -> None:
        """Evaluates every condition, used or not, so that all mistakes are found."""
        for name in self._evaluator.template.section("Conditions"):
            self.holds(name)

    def holds(self, name: str) -> bool:
        """Whether a condition holds. One that cannot be evaluated counts as true, so that more is checked."""
        if name in self._known:
            return self._known[name]
        node = self._evaluator.template.get("Conditions", name)
        path = ("Conditions", name)
        if name in self._under_way:
            cycle = " → ".join([*self._under_way[self._under_way.index(name) :], name])
            self._report(WrongInput("template.cycle", f"conditions depend on themselves: {cycle}"), path)
            return True
        self._under_way.append(name)
        self._known[name] = True if node is None else self.truth(node, path)
        self._under_way.pop()
        return self._known[name]

    def truth(self, node: Node, path: PropertyPath) -> bool:
        """Whether the condition function at a path holds."""
        try:
            return self._truth(node, path)
        except WrongInput as error:
            self._report(error, path)
            return True

    def _truth(self, node: Node, path: PropertyPath) -> bool:
        match node:
            case {"Condition": str(name), **rest} if not rest:
                return self.holds(name)
            case {"Fn::And": [_, *_] as all_of, **rest} if not rest:
                return all(self._each(all_of, (*path, "Fn::And")))
            case {"Fn::Or": [_, *_] as any_of, **rest} if not rest:
                return any(self._each(any_of, (*path, "Fn::Or")))
            case {"Fn::Not": [negated], **rest} if not rest:
                return not self.truth(negated, (*path, "Fn::Not", 0))
            case {"Fn::Equals": [_, _] as pair, **rest} if not rest:
                left, right = self._values(pair, (*path, "Fn::Equals"))
                return left is BROKEN or right is BROKEN or _comparable(left) == _comparable(right)
            case {"Fn::Contains": [_, _] as pair, **rest} if not rest:
                items, item = self._values(pair, (*path, "Fn::Contains"))
                return _comparable(item) in _items(items)
            case {"Fn::EachMemberEquals": [_, _] as pair, **rest} if not rest:
                items, item = self._values(pair, (*path, "Fn::EachMemberEquals"))
                return all(member == _comparable(item) for member in _items(items))
            case {"Fn::EachMemberIn": [_, _] as pair, **rest} if not rest:
                items, allowed = self._values(pair, (*path, "Fn::EachMemberIn"))
                return all(member in _items(allowed) for member in _items(items))
        raise WrongInput(
            "template.condition",
            f"this is not a condition: {_named(node)}",
            next="use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition, with the arguments they take",
        )

    def _each(self, nodes: Sequence[Node], path: PropertyPath) -> list[bool]:
        """All of them are evaluated, so that all mistakes are found."""
        return [self.truth(node, (*path, index)) for index, node in enumerate(nodes)]

    def _values(self, nodes: Sequence[Node], path: PropertyPath) -> list[Value]:
        values = [self._evaluator.plain(node, (*path, index)) for index, node in enumerate(nodes)]
        for value in values:
            if references(value):
                _refuse_undecidable(values)
            elif value is not BROKEN and not is_known(value):
                where = self._evaluator.template.locate(path)
                message = "this condition rests on a value that only AWS knows; it is taken to be false"
                self._evaluator.findings.warning("template.condition-unknown", message, where)
        return values

    def _report(self, error: WrongInput, path: PropertyPath) -> None:
        self._evaluator.broken(error, path)


def _refuse_undecidable(values: Sequence[Value]) -> None:
    """A nested stack may be given what is known only when a resource exists; conditions are decided before.

    What can be decided even so: it is equal to itself, and it is not empty. Raises WrongInput for the rest.
    """
    if all(value == values[0] for value in values) or (
        "" in values and all(value == "" or _is_never_empty(value) for value in values)
    ):
        return
    raise WrongInput(
        "template.condition",
        "this condition rests on what is known only when a resource exists",
        why="all nested stacks are planned at once, before the resources that they are given exist",
        next="give the nested stack a parameter that is known, such as true or false",
    )


def _is_never_empty(value: Value) -> bool:
    return isinstance(value, Reference) or (isinstance(value, Deferred) and value.function == "Join")


def _comparable(value: Value) -> Value:
    """Equals compares text: `true` equals `"true"`, `1` equals `"1"`."""
    if isinstance(value, Secret):
        return value.value
    return text(value) if isinstance(value, str | int | float) else value


def _items(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise WrongInput("template.condition", "this rule function needs a list")
    return [_comparable(item) for item in value]


def _named(node: Node) -> str:
    return ", ".join(node) if isinstance(node, Mapping) and node else repr(node)
