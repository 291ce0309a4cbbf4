"""Evaluates the functions of property values once their arguments are known.

The rules are those of the CloudFormation template reference, "Intrinsic functions".
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from fairway.model.errors import WrongInput
from fairway.model.values import (
    Deferred,
    FunctionName,
    Json,
    Lookup,
    Reference,
    Secret,
    Value,
    is_known,
    rewrite,
)


class Answering(Protocol):
    """What references are answered from: what is live of a resource, or recorded of it."""

    @property
    def ref(self) -> Json: ...
    @property
    def attributes(self) -> Mapping[str, Json]: ...


def answer_of(reference: Reference, held: Answering | None) -> Value:
    """What a resource answers to a reference; the reference itself where that is not known."""
    if held is None:
        return reference
    return held.attributes.get(reference.attribute, reference) if reference.attribute else held.ref


def evaluate(
    value: Value,
    known: Callable[[Reference], Value],
    looked_up: Callable[[Lookup], Value] = lambda lookup: lookup,
) -> Value:
    """The value with everything evaluated that can be.

    `known` answers a reference with its value, or with the reference itself while it is unknown;
    `looked_up` does the same for lookups, whose key is known when it is asked. Raises WrongInput when a
    function gets arguments it cannot take.
    """

    if is_known(value):
        return value

    def step(node: Value) -> Value:
        match node:
            case Reference():
                return known(node)
            case Lookup(key=key) if is_known(key):
                return looked_up(node)
            case Deferred(function, arguments):
                return apply_function(function, arguments)
        return node

    return rewrite(value, step)


def apply_function(function: FunctionName, arguments: tuple[Value, ...]) -> Value:
    """The function's result, or a `Deferred` while an argument is unknown.

    A result computed from a secret is a secret. Raises WrongInput for arguments of the wrong kind.
    """
    if function == "Join":
        return _join(arguments)
    if not all(is_known(argument) for argument in arguments):
        return _select_early(arguments) if function == "Select" else Deferred(function, arguments)
    if not any(isinstance(argument, Secret) for argument in arguments):
        return _call(function, arguments)
    plain = tuple(a.value if isinstance(a, Secret) else a for a in arguments)
    try:
        return rewrite(_call(function, plain), _hidden)
    except WrongInput as error:
        why = "one of its arguments is secret and not shown"
        raise WrongInput(error.code, f"{function} cannot take its arguments", why=why) from None


def _call(function: FunctionName, arguments: tuple[Value, ...]) -> Value:
    implementation, fewest, most = _FUNCTIONS[function]
    if not fewest <= len(arguments) <= most:
        wanted = str(most) if fewest == most else f"{fewest} to {most}"
        raise WrongInput("value.arguments", f"{function} needs {wanted} arguments, not {len(arguments)}")
    return implementation(*arguments)


def _hidden(value: Value) -> Value:
    return Secret(value) if isinstance(value, str) else value


def text(value: Value) -> str:
    """A scalar as CloudFormation writes it into a string."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
    raise WrongInput("value.not-text", f"{_kind(value)} cannot be used as text")


def _join(arguments: tuple[Value, ...]) -> Value:
    """Joins what is known already, so that a half-known name is shown with its known parts.

    What stays is a Join without separator: the separators are parts like any other.
    """
    separator, parts = arguments if len(arguments) == 2 else (None, None)
    if not isinstance(separator, str):
        raise WrongInput("value.join", "Join needs a separator, which is a string, and a list")
    if isinstance(parts, Reference | Deferred | Lookup):
        return Deferred("Join", arguments)
    if not isinstance(parts, Sequence) or isinstance(parts, str):
        raise WrongInput("value.join", f"Join needs a list, not {_kind(parts)}")
    if not all(is_known(part) for part in parts):
        return Deferred("Join", ("", _merged(_separated(separator, parts))))
    joined = separator.join(part.value if isinstance(part, Secret) else text(part) for part in parts)
    return Secret(joined) if any(isinstance(part, Secret) for part in parts) else joined


def _separated(separator: str, parts: Sequence[Value]) -> list[Value]:
    if not separator:
        return list(parts)
    return [piece for part in parts for piece in (separator, part)][1:]


def _merged(parts: Sequence[Value]) -> list[Value]:
    """Neighbouring plain parts as one, nested joins without separator inlined."""
    merged: list[Value] = []
    for piece in (piece for part in parts for piece in _pieces(part)):
        shown = piece if isinstance(piece, Secret) or not is_known(piece) else text(piece)
        if merged and isinstance(shown, str) and isinstance(merged[-1], str):
            merged[-1] += shown
        elif shown != "":
            merged.append(shown)
    return merged


def _pieces(part: Value) -> Sequence[Value]:
    match part:
        case Deferred("Join", ("", [*pieces])):
            return pieces
    return (part,)


def _select_early(arguments: tuple[Value, ...]) -> Value:
    """Select from a list whose chosen item is known although others are not."""
    index, items = arguments if len(arguments) == 2 else (None, None)
    if isinstance(items, Sequence) and not isinstance(items, str) and is_known(index):
        return _select(index, items)
    return Deferred("Select", arguments)


def _select(index: Value, items: Value) -> Value:
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise WrongInput("value.select", f"Select needs a list, not {_kind(items)}")
    try:
        position = int(text(index))
        if position < 0:
            raise IndexError
        return items[position]
    except (ValueError, IndexError):
        raise WrongInput("value.select", f"Select has no item {index} in a list of {len(items)}") from None


def _split(separator: Value, source: Value) -> Value:
    if not isinstance(separator, str) or not separator:
        raise WrongInput("value.split", "the delimiter of Split must be a non-empty string")
    return list(text(source).split(separator))


def _base64(source: Value) -> Value:
    return base64.b64encode(text(source).encode()).decode()


def _cidr(block: Value, count: Value, bits: Value = 8) -> Value:
    """`count` networks with `bits` host bits out of the block."""
    try:
        network = ipaddress.ip_network(text(block))
        prefix = network.max_prefixlen - int(text(bits))
        subnets = network.subnets(new_prefix=prefix)
        return [str(next(subnets)) for _ in range(int(text(count)))]
    except (ValueError, StopIteration):
        why = "the block is malformed or holds fewer networks of that size"
        raise WrongInput("value.cidr", f"Cidr cannot divide {block} into {count}", why=why) from None


def _length(items: Value) -> Value:
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise WrongInput("value.length", f"Length needs a list, not {_kind(items)}")
    return len(items)


# what computes it, with the fewest and the most arguments it takes
_FUNCTIONS: Mapping[str, tuple[Callable[..., Value], int, int]] = {
    "Select": (_select, 2, 2),
    "Split": (_split, 2, 2),
    "Base64": (_base64, 1, 1),
    "Cidr": (_cidr, 2, 3),
    "Length": (_length, 1, 1),
}


def _kind(value: Value) -> str:
    match value:
        case None:
            return "nothing"
        case Mapping():
            return "a map"
        case str() | Secret():
            return "a string"
        case Sequence():
            return "a list"
    return f"{value!r}"
