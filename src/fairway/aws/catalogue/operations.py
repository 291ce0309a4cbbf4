"""Which calls a resource type can make: found in its declaration and in the code of its hooks.

A hook names its operations as texts (`context.call("PutFunctionConcurrency", …)`), so those among a
function's constants that the service's model knows as operations are its calls. That may find one too many,
never one too few; what a hook composes of parts stands in `_COMPOSED`. The tests make every call there is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any, TypeAlias

from fairway.aws.actions import Models, Operation
from fairway.aws.catalogue.declaration import Call, ResourceType

Parts: TypeAlias = tuple[Any, ...]

_HOOKS = f"{__package__}.services"
_HOLDERS = ("Role", "User", "Group")
_COMPOSED: Mapping[str, tuple[str, ...]] = {
    "AWS::IAM::Policy": tuple(
        f"{verb}{each}Policy" for verb in ("Put", "Get", "Delete") for each in _HOLDERS
    ),
    "AWS::IAM::ManagedPolicy": tuple(
        f"{verb}{each}Policy" for verb in ("Attach", "Detach") for each in _HOLDERS
    ),
}
_ELSEWHERE = frozenset({"s3"})
"""Services that hooks of other services' types call."""


def operations_of(kind: ResourceType, models: Models) -> frozenset[Operation]:
    """Every call that may be made for a resource of this type. `models` answers a service's API model."""
    composed = ((kind.service, name) for name in _COMPOSED.get(kind.name, ()))
    return frozenset((*_Search(kind.service, models).within(kind), *composed))


class _Search:
    """Looks into everything that hangs together, each thing once."""

    def __init__(self, service: str, models: Models) -> None:
        self.service, self.models = service, models
        self.seen: dict[int, Any] = {}  # keeps them alive, for an id is only then one thing's

    def within(self, node: Any) -> Iterator[Operation]:
        if id(node) in self.seen:
            return
        self.seen[id(node)] = node
        if isinstance(node, Call):
            yield node.service or self.service, node.operation
        elif isinstance(node, FunctionType):
            yield from self._called(node.__code__, node.__globals__, tuple(_parts(node)))
        for part in _parts(node):
            yield from self.within(part)

    def _called(self, code: CodeType, names: Mapping[str, Any], closed: Parts) -> Iterator[Operation]:
        used = [*closed, *(names[name] for name in code.co_names if name in names)]
        texts = {text for text in (*_texts(code.co_consts), *used) if isinstance(text, str)}
        for service in {self.service, *(texts & _ELSEWHERE)}:
            known: Collection[str] = self.models(service).operation_names
            yield from ((service, text) for text in texts.intersection(known))
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                yield from self._called(inner, names, ())
        for each in used:
            if not isinstance(each, type) and (_is_hook(each) or is_dataclass(each)):
                yield from self.within(each)


def _parts(node: Any) -> Iterator[Any]:
    """What a thing is made of, where calls may be among it."""
    if isinstance(node, FunctionType):
        yield from (cell.cell_contents for cell in node.__closure__ or ())
    elif isinstance(node, MethodType):
        yield from (node.__func__, node.__self__)
    elif isinstance(node, partial):
        yield from (node.func, node.args, node.keywords)
    elif is_dataclass(node) and not isinstance(node, type):
        yield from (getattr(node, field.name) for field in fields(node))
    elif isinstance(node, Mapping):
        yield from node.values()
    elif isinstance(node, tuple | list):
        yield from node


def _texts(constants: Parts) -> Iterator[str]:
    for each in constants:
        if isinstance(each, tuple | frozenset):
            yield from _texts(tuple(each))
        elif isinstance(each, str):
            yield each


def _is_hook(value: Any) -> bool:
    return isinstance(value, FunctionType) and value.__module__.startswith(_HOOKS)
