"""The way from a target to its cloud."""

from __future__ import annotations

from fairway.aws.calls import Caller
from fairway.aws.cloud import Cloud
from fairway.aws.session import PATIENCE, Session
from fairway.pipeline.interruption import Interruption
from fairway.pipeline.request import Target


def caller(target: Target, interruption: Interruption | None = None, *, patience: float = PATIENCE) -> Caller:
    """Calls to the target's AWS, whose waits end when the run is interrupted. Loads nothing yet.

    `patience` is how many seconds an answer may take.
    """
    session = Session(
        region_name=target.region,
        profile=target.profile,
        endpoint=target.endpoint_url,
        local=target.local,
        patience=patience,
    )
    return Caller(session, stop=(interruption or Interruption()).event)


def connect(target: Target, interruption: Interruption) -> Cloud:
    """The catalogue's cloud for the target."""
    return Cloud(caller(target, interruption))
