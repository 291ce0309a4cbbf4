"""What a definition is read with, apart from its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fairway.model.location import Location
from fairway.model.values import Lookup, Value


@dataclass(frozen=True)
class Nesting:
    """Where a nested template stands.

    `prefix` begins the addresses of its resources, `files` are the templates around it, the outermost first,
    and `given` is where its parameters are given.
    """

    prefix: str = ""
    files: tuple[Path, ...] = ()
    given: Location | None = None

    @property
    def name(self) -> str:
        """The nested stack's address, empty for the outermost template."""
        return self.prefix.removesuffix(".")


@dataclass(frozen=True)
class Inputs:
    """`parameters` are as the user gave them: strings or lists of strings. Those of a nested stack may be any
    values, known or not.

    `exports` are the exports of the environment's other stacks, by name. `lookup` asks AWS; without it
    (offline) lookups stay lookups. `cache` is a folder for caches keyed by content.
    """

    stack: str
    region: str
    account: str
    partition: str = "aws"
    parameters: Mapping[str, Value] = field(default_factory=dict, repr=False)
    exports: Mapping[str, Value] = field(default_factory=dict, repr=False)
    lookup: Callable[[Lookup], Value] | None = None
    cache: Path | None = None
    nesting: Nesting = Nesting()
