"""What people who do not watch a run are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NewsKind = Literal["started", "approval", "succeeded", "failed", "rolled-back", "drift"]


@dataclass(frozen=True)
class News:
    """One message: a line that says it all, and the lines below it."""

    kind: NewsKind
    title: str
    lines: tuple[str, ...] = ()
