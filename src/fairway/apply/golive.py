"""How an update goes live: all at once, or as whoever is given to the apply for it brings it about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from fairway.aws.provider import Live, Progress
from fairway.model.rollout import Rollout
from fairway.model.values import Properties


@dataclass(frozen=True)
class Update:
    """An update that is about to be sent: from `before`, as recorded, and `live` to `after`.

    `changed` are the top-level properties it carries over. All values are known.
    """

    address: str
    live: Live
    before: Properties
    after: Properties
    changed: frozenset[str]


Send: TypeAlias = Callable[[Update], Live]
"""Carries an update of the same resource out, and answers what is live then."""


class GoLive(Protocol):
    """Brings an update about in more than one call.

    It sends what it needs to, and in the end the update itself, whose answer it returns. When that is not to
    be, it sends what takes everything back to `before` and raises Failed. Where it is killed, another one is
    called again with what is live then.
    """

    def __call__(self, rollout: Rollout, update: Update, send: Send, progress: Progress, /) -> Live: ...


def at_once(_rollout: Rollout, update: Update, send: Send, _progress: Progress, /) -> Live:
    """The update and nothing else."""
    return send(update)
