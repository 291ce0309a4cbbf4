"""The way from a target to its cloud."""

from __future__ import annotations

from collections.abc import Callable

from fairway.aws.calls import Caller, unguarded
from fairway.aws.cloud import Cloud
from fairway.aws.session import PATIENCE, Session
from fairway.stacks.interruption import Interruption
from fairway.stacks.request import Target


def caller(
    target: Target,
    interruption: Interruption | None = None,
    *,
    patience: float = PATIENCE,
    guard: Callable[[], None] = unguarded,
) -> Caller:
    """Calls to the target's AWS, whose waits end when the run is interrupted. Loads nothing yet.

    `patience` is how many seconds an answer may take; `guard` raises where nothing may be changed any more.
    """
    session = Session(
        region_name=target.region,
        profile=target.profile,
        endpoint=target.endpoint_url,
        local=target.local,
        patience=patience,
        known_identity=target.identity,
    )
    return Caller(target.sessions.joined(session), stop=(interruption or Interruption()).event, guard=guard)


def connect(target: Target, interruption: Interruption, guard: Callable[[], None] = unguarded) -> Cloud:
    """The catalogue's cloud for the target; `guard` as for `caller`."""
    return Cloud(caller(target, interruption, guard=guard))
