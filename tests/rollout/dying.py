"""Deploys a shop and is killed as soon as so much of the traffic is shifted: run as a process of its own."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.rollout.shop import SECONDS, target

from fairway.model.events import Event, TrafficShifted
from fairway.project.settings import RolloutSettings
from fairway.stacks.deploy import deploy
from fairway.stacks.request import Request
from fairway.stacks.run import Ports


def main(source: Path, endpoint: str, percent: int) -> None:
    """Deploy what is written in a folder."""

    def emit(event: Event) -> None:
        if isinstance(event, TrafficShifted) and event.percent == percent:
            os.kill(os.getpid(), signal.SIGKILL)

    where = target(source.parent, source.name, endpoint)
    rollout = RolloutSettings("canary", 10, SECONDS / 60, ("Errors",))
    deploy(Request(source, where, rollout=rollout), Ports(emit, lambda _: True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
