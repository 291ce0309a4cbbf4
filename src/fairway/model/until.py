"""What "done" means for an operation: how far AWS's work on it is waited for."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Until: TypeAlias = Literal["configured", "ready", "settled"]
"""`configured`: AWS has accepted the change. `ready`: what it changed is usable. `settled`: nothing that AWS
does for it goes on in the background any more."""


def reaches(until: Until, least: Until) -> bool:
    """Whether who waits until the one waits until the other too."""
    order = get_args(Until)
    return order.index(until) >= order.index(least)
