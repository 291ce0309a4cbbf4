"""A stack without state may be one that is deployed all the same: its state is in another place."""

from __future__ import annotations

import os
from pathlib import Path

from fairway.model.errors import WrongInput
from fairway.model.state import StackState
from fairway.stacks.history import History, history_of
from fairway.stacks.request import Target
from fairway.stacks.stored import Stored
from fairway.state.folder import FolderObjects
from fairway.state.pointer import Pointer
from fairway.state.store import Store


def require_here(target: Target, store: Store) -> None:
    """For who finds no state of the target's stack in its store.

    Raises WrongInput when it went to another place (`state.moved`), or was left in the folder beside the
    source (`state.elsewhere`): a deploy would make everything a second time, a destroy nothing.
    """
    word = store.pointer(target.environment, target.stack)
    if pointer := word.read():
        raise _moved(target, pointer, word.where)
    if state := _left_behind(target):
        raise _elsewhere(target, state)


def known_history(target: Target, store: Store) -> History:
    """The deployments of the target's stack. Raises as `require_here` where there are none."""
    found = history_of(store, target)
    if not found.records.numbers():
        require_here(target, store)
    return found


def stacks_beside(target: Target) -> tuple[str, ...]:
    """The stacks of the environment whose state is in the folder beside the source, sorted."""
    if not target.beside or not Path(target.beside, target.environment).is_dir():
        return ()
    return _beside(target).stacks(target.environment, begun=True)


def migration(target: Target, source: str) -> str:
    """The command that moves the stack's state from a place to where the target has it."""
    places = f"--from {_as_typed(source)} --state {_as_typed(target.state)}"
    return f"fairway state migrate {places} --env {target.environment} --stack {target.stack}"


def _left_behind(target: Target) -> StackState | None:
    if not target.beside or not Path(target.beside, target.environment, target.stack).is_dir():
        return None
    return Stored(_beside(target), target.environment, target.stack).load()


def _beside(target: Target) -> Store:
    return Store(FolderObjects(Path(target.beside)))


def _elsewhere(target: Target, state: StackState) -> WrongInput:
    place = _as_typed(target.beside)
    return WrongInput(
        "state.elsewhere",
        f"the state of {target.stack} in {target.environment} is not in {_as_typed(target.state)}",
        where=place,
        why=f"it is here; serial: {state.serial}, resources: {len(state.resources)}",
        next=f"take it along with `{migration(target, target.beside)}`, or use it here with --state {place}",
    )


def _moved(target: Target, pointer: Pointer, where: str) -> WrongInput:
    place = _as_typed(pointer.place)
    return WrongInput(
        "state.moved",
        f"the state of {target.stack} in {target.environment} is in {place}",
        where=where,
        why=f"it was moved there, or its move from there was cut off, at serial {pointer.serial}",
        next=f"go on with it there: --state {place}; or `{migration(target, pointer.place)}` brings it here. "
        "Where that place has been given up, remove the file that says so",
    )


def _as_typed(place: str) -> str:
    """A folder below the current one as a user here would type it."""
    below = os.path.isabs(place) and Path(place).is_relative_to(Path.cwd())
    return os.path.relpath(place) if below else place
