"""How a call is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer: AWS's code, message and HTTP status."""

    code: str
    message: str
    status: int
