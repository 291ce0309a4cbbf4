"""What a definition is read with, apart from its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fairway.model.values import Json, Lookup, Value


@dataclass(frozen=True)
class Inputs:
    """`parameters` are as the user gave them: strings or lists of strings.

    `exports` are the exports of the environment's other stacks, by name. `lookup` asks AWS; without it
    (offline) lookups stay lookups. `cache` is a folder for caches keyed by content.
    """

    stack: str
    region: str
    account: str
    partition: str = "aws"
    parameters: Mapping[str, Value] = field(default_factory=dict, repr=False)
    exports: Mapping[str, Json] = field(default_factory=dict, repr=False)
    lookup: Callable[[Lookup], Value] | None = None
    cache: Path | None = None
