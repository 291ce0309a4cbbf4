"""Dynamic references: `{{resolve:ssm:name}}` inside text becomes a lookup."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fairway.model.errors import WrongInput
from fairway.model.evaluate import apply_function
from fairway.model.values import Deferred, Lookup, LookupKind, Value

OPEN, _CLOSE = "{{resolve:", "}}"
_KINDS: tuple[LookupKind, ...] = ("ssm", "ssm-secure", "secretsmanager")


def is_closed(value: Value) -> bool:
    """Whether every dynamic reference that begins in the text ends in it."""
    match value:
        case str():
            text = value
        case Deferred("Join", ("", [*parts])):
            text = "".join(part for part in parts if isinstance(part, str))
        case _:
            return True
    return text.rpartition(OPEN)[2].count(_CLOSE) > 0 if OPEN in text else True


def expand(value: Value, look_up: Callable[[Lookup], Value]) -> Value:
    """The text with its dynamic references as lookups, joined with what stands around them.

    Raises WrongInput for a reference that is not closed or names an unknown service.
    """
    match value:
        case str() if OPEN in value:
            return _joined([value], look_up)
        case Deferred("Join", ("", [*parts])) if any(
            isinstance(part, str) and OPEN in part for part in parts
        ):
            return _joined(parts, look_up)
    return value


def _joined(parts: Sequence[Value], look_up: Callable[[Lookup], Value]) -> Value:
    done: list[Value] = []
    inside: list[Value] | None = None
    for part in parts:
        if not isinstance(part, str):
            (done if inside is None else inside).append(part)
            continue
        rest = part
        while rest:
            head, mark, rest = rest.partition(OPEN if inside is None else _CLOSE)
            if head:
                (done if inside is None else inside).append(head)
            if mark and inside is None:
                inside = []
            elif mark and inside is not None:
                done.append(look_up(_lookup(inside)))
                inside = None
    if inside is not None:
        raise WrongInput("template.dynamic-reference", f"{OPEN}… is never closed with {_CLOSE}")
    return done[0] if len(done) == 1 else apply_function("Join", ("", done))


def _lookup(inside: list[Value]) -> Lookup:
    first, *rest = inside or [""]
    service, _, start = first.partition(":") if isinstance(first, str) else ("", "", "")
    for kind in _KINDS:
        if kind == service:
            return Lookup(kind, apply_function("Join", ("", [start, *rest])))
    known = ", ".join(_KINDS)
    raise WrongInput(
        "template.dynamic-reference", f"unknown service {service!r} in {OPEN}…", why=f"known: {known}"
    )
