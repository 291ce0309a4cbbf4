"""Tries points with several workers, each in a place of its own, and counts what came of them."""

from __future__ import annotations

import itertools
import multiprocessing
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import TypeAlias

from tests.crash.place import Place, place
from tests.crash.proxy import KINDS
from tests.crash.trial import Case, Point, Verdict, attempt, begins, cases, undisturbed

Told: TypeAlias = "Queue[Verdict | Case | str | None]"
"""What workers tell: verdicts, the cases they have done, what they died of, and None at their end."""


@dataclass
class Tally:
    """What has been tried so far."""

    tried: Counter[Case] = field(default_factory=Counter)
    failed: list[Verdict] = field(default_factory=list)
    died: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The exit code: a matrix that tried nothing proves nothing."""
        return 1 if self.failed or self.died or not self.tried else 0


@dataclass(frozen=True)
class Share:
    """What worker `number` of `count` tries of the points that begin with `prefix`.

    `every` leaves calls out: 1 tries all, 10 the first, the eleventh and so on.
    """

    prefix: str
    number: int
    count: int
    every: int = 1

    def points(self, case: Case) -> Iterator[list[Point]]:
        """The share's points of a case, call by call, without an end."""
        for call in itertools.count(self.number * self.every + 1, self.count * self.every):
            both = (Point(case, kind, call) for kind in KINDS)
            yield [point for point in both if begins(point, self.prefix)]


def run(shares: Sequence[Share], folder: Path, say: Callable[[str], None]) -> Tally:
    """Try shares of the points at once, each below `folder`."""
    context = multiprocessing.get_context("spawn")
    told: Told = context.Queue()
    workers = [context.Process(target=_work, args=(share, folder, told), daemon=True) for share in shares]
    for worker in workers:
        worker.start()
    try:
        return _tallied(told, workers, say)
    except BaseException:
        for worker in workers:
            worker.terminate()
        raise
    finally:  # before their folder goes: it tells them what they have to stop
        for worker in workers:
            worker.join()


def _tallied(told: Told, workers: Sequence[BaseProcess], say: Callable[[str], None]) -> Tally:
    """Everything that the workers tell until the last of them ends."""
    tally = Tally()
    running = len(workers)
    while running:
        match _next(told, workers):
            case None:
                running -= 1
            case Case() as case:
                say(f"  {case}: {tally.tried[case]} points so far")
            case str(why):
                tally.died.append(why)
            case verdict:
                tally.tried[verdict.point.case] += 1
                if verdict.wrong:
                    tally.failed.append(verdict)
                    again = f"again with: make crash POINT={verdict.point}"
                    say("\n".join([f"FAILED {verdict.point} at {verdict.call}; {again}", *verdict.wrong]))
    return tally


def end_in_order() -> None:
    """Have SIGTERM end this process as an exception would: with all that it started."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def _next(told: Told, workers: Sequence[BaseProcess]) -> Verdict | Case | str | None:
    """What is told next. Raises RuntimeError when all workers ended without a word."""
    while True:
        alive = any(worker.is_alive() for worker in workers)
        try:
            return told.get(timeout=1)
        except Empty:
            if not alive:
                raise RuntimeError("the workers have died") from None


def _work(share: Share, folder: Path, told: Told) -> None:
    """Try a share of the points, in a place of its own, which goes with this process."""
    end_in_order()
    try:
        with place(folder / f"worker-{share.number}") as here:
            for case in cases(share.prefix):
                for told_next in _tried(here, case, share):
                    told.put(told_next)
    except BaseException as error:
        told.put(f"worker {share.number}: {type(error).__name__}: {error}")
        raise
    finally:
        told.put(None)


def _tried(here: Place, case: Case, share: Share) -> Iterator[Verdict | Case | str]:
    """The verdicts of a case, then the case; or why even the undisturbed run fails."""
    try:
        reference = undisturbed(here, case)
    except AssertionError as error:
        yield str(error)
        return
    for position, points in enumerate(share.points(case)):
        verdicts = [attempt(here, point, reference) for point in points]
        reached = [verdict for verdict in verdicts if verdict.call]
        yield from reached
        # not every run makes the same number of calls: go on for as long as there is one
        if position * share.count * share.every >= len(reference.calls) and not reached:
            break
    yield case
