"""Events on a terminal: plain lines, and the live view while operations run."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from fairway.model.events import (
    ApplyStarted,
    Event,
    OperationFailed,
    OperationFinished,
    OperationProgress,
    OperationSkipped,
    OperationStarted,
)
from fairway.report.plain import PlainReport
from fairway.report.style import Style

if TYPE_CHECKING:
    from fairway.report.live import LiveView

_SHOWN_LIVE = (OperationStarted, OperationProgress, OperationFinished)
_SHOWN_BOTH = (OperationFailed, OperationSkipped)


class TerminalReport:
    """A plain report whose operations are shown as they run. rich is loaded when there are any."""

    def __init__(self, stream: TextIO, style: Style, *, verbose: bool, detailed: bool = False) -> None:
        self._stream = stream
        self._colour = style.colour
        self._plain = PlainReport(stream, style, verbose=verbose, detailed=detailed)
        self._live: LiveView | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, ApplyStarted) and event.operations:
            self._live = self._open()
        if self._live and isinstance(event, (ApplyStarted, *_SHOWN_LIVE, *_SHOWN_BOTH)):
            self._live(event)
            if isinstance(event, _SHOWN_BOTH):
                self._plain(event)
            return
        self.close()
        self._plain(event)

    def close(self) -> None:
        """End the live view, leaving its table of times."""
        live, self._live = self._live, None
        if live:
            live.close()

    def _open(self) -> LiveView:
        from rich.console import Console

        from fairway.report.live import LiveView

        return LiveView(Console(file=self._stream, no_color=not self._colour, highlight=False))
