"""Deploys a shop and is killed as soon as a part of the traffic is shifted: run as a process of its own."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.rollout.shop import target

from fairway.model.events import Event, TrafficShifted
from fairway.project.settings import RolloutSettings
from fairway.stacks.deploy import deploy
from fairway.stacks.request import Request
from fairway.stacks.run import Ports


def dying(event: Event) -> None:
    """Die at the first shift."""
    if isinstance(event, TrafficShifted):
        os.kill(os.getpid(), signal.SIGKILL)


def main(source: Path, endpoint: str) -> None:
    """Deploy what is written in a folder."""
    where = target(source.parent, source.name, endpoint)
    rollout = RolloutSettings("canary", 10, 1, ("Errors",))
    deploy(Request(source, where, rollout=rollout), Ports(emit=dying, confirm=lambda _: True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
