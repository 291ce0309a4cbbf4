"""The changes that take live to the definition: plain data, for the apply, for people and for files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.model.values import Json


class Action(StrEnum):
    """What happens to a resource. FORGET leaves it in AWS and drops it from state (Retain)."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ADOPT = "adopt"
    FORGET = "forget"
    UNCHANGED = "unchanged"

    @property
    def past(self) -> str:
        """`created`, `updated`, …"""
        return _PAST[self]


_PAST = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.REPLACE: "replaced",
    Action.DELETE: "deleted",
    Action.ADOPT: "adopted",
    Action.FORGET: "forgotten",
    Action.UNCHANGED: "unchanged",
}


class Reason(StrEnum):
    """Why a change is planned; shown to people, never read by the apply."""

    NEW = "new in the definition"
    CHANGED = "the definition changed"
    CODE = "the code changed"
    DRIFT = "changed outside Fairway"
    GONE = "deleted outside Fairway"
    REMOVED = "removed from the definition"
    IMMUTABLE = "a property changed that cannot be updated"
    DEPENDENCY = "a value it uses changes"
    LEFTOVER = "left by an earlier deploy"
    UNFINISHED = "an earlier deploy stopped while making it"
    DESTROY = "the stack is being destroyed"
    NONE = ""


@dataclass(frozen=True)
class PropertyChange:
    """One property (dotted path in people's form: `Environment.Variables.STAGE`), values sealed.

    `drift` says that live differs from what was recorded; `replaces` that this property forces a
    replacement. A side that is absent is None.
    """

    path: str
    before: Json
    after: Json
    replaces: bool = False
    drift: bool = False


@dataclass(frozen=True)
class Impact:
    """What a change does to those who use the resource."""

    interrupts: bool = False
    data_loss: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One resource's part of a plan. `dependencies` are the addresses it must come after."""

    address: str
    type: str
    action: Action
    reason: Reason = Reason.NONE
    properties: tuple[PropertyChange, ...] = ()
    impact: Impact = Impact()
    dependencies: tuple[str, ...] = ()
    identifier: str = ""
    location: Location | None = None


@dataclass(frozen=True)
class Refusal:
    """A change that is not made unless the user names its address (`--allow-data-loss`)."""

    address: str
    type: str
    action: Action
    sentence: str
    location: Location | None = None


@dataclass(frozen=True)
class Plan:
    """Everything a deploy would do. `serial` is that of the state it was made against.

    `unread` are addresses that were taken to be as recorded, because only code changed.
    """

    stack: str
    environment: str
    changes: tuple[Change, ...]
    refusals: tuple[Refusal, ...] = ()
    outputs: Mapping[str, Json] = field(default_factory=dict)
    serial: int = 0
    destroy: bool = False
    unread: tuple[str, ...] = ()

    @property
    def effective(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if change.action is not Action.UNCHANGED)

    def count(self, action: Action) -> int:
        """How many resources get this action."""
        return sum(1 for change in self.changes if change.action is action)


def path_text(path: PropertyPath) -> str:
    """A property path as people write it: `Tags[0].Key`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return written.removeprefix(".")
