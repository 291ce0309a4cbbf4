"""Writes down of a deployment whether what must hold after it does."""

from __future__ import annotations

from dataclasses import replace

from fairway.model.deployment import SUCCEEDED, to_json
from fairway.stacks.history import history_of
from fairway.stacks.request import Target
from fairway.stacks.storage import open_store


def note_verdict(target: Target, number: int, holds: bool) -> None:
    """Mark the stack's last deployment as one that nobody goes back to, or take that mark away.

    It is marked where it has this number, which is 0 where the run deployed nothing. Raises FairwayError and
    OSError where it cannot be written down.
    """
    store = open_store(target)
    history = history_of(store, target)
    last = history.last()
    if last is None or last.result != SUCCEEDED or last.unverified is not holds:
        return
    state = store.load(target.environment, target.stack)
    if state and (holds or last.number == number):
        history.records.write(last.number, to_json(replace(last, unverified=not holds), state.secret_key))
