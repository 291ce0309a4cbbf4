"""What evaluating a node can answer besides a value."""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

from fairway.model.values import Deferred, Value


class Absent(Enum):
    """What `AWS::NoValue` stands for: the property or item is taken away."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
Result: TypeAlias = Value | Absent

BROKEN: Final[Value] = Deferred("Select", ())
"""Stands for a value that could not be made; its finding says why, and nobody complains about it again."""
