"""Moves a stack's state to another place, whole, so that at any moment one place has all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fairway.model.errors import Failed, WrongInput
from fairway.model.results import DeploymentResult
from fairway.model.site import site_of
from fairway.model.state import StackState
from fairway.stacks.inspect import not_deployed
from fairway.stacks.published import buckets_of, published_into, recorded
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Run
from fairway.stacks.storage import is_bucket, open_store
from fairway.stacks.stored import Stored
from fairway.stacks.turn import turn
from fairway.state.pointer import Pointer
from fairway.state.store import Store


@dataclass(frozen=True)
class Move:
    """What is to be moved: the state of a stack, as it is, from place to place.

    `sites` are those that go along: they are in its buckets. Of a site by itself, `serial` is its release and
    `resources` are its files.
    """

    stack: str
    serial: int
    resources: int
    source: str
    target: str
    sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Migrated:
    """How it ended: `migrated`, `unchanged` where it had been moved before, or `declined`."""

    result: DeploymentResult
    stack: str
    serial: int
    source: str
    target: str


Confirm = Callable[[Move], bool]


def migrate(target: Target, source: Target, ports: Ports, confirm: Confirm) -> Migrated:
    """Move the state of the target's stack from where `source` has it, under the leases of both places.

    Cut off anywhere it is finished by the same call: the target has everything before the source is put
    aside. Raises WrongInput when the source has no state of the stack, Failed when the target has another
    one, and nothing is changed then.
    """
    _require_two_places(target, source)
    run = Run("state migrate", target, ports)
    with (
        turn(run, open_store(source, ports.interruption), source) as (old, _),
        turn(run, open_store(target, ports.interruption)) as (new, _),
    ):
        ended = _Migration(source, old, new).carry_out(confirm)
    run.finish(ended.result, None, calls={})
    return ended


def stacks_to_migrate(source: Target) -> tuple[str, ...]:
    """The stacks of the environment that a place has state of.

    Raises WrongInput when it has none, nor of a site.
    """
    _require_folder(source)
    store = open_store(source)
    found = store.stacks(source.environment, begun=True)
    return found if found or recorded(store, source.environment) else _nothing(source, store)


@dataclass(frozen=True)
class _Migration:
    """Both places, and the stack as `source` names it."""

    source: Target
    old: Store
    new: Store

    def carry_out(self, confirm: Confirm) -> Migrated:
        """The source's document has the journal in it by the time it is copied: that one stays behind."""
        with Stored(self.old, *self._stack) as stored:
            state = stored.load()
            if state is None:
                return self._moved_before()
            arrived = self._has_arrived(state)
            if not (arrived or confirm(self._move(state))):
                return self._ended("declined", state.serial)
            state = stored.settle(state)
        if not arrived:
            self._copy(state)
        self._put_aside(state)
        return self._ended("migrated", state.serial)

    def _copy(self, state: StackState) -> None:
        """Until all is there the target says that the state is still in the source."""
        word = self.new.pointer(*self._stack)
        word.write(Pointer(self.old.place, state.lineage, state.serial))
        self.new.take_over(self.old, *self._stack)

    def _put_aside(self, state: StackState) -> None:
        self.new.pointer(*self._stack).remove()
        self.old.pointer(*self._stack).write(Pointer(self.new.place, state.lineage, state.serial))
        journal = self.old.journal(*self._stack)
        if journal.read():  # dead by now; without its document it would be taken for a first deploy's
            journal.clear()
        self.old.archive(*self._stack)

    def _has_arrived(self, state: StackState) -> bool:
        """Whether the target has this very state, or has gone on from it: a move that was cut off.

        Raises Failed when it has anything else of the stack.
        """
        with Stored(self.new, *self._stack) as stored:
            present = stored.load()
        if present is None:
            self._require_no_history(state)
            return False
        kept = self.new.versions(*self._stack).newest()
        if state not in (version.state for version in kept):
            raise _taken(self.new, self.old, present, state)
        return True

    def _require_no_history(self, state: StackState) -> None:
        """What an earlier move of this history left may be written over; another one's is not."""
        pointer = self.new.pointer(*self._stack).read()
        if pointer and pointer.lineage == state.lineage:
            return
        if numbers := self.new.deployments(*self._stack).numbers():
            raise Failed(
                "state.target-taken",
                f"{self.new.place} has {len(numbers)} deployments of an earlier {state.stack}",
                why="they would be written over",
                next="choose another place with --state",
            )

    def _moved_before(self) -> Migrated:
        pointer = self.old.pointer(*self._stack).read()
        if pointer and pointer.place == self.new.place:
            return self._ended("unchanged", pointer.serial)
        raise not_deployed(self.source, self.old)

    def _move(self, state: StackState) -> Move:
        sites = published_into(recorded(self.old, self.source.environment), buckets_of(state))
        places = self.old.place, self.new.place
        return Move(state.stack, state.serial, len(state.resources), *places, tuple(map(site_of, sites)))

    def _ended(self, result: DeploymentResult, serial: int) -> Migrated:
        return Migrated(result, self.source.stack, serial, self.old.place, self.new.place)

    @property
    def _stack(self) -> tuple[str, str]:
        return self.source.environment, self.source.stack


def _require_two_places(target: Target, source: Target) -> None:
    _require_folder(source)
    if _whole(target.state) == _whole(source.state):
        raise WrongInput(
            "arguments.from",
            f"state is kept in {source.state} already",
            next="say with --state, or in fairway.toml, where it is to go",
        )


def _whole(place: str) -> str:
    """The same text for the same place."""
    return place.rstrip("/") if is_bucket(place) else str(Path(place).resolve())


def _require_folder(source: Target) -> None:
    if not is_bucket(source.state) and not Path(source.state).is_dir():
        raise WrongInput(
            "arguments.from", f"there is no folder {source.state}", next="give the one in which state is"
        )


def _nothing(source: Target, store: Store) -> tuple[str, ...]:
    raise WrongInput("state.not-deployed", f"no stack is deployed in {source.environment}", where=store.place)


def _taken(new: Store, old: Store, present: StackState, state: StackState) -> Failed:
    return Failed(
        "state.target-taken",
        f"{new.place} has another state of {state.stack}",
        why=f"there: serial {present.serial} of lineage {present.lineage}; "
        f"in {old.place}: serial {state.serial} of lineage {state.lineage}",
        next="nothing is changed: look at both with `fairway status --state PLACE`, and go on with the right "
        "one by naming its place",
    )
