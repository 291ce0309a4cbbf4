"""Entries of a stack's journal: what an apply is about to do, and what became of it.

A journal is one `Begun`, what is taken back (`Revived`) or renamed (`Moved`), the intents of the whole plan,
and then what was done, in the order in which it ended. As JSON an entry is `{"entry": "<name>", <fields>}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from fairway.model.errors import Failed
from fairway.model.graph import DeletionPolicy
from fairway.model.plain import plain
from fairway.model.plan import Action
from fairway.model.state import OutputState, ResourceState, StackState
from fairway.model.values import Json


@dataclass(frozen=True)
class Begun:
    """An apply began at `at` (seconds since the epoch), on the state of this `lineage` and `serial`.

    The rest is what a first deploy's state document would say, which is written only when it ends.
    """

    at: float
    by: str
    command: str
    stack: str
    environment: str
    account: str
    region: str
    lineage: str
    serial: int
    secret_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Revived:
    """The leftover with this identifier stands at its address again; what replaced it is the leftover now."""

    address: str
    type: str
    identifier: str


@dataclass(frozen=True)
class Moved:
    """Resources stand under new addresses, given here by their old ones. In AWS nothing changes by that."""

    moves: Mapping[str, str]


@dataclass(frozen=True)
class Intent:
    """One operation of the plan. It may have been sent, once this is written, until an entry says more.

    `identifier` is that of the resource in place. `properties`, of what is to be created, are encoded
    (`model.codec`), so that they may refer to what is created before; `changed` are the top-level
    properties that an update is to carry over.
    """

    address: str
    type: str
    action: Action
    generation: int = 0
    identifier: str = ""
    properties: Mapping[str, Json] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    deletion_policy: DeletionPolicy = "Delete"
    update_replace_policy: DeletionPolicy = "Delete"
    protected: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Deletes are told apart by what they delete: a replaced resource and its address's new one."""
        return self.address, self.identifier if self.action is Action.DELETE else ""


@dataclass(frozen=True)
class Done:
    """The resource is there as recorded here. `replaces` says that the one before it has to be deleted."""

    resource: ResourceState
    replaces: bool = False


@dataclass(frozen=True)
class Gone:
    """What has this identifier, resource or leftover, was deleted."""

    address: str
    type: str
    identifier: str


@dataclass(frozen=True)
class Forgotten:
    """The resource stays in AWS and is no longer the stack's."""

    address: str


@dataclass(frozen=True)
class Finished:
    """All operations have ended; these are the outputs, and the resources that needed no operation."""

    unchanged: Mapping[str, ResourceState]
    outputs: Mapping[str, OutputState]


Entry: TypeAlias = Begun | Revived | Moved | Intent | Done | Gone | Forgotten | Finished


@dataclass(frozen=True)
class Remains:
    """What an apply that did not end has left: who began it, the operations that may be half done, and those
    that had been done by then.
    """

    begun: Begun
    unfinished: tuple[Intent, ...]
    done: tuple[Intent, ...] = ()


def going_on(state: StackState | None, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries that go on from this state, from the last `Begun` on.

    A journal whose end has been saved is dead, as is that of an earlier life of the stack.
    """
    starts = [index for index, entry in enumerate(entries) if isinstance(entry, Begun)]
    if not starts:
        return ()
    begun = entries[starts[-1]]
    assert isinstance(begun, Begun)
    alive = state is None or (begun.lineage == state.lineage and begun.serial >= state.serial)
    return tuple(entries[starts[-1] :]) if alive else ()


def interrupted(state: StackState | None, entries: Sequence[Entry]) -> Remains | None:
    """The run that goes on from this state and has not ended; None when there is none."""
    match going_on(state, entries):
        case (Begun() as begun, *rest):
            done = {key for entry in rest if (key := _done_by(entry))}
            intents = [entry for entry in rest if isinstance(entry, Intent)]
            return Remains(
                begun,
                tuple(intent for intent in intents if intent.key not in done),
                tuple(intent for intent in intents if intent.key in done),
            )
    return None


def unfinished(state: StackState, left: Remains | None) -> tuple[Intent, ...]:
    """The operations that may be half done: those of a run that has not ended, and what earlier ones left."""
    known = [
        *(left.unfinished if left else ()),
        *(Intent(each.address, each.type, Action.CREATE) for each in state.pending.values()),
        *(Intent(each, state.resources[each].type, Action.UPDATE) for each in state.updating),
        *(Intent(h.address, h.type, Action.DELETE, identifier=h.identifier) for h in state.leftovers),
    ]
    return tuple({intent.key: intent for intent in reversed(known)}.values())[::-1]


def _done_by(entry: Entry) -> tuple[str, str] | None:
    """The key of the intent whose end this is."""
    match entry:
        case Done(resource):
            return resource.address, ""
        case Gone(address, _, identifier):
            return address, identifier
        case Forgotten(address):
            return address, ""
    return None


def base_state(begun: Begun) -> StackState:
    """The state of a stack whose first deploy has not ended."""
    return StackState(
        begun.stack,
        begun.environment,
        begun.account,
        begun.region,
        begun.lineage,
        begun.serial,
        begun.secret_key,
    )


def to_json(entry: Entry) -> dict[str, Any]:
    """The entry as one JSON object."""
    return {"entry": type(entry).__name__, **plain(entry)}


def read_entries(lines: Iterable[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """The entries of a journal's lines. Raises Failed for a line that no Fairway of this version wrote."""
    return tuple(_entry(number, line) for number, line in enumerate(lines, 1))


def _entry(number: int, line: Mapping[str, Any]) -> Entry:
    fields = {name: value for name, value in line.items() if name != "entry"}
    try:
        return _READERS[line["entry"]](fields)
    except (KeyError, TypeError, ValueError):
        raise Failed(
            "journal.unreadable",
            f"line {number} of the journal cannot be read",
            why="it was written by another version of Fairway, or damaged",
            next="use the version of Fairway that began the deployment",
        ) from None


def _intent(fields: dict[str, Any]) -> Intent:
    tuples = {name: tuple(fields[name]) for name in ("changed", "dependencies")}
    return Intent(**{**fields, **tuples, "action": Action(fields["action"])})


def _resource(fields: Mapping[str, Any]) -> ResourceState:
    return ResourceState(**{**fields, "dependencies": tuple(fields["dependencies"])})


def _done(fields: dict[str, Any]) -> Done:
    return Done(**{**fields, "resource": _resource(fields["resource"])})


def _finished(fields: dict[str, Any]) -> Finished:
    return Finished(
        {address: _resource(held) for address, held in fields["unchanged"].items()},
        {name: OutputState(**output) for name, output in fields["outputs"].items()},
    )


_READERS: Mapping[str, Callable[..., Entry]] = {
    "Begun": lambda fields: Begun(**fields),
    "Revived": lambda fields: Revived(**fields),
    "Moved": lambda fields: Moved(**fields),
    "Intent": _intent,
    "Done": _done,
    "Gone": lambda fields: Gone(**fields),
    "Forgotten": lambda fields: Forgotten(**fields),
    "Finished": _finished,
}
