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
    PipelineStageFinished,
    PipelineStageStarted,
    PipelineStarted,
    StageFinished,
    StageStarted,
    TrafficShifted,
    Waiting,
)
from fairway.report.plain import PlainReport, waiting_text
from fairway.report.several import Several
from fairway.report.style import Style

if TYPE_CHECKING:
    from fairway.report.live import LiveView

_SHOWN_LIVE = (OperationStarted, OperationProgress, OperationFinished)
_SHOWN_BOTH = (OperationFailed, OperationSkipped, TrafficShifted)
_STAGES = {
    "read": "reading the definition",
    "build": "building",
    "refresh": "asking AWS what is there",
    "plan": "planning",
    "verify": "verifying",
}
# Stages of the pipeline that may say nothing for long. Others ask, and a question needs its line for itself.
_SILENT = frozenset({"test", "verify"})
_ERASE = "\r\x1b[2K"


class TerminalReport:
    """A plain report whose stages and operations are shown as they run. rich is loaded when there are any."""

    def __init__(
        self, stream: TextIO, style: Style, *, verbose: bool, detailed: bool = False, columns: int = 0
    ) -> None:
        self._stream = stream
        self._style = style
        self._plain = PlainReport(stream, style, verbose=verbose, detailed=detailed, columns=columns)
        self._live: LiveView | None = None
        self._several: Several | None = None
        self._stages: list[str] = []
        self._line_open = False
        self._waits_for = ""

    def __call__(self, event: Event) -> None:
        self._erase()
        if isinstance(event, PipelineStarted) and len(event.stacks) > 1:
            self._several = Several()
        if isinstance(event, PipelineStageStarted) and event.stage in _SILENT:
            self._stages.append(event.stage)
        if isinstance(event, PipelineStageFinished):
            self._stages.clear()
        if self._several:
            self._plain(event)
            self._show_several(self._several(event))
            return
        match event:
            case StageStarted(stage=name) if name in _STAGES:
                self._stages.append(_STAGES[name])
            case StageFinished(stage=name) if _STAGES.get(name) in self._stages:
                self._stages.remove(_STAGES[name])
            case _:
                self._pass_on(event)
        if isinstance(event, Waiting):
            self._show_waiting(event)
        else:
            self._show_stage()

    def close(self) -> None:
        """Take down what passes, leaving the table of times."""
        self._erase()
        self._stages.clear()
        self._end_live()

    def _pass_on(self, event: Event) -> None:
        if isinstance(event, ApplyStarted) and event.operations:
            self._plain(event)
            self._live = self._open()
        if self._live and isinstance(event, (ApplyStarted, *_SHOWN_LIVE, *_SHOWN_BOTH)):
            self._live(event)
            if isinstance(event, _SHOWN_BOTH):
                self._plain(event)
            return
        self._end_live()
        self._plain(event)

    def _show_stage(self) -> None:
        """The stage that began last, on a line that the next event takes away."""
        if self._stages and not self._live and self._style.colour:
            self._show(f"{self._stages[-1]} …")

    def _show_waiting(self, event: Waiting) -> None:
        """What has changed since the line that stays; nothing beside that line, for a question may follow."""
        if event.holder == self._waits_for and self._style.colour:
            self._show(f"waiting for {waiting_text(event)} …")
        self._waits_for = event.holder

    def _show_several(self, under_way: str) -> None:
        if under_way and self._style.colour:
            self._show(under_way)
        else:
            self._show_stage()

    def _show(self, text: str) -> None:
        self._stream.write(self._style.dim(text))
        self._stream.flush()
        self._line_open = True

    def _erase(self) -> None:
        if self._line_open:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._line_open = False

    def _end_live(self) -> None:
        live, self._live = self._live, None
        if live:
            live.close()

    def _open(self) -> LiveView:
        from rich.console import Console

        from fairway.report.live import LiveView

        return LiveView(Console(file=self._stream, no_color=not self._style.colour, highlight=False))
