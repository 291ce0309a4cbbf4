"""Evaluates the functions of property values once their arguments are known.

The rules are those of the CloudFormation template reference, "Intrinsic functions".
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable, Mapping, Sequence

from fairway.model.errors import WrongInput
from fairway.model.values import Deferred, FunctionName, Lookup, Reference, Secret, Value, is_known, rewrite


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
    secret = any(isinstance(argument, Secret) for argument in arguments)
    plain = tuple(a.value if isinstance(a, Secret) else a for a in arguments)
    result = _FUNCTIONS[function](*plain)
    return Secret(result) if secret and isinstance(result, str) else result


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
    """Joins what is known already, so that a half-known name is shown with its known parts."""
    separator, parts = arguments
    if not isinstance(separator, str):
        raise WrongInput("value.join", "the separator of Join must be a string")
    if isinstance(parts, Reference | Deferred | Lookup):
        return Deferred("Join", arguments)
    if not isinstance(parts, Sequence) or isinstance(parts, str):
        raise WrongInput("value.join", f"Join needs a list, not {_kind(parts)}")
    if not all(is_known(part) for part in parts):
        return Deferred("Join", (separator, parts if separator else _merged(parts)))
    joined = separator.join(part.value if isinstance(part, Secret) else text(part) for part in parts)
    return Secret(joined) if any(isinstance(part, Secret) for part in parts) else joined


def _merged(parts: Sequence[Value]) -> list[Value]:
    """Neighbouring plain parts as one, nested joins without separator inlined."""
    merged: list[Value] = []
    for part in parts:
        if isinstance(part, Deferred) and part.function == "Join" and part.arguments[0] == "":
            inner = part.arguments[1]
            pieces = list(inner) if isinstance(inner, Sequence) and not isinstance(inner, str) else [part]
        else:
            pieces = [part]
        for piece in pieces:
            if merged and isinstance(piece, str | int) and isinstance(merged[-1], str | int):
                merged[-1] = text(merged[-1]) + text(piece)
            else:
                merged.append(piece)
    return merged


def _select_early(arguments: tuple[Value, ...]) -> Value:
    """Select from a list whose chosen item is known although others are not."""
    index, items = arguments
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


_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "Select": _select,
    "Split": _split,
    "Base64": _base64,
    "Cidr": _cidr,
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
