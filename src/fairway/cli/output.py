"""Where a command's results and events go: text for people, or JSON lines."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from shutil import get_terminal_size
from typing import Any, Protocol, TextIO

from fairway.model.errors import FairwayError, Finding
from fairway.model.events import Event, Warned
from fairway.report.errors_text import render_error
from fairway.report.jsonlines import JsonReport, result_line
from fairway.report.plain import PlainReport, WarningsAlone
from fairway.report.style import Style, style_for
from fairway.report.terminal import TerminalReport
from fairway.stacks.interruption import Interruption


class Report(Protocol):
    """A reader of events."""

    def __call__(self, event: Event) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Output:
    """A command's way to the user. With `json`, stdout holds JSON lines only."""

    command: str
    stdout: TextIO
    stderr: TextIO
    style: Style
    error_style: Style
    report: Report
    json: bool
    listeners: list[Report] = field(default_factory=list)

    @classmethod
    def for_arguments(
        cls, arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO, environ: Mapping[str, str]
    ) -> Output:
        """The output that the flags, the streams and NO_COLOR ask for."""
        json = bool(getattr(arguments, "json", False))
        style = style_for(stdout, environ)
        verbose = bool(getattr(arguments, "verbose", False))
        detailed = arguments.command == "plan"
        report: Report
        if json:
            report = JsonReport(stdout)
        elif getattr(arguments, "format", "text") != "text":
            report = WarningsAlone(stderr, style_for(stderr, environ))
        elif stdout.isatty():
            report = TerminalReport(
                stdout, style, verbose=verbose, detailed=detailed, columns=get_terminal_size().columns
            )
        else:
            report = PlainReport(stdout, style, verbose=verbose, detailed=detailed)
        return cls(arguments.command, stdout, stderr, style, style_for(stderr, environ), report, json)

    def emit(self, event: Event) -> None:
        """Report an event, after others who listen have heard it: what they warn of stands before it."""
        for listener in self.listeners:
            try:
                listener(event)
            except Exception as error:  # that somebody beside the report fails must not end a deployment
                self.report(Warned(event.at, _warning(error)))
        with self._heard_or_not():
            self.report(event)

    def result(self, exit_code: int, data: Mapping[str, Any], text: Callable[[Style], str]) -> int:
        """The command's result: `data` as the last JSON line, or `text`. Returns the exit code."""
        with self._heard_or_not():
            self.report.close()
            if self.json:
                JsonReport(self.stdout).write(result_line(self.command, exit_code, data))
            elif written := text(self.style):
                self.stdout.write(written + "\n")
        return exit_code

    def line(self, data: Mapping[str, Any], text: str) -> None:
        """One line of a result that comes piece by piece. Raises BrokenPipeError when its reader is gone."""
        if self.json:
            JsonReport(self.stdout).write({"event": "line", **data})
        else:
            self.stdout.write(text + "\n")
            self.stdout.flush()

    def error(self, error: FairwayError) -> int:
        """An error, on stderr; with `json` also as the result line. Returns its exit code."""
        with self._heard_or_not():
            self.report.close()
            if self.json:
                JsonReport(self.stdout).write(result_line(self.command, error.exit_code, {}, error))
        self.stderr.write(render_error(error, self.error_style) + "\n")
        return error.exit_code

    def close(self) -> None:
        """Take down whatever the report still shows, and hold nothing back."""
        for listener in self.listeners:
            listener.close()
        with self._heard_or_not():
            self.report.close()
            self.stdout.flush()

    @contextmanager
    def _heard_or_not(self) -> Iterator[None]:
        """What runs goes on to its end, and keeps its exit code, without a reader (`deploy | head`)."""
        try:
            yield
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())


def _warning(error: Exception) -> Finding:
    """What was foreseen in its own words; of a bug of ours its type alone, as its words may hold a secret."""
    if isinstance(error, FairwayError):
        return Finding(error.code, error.what, why=error.why, next=error.next, severity="warning")
    return Finding("internal.error", f"Fairway itself failed: {type(error).__name__}", severity="warning")


def stop_on_signals(interruption: Interruption) -> None:
    """SIGINT and SIGTERM ask for the stop: CI systems send both, one after the other (aws-behaviour §14)."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _stop(interruption))


def _stop(interruption: Interruption) -> None:
    """Ask for it, and say that it was heard: what is under way may take a while to finish."""
    if interruption.finishes_first and not interruption.event.is_set():
        with suppress(
            OSError, RuntimeError, ValueError
        ):  # it may break into a write, or nobody reads any more
            sys.stderr.write("\nstopping: what is under way is finished, nothing new is begun\n")
            sys.stderr.flush()
    interruption.request()
