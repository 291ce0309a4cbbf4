"""The live view of an apply on a terminal: what runs, what it waits for, how long, how many are left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from fairway.model.events import (
    ApplyStarted,
    Event,
    OperationFailed,
    OperationFinished,
    OperationProgress,
    OperationStarted,
)
from fairway.model.plan import Action
from fairway.report.style import ACCEPTED, SYMBOLS, seconds

_COLOURS = {Action.CREATE: "green", Action.UPDATE: "yellow", Action.REPLACE: "magenta", Action.DELETE: "red"}
_ROWS = 12


@dataclass
class _Running:
    type: str
    started: float
    waiting_for: str = ""


@dataclass
class LiveView:
    """Shows the operations under way until it is closed, then a table of times.

    `clock` is monotonic, in seconds.
    """

    console: Console
    clock: Callable[[], float] = time.monotonic
    _running: dict[tuple[str, Action], _Running] = field(default_factory=dict)
    _times: list[OperationFinished] = field(default_factory=list)
    _total: int = 0
    _done: int = 0
    _live: Live | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case ApplyStarted():
                self._total = event.operations
                self._live = Live(
                    console=self.console, get_renderable=self.render, refresh_per_second=10, transient=True
                )
                self._live.start()
            case OperationStarted():
                self._running[event.address, event.action] = _Running(event.type, self.clock())
            case OperationProgress():
                if running := self._running.get((event.address, event.action)):
                    running.waiting_for = event.waiting_for
            case OperationFinished():
                self._finish(event.address, event.action)
                self._times.append(event)
            case OperationFailed():
                self._finish(event.address, event.action)

    def close(self) -> None:
        """Take the view away and leave the table of times."""
        if self._live:
            self._live.stop()
            self._live = None
        if self._times:
            self.console.print(self._summary())

    def _finish(self, address: str, action: Action) -> None:
        self._running.pop((address, action), None)
        self._done += 1

    def render(self) -> RenderableType:
        """The view as it is now."""
        table = Table.grid(padding=(0, 2))
        now = self.clock()
        snapshot = tuple(self._running.items())  # the view is drawn by a thread of its own
        oldest_first = sorted(snapshot, key=lambda item: item[1].started)
        for (address, action), running in oldest_first[:_ROWS]:
            table.add_row(
                Spinner("dots"),
                Text(f"{SYMBOLS[action]} {address}", style=_COLOURS.get(action, "")),
                Text(running.type, style="dim"),
                Text(seconds(now - running.started)),
                Text(running.waiting_for, style="dim"),
            )
        hidden = len(oldest_first) - _ROWS
        if hidden > 0:
            table.add_row("", Text(f"… and {hidden} more", style="dim"))
        return Group(table, self._progress())

    def _progress(self) -> RenderableType:
        row = Table.grid(padding=(0, 2))
        bar = ProgressBar(total=max(self._total, 1), completed=self._done, width=30)
        row.add_row(bar, Text(f"{self._done} of {self._total} done, {len(self._running)} under way"))
        return row

    def _summary(self) -> RenderableType:
        """The slowest first: they are what a faster deploy has to shorten."""
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for heading in ("    resource", "type"):
            table.add_column(heading)
        table.add_column("time", justify="right")
        for event in sorted(self._times, key=lambda event: event.seconds, reverse=True):
            name = Text(f"  {SYMBOLS[event.action]} {event.address}", style=_COLOURS.get(event.action, ""))
            rest = ACCEPTED if event.accepted else ""
            table.add_row(name, Text(f"{event.type}{rest}", style="dim"), seconds(event.seconds))
        return Group("", table, "")
