"""The changes that take live to the definition: plain data, for the apply, for people and for files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fairway.model.graph import PropertyPath
from fairway.model.location import Location
from fairway.model.rollout import Rollout
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
    UNFINISHED = "an earlier deploy was cut off at it"
    MOVED = "the same resource under another address"
    IMPORTED = "it exists already and is taken over"
    DESTROY = "the stack is being destroyed"
    NONE = ""


@dataclass(frozen=True)
class PropertyChange:
    """One property (dotted path in people's form: `Environment.Variables.STAGE`), values sealed.

    `drift` says that live differs from what was `recorded`; `replaces` that this property forces a
    replacement. A side that is absent is None; so is `recorded` where there is no drift.
    """

    path: str
    before: Json
    after: Json
    replaces: bool = False
    drift: bool = False
    recorded: Json = None


class Fate(StrEnum):
    """What the next deploy does to something that was changed outside Fairway."""

    OVERWRITE = "set back by a deploy"
    REPLACE = "lost when a deploy replaces the resource"
    KEEP = "kept: the definition says the same"
    RECREATE = "created again by a deploy"
    DELETE = "deleted by a deploy: the definition has it no more"
    FORGET = "forgotten by a deploy: the definition has it no more"
    UNKNOWN = ""


@dataclass(frozen=True)
class DriftedProperty:
    """One property that somebody changed by hand; values sealed, an absent side is None."""

    path: str
    recorded: Json
    live: Json
    fate: Fate = Fate.UNKNOWN


@dataclass(frozen=True)
class Drift:
    """What was done to a resource outside Fairway since it was last applied.

    One that was `deleted` has no properties, and `fate` says what comes of it; else each property says so.
    """

    address: str
    type: str
    identifier: str
    properties: tuple[DriftedProperty, ...] = ()
    deleted: bool = False
    fate: Fate = Fate.UNKNOWN


@dataclass(frozen=True)
class Contents:
    """What is in a resource that would be deleted: `count` of `noun` (singular), `bytes` where that is known.

    `more` says that there are at least so many: counting stopped there.
    """

    count: int
    noun: str
    more: bool = False
    bytes: int | None = None

    def __str__(self) -> str:
        at_least = "at least " if self.more else ""
        size = "" if self.bytes is None else f" ({_size(self.bytes)})"
        return f"{at_least}{self.count:,} {self.noun}{'' if self.count == 1 else 's'}{size}"


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


@dataclass(frozen=True)
class Impact:
    """What a change does to those who use the resource; `contents` is what would be lost, where counted."""

    interrupts: bool = False
    data_loss: bool = False
    notes: tuple[str, ...] = ()
    contents: Contents | None = None


@dataclass(frozen=True)
class Change:
    """One resource's part of a plan. `dependencies` are the addresses it must come after.

    `moved_from` is the address under which the resource was recorded, where the definition has renamed it.
    `rollout` is how it goes live where that is in steps; its names are shown as far as they are known.
    """

    address: str
    type: str
    action: Action
    reason: Reason = Reason.NONE
    properties: tuple[PropertyChange, ...] = ()
    impact: Impact = Impact()
    dependencies: tuple[str, ...] = ()
    identifier: str = ""
    location: Location | None = None
    moved_from: str = ""
    rollout: Rollout | None = None


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

    `drift` is what was changed outside Fairway, whatever the deploy does about it. `unread` are addresses
    that were taken to be as recorded: because only code changed or, without `refreshed`, because the user
    said so. `untargeted` are those that the user's targets leave out: neither read nor planned.
    """

    stack: str
    environment: str
    changes: tuple[Change, ...]
    refusals: tuple[Refusal, ...] = ()
    outputs: Mapping[str, Json] = field(default_factory=dict)
    serial: int = 0
    destroy: bool = False
    unread: tuple[str, ...] = ()
    drift: tuple[Drift, ...] = ()
    refreshed: bool = True
    untargeted: tuple[str, ...] = ()

    @property
    def moves(self) -> Mapping[str, str]:
        """New addresses of what is recorded under another one, by that one."""
        return {change.moved_from: change.address for change in self.changes if change.moved_from}

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
