"""How a stack stands: what is deployed, and which run works on it or has left work unfinished."""

from __future__ import annotations

from dataclasses import dataclass

from fairway.model.journal import Intent, Remains, unfinished
from fairway.model.state import StackState


@dataclass(frozen=True)
class UnderWay:
    """A run that holds the stack. `who` says what it does too, `holder` is its lease's id.

    `since` is in seconds since the epoch, 0 where its lease cannot be read; that was renewed `unrenewed`
    seconds ago. Both are by the clocks of that machine and of this one, so they are for people to read, and
    decide nothing.
    """

    who: str
    holder: str
    since: float
    unrenewed: float


@dataclass(frozen=True)
class Standing:
    """The stack's state, the apply that goes on from it and has not ended, and the run under way.

    Without one `under_way` the apply in `left` was cut off.
    """

    state: StackState
    left: Remains | None = None
    under_way: UnderWay | None = None

    @property
    def unfinished(self) -> tuple[Intent, ...]:
        """The operations that have not ended, or may be half done."""
        return unfinished(self.state, self.left)
