"""A run tells its events one at a time, from wherever they come."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fairway.model.errors import Finding
from fairway.model.events import Event, Waiting, Warned
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Run

TARGET = Target("shop", "dev", "eu-west-1", "state", Path("cache"))


class Screen:
    """A reader that is slow, and notices when it is called while it is still at work."""

    def __init__(self) -> None:
        self.at_work = 0
        self.most_at_once = 0

    def __call__(self, event: Event) -> None:
        self.at_work += 1
        self.most_at_once = max(self.most_at_once, self.at_work)
        time.sleep(0.002)
        self.at_work -= 1


def test_readers_get_one_event_at_a_time() -> None:
    screen = Screen()
    run = Run("deploy", TARGET, Ports(emit=screen, confirm=lambda _: True))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: run.emit(Waiting(at=number, what="a lock")), range(24)))
    assert len(run.events) == 25
    assert screen.most_at_once == 1


def test_the_same_warning_comes_once_whenever_it_is_found() -> None:
    told: list[Event] = []
    run = Run("deploy", TARGET, Ports(emit=told.append, confirm=lambda _: True))
    one, other = (Finding("rollout.no-alias", text, severity="warning") for text in ("no alias", "none here"))
    for at, finding in enumerate((one, other, one)):
        run.emit(Warned(at, finding))
    warned = [event.finding for event in told if isinstance(event, Warned)]
    assert warned == [one, other]
    assert [event.finding for event in run.events if isinstance(event, Warned)] == warned
