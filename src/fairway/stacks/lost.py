"""A stack whose document is gone although it was not destroyed: somebody has removed it by hand."""

from __future__ import annotations

from fairway.model.errors import WrongInput
from fairway.model.state import StackState
from fairway.stacks.request import Target
from fairway.state.store import Store


def lost_state(target: Target, store: Store) -> WrongInput | None:
    """The error for such a stack, naming what brings its state back; None for every other without state.

    A stack that was destroyed has its last document in the archive.
    """
    place = target.environment, target.stack
    kept, archived = store.versions(*place).last_good(), store.last_life(*place)
    if kept is None or (kept.lineage == archived.lineage and kept.serial <= archived.serial):
        return None
    return _lost(kept, target.state)


def _lost(kept: StackState, where: str) -> WrongInput:
    command = f"fairway state restore {kept.serial} --env {kept.environment} --stack {kept.stack}"
    return WrongInput(
        "state.lost",
        f"the state of {kept.stack} in {kept.environment} is gone, and the stack was not destroyed",
        where=where,
        why=f"versions of it are kept: the last has serial {kept.serial}, resources: {len(kept.resources)}",
        next=f"`{command}` brings it back; a deploy without it makes everything a second time",
    )
