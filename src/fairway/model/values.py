"""Property values: JSON, plus the leaves that stand for something not yet known, built or sayable.

A value is a tree of dicts, lists and scalars whose leaves may also be

- `Reference`: what another resource is or has; unknown until that resource exists;
- `Deferred`: a function whose arguments hold such a leaf; evaluated when they are known;
- `Lookup`: something that only AWS can answer (a parameter, a secret, the zones of a region);
- `Secret`: a value that must never be shown or stored;
- `Asset`: code that has to be built; `Artifact`: what it was built into.

Trees are never changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, Union

from fairway.model.location import Location

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
Value: TypeAlias = Union[
    bool, int, float, str, Sequence["Value"], Mapping[str, "Value"],
    "Reference", "Deferred", "Lookup", "Secret", "Asset", "Artifact", None,
]  # fmt: skip
Properties: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Reference:
    """Another resource's identity (`attribute` empty, what `Ref` returns) or one of its attributes."""

    address: str
    attribute: str = ""

    def __str__(self) -> str:
        return f"{self.address}.{self.attribute}" if self.attribute else self.address


FunctionName = Literal["Join", "Select", "Split", "Base64", "Cidr", "Length"]


@dataclass(frozen=True)
class Deferred:
    """A function with at least one argument that is not known yet (`Sub` is expressed as `Join`)."""

    function: FunctionName
    arguments: tuple[Value, ...]


LookupKind = Literal["ssm", "ssm-secure", "secretsmanager", "availability-zones", "parameter"]
"""`parameter` is a template's own parameter, where it comes from something that is not asked (offline)."""


@dataclass(frozen=True)
class Lookup:
    """A value AWS holds; `key` is the text after `resolve:<kind>:` (or a region for zones)."""

    kind: LookupKind
    key: Value

    @property
    def secret(self) -> bool:
        """Whether what comes back must never be shown or stored."""
        return self.kind in ("ssm-secure", "secretsmanager")


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is sent to AWS and otherwise never leaves memory."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "(secret)"


AssetKind = Literal["function", "layer", "inline"]


@dataclass(frozen=True)
class Asset:
    """Code to build for one resource.

    `path` is absolute, a folder, or a file (a single source file, or an archive that is used as it is);
    for `inline` it is empty and `content` holds the source text. `options` holds what the definition says
    about building (SAM's `BuildMethod`, `BuildProperties`, `SkipBuild`). `layered` says that the function
    has layers, so that its handler may be in one of them.
    """

    kind: AssetKind
    address: str
    path: str
    runtime: str
    architecture: str = "x86_64"
    handler: str = ""
    content: str = field(default="", repr=False)
    options: Mapping[str, Value] = field(default_factory=dict)
    location: Location | None = field(default=None, compare=False)
    layered: bool = False


@dataclass(frozen=True, slots=True)
class Artifact:
    """Something built: `digest` is the hex SHA-256 of the zip at `path` (absent when read from AWS)."""

    digest: str
    path: str = field(default="", compare=False)
    size: int = field(default=0, compare=False)


def walk(value: Value) -> Iterator[Value]:
    """Every node of a value, parents first, arguments of deferred functions and lookups included."""
    left = [value]
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, _LEAVES):
            left.extend(reversed(_children(node)))


_LEAVES = (str, int, float, bytes, type(None))
"""Told apart first, because most nodes are leaves and asking for a `Mapping` is slow; for the same reason
`dict` and `list` are asked for before it."""


def _children(node: Value) -> Sequence[Value]:
    match node:
        case dict() | Mapping():
            return list(node.values())
        case list():
            return node
        case Deferred(arguments=arguments):
            return arguments
        case Lookup(key=key):
            return (key,)
        case Sequence():
            return node
    return ()


def references(value: Value) -> tuple[Reference, ...]:
    """The references a value holds, in order, without repeats."""
    return tuple(dict.fromkeys(node for node in walk(value) if isinstance(node, Reference)))


def code_digest(value: Value) -> str:
    """The digest of the first artifact in a value, or an empty string where there is none."""
    return next((node.digest for node in walk(value) if isinstance(node, Artifact)), "")


def is_known(value: Value) -> bool:
    """Whether nothing in the value waits for another resource or for AWS."""
    left = [value]
    while left:
        node = left.pop()
        if isinstance(node, _WAITING):
            return False
        if not isinstance(node, _LEAVES):
            left.extend(_children(node))
    return True


_WAITING = (Reference, Deferred, Lookup)
"""A tuple, for a union would be made anew at each of a large stack's nodes."""


def rewrite(value: Value, change: Callable[[Value], Value]) -> Value:
    """The value with `change` applied to every node, children first."""
    match value:
        case str() | int() | float() | None:
            return change(value)
        case dict() | Mapping():
            return change({key: rewrite(child, change) for key, child in value.items()})
        case Deferred(function, arguments):
            return change(Deferred(function, tuple(rewrite(child, change) for child in arguments)))
        case Lookup(kind, key):
            return change(Lookup(kind, rewrite(key, change)))
        case Sequence():
            return change([rewrite(child, change) for child in value])
        case _:
            return change(value)
