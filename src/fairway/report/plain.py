"""Events as plain lines: for logs, CI and pipes, and for what needs no live view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TextIO

from fairway.model.errors import Finding
from fairway.model.events import (
    ApplyStarted,
    BuildFinished,
    CheckFinished,
    DeploymentFinished,
    DeploymentStarted,
    Event,
    FreshnessProved,
    OperationFailed,
    OperationFinished,
    OperationProgress,
    OperationSkipped,
    PipelineFinished,
    PipelineStageFinished,
    PipelineStageStarted,
    PipelineStarted,
    PlanMade,
    SitePublished,
    TrafficShifted,
    Waiting,
    Warned,
)
from fairway.model.plan import Action, Contents
from fairway.model.results import DeploymentResult
from fairway.report.checks_text import check_line
from fairway.report.errors_text import render_findings
from fairway.report.pipeline_text import pipeline_end, pipeline_text
from fairway.report.plan_text import left_out, render_plan, summary
from fairway.report.style import ACCEPTED, SYMBOLS, Style, past, plural, seconds, shifted_text

_RESULTS: Mapping[DeploymentResult, str] = {
    "succeeded": "Deployed",
    "destroyed": "Destroyed",
    "unchanged": "Nothing to do",
    "failed": "Failed",
    "interrupted": "Interrupted",
    "declined": "Not deployed",
    "planned": "Planned",
    "edited": "State written",
    "migrated": "State moved",
}
_PATHS = 5
_GOOD: frozenset[DeploymentResult] = frozenset(
    {"succeeded", "unchanged", "destroyed", "planned", "edited", "migrated"}
)


class PlainReport:
    """Writes each event that matters as a line.

    `detailed` shows the properties of what is created, `verbose` also what operations wait for. `columns` is
    how many there are to fill, 0 where nobody looks.
    """

    def __init__(
        self, stream: TextIO, style: Style, *, verbose: bool, detailed: bool = False, columns: int = 0
    ) -> None:
        self._stream = stream
        self._style = style
        self._verbose = verbose
        self._detailed = detailed or verbose
        self._fresh: Counter[str] = Counter()
        self._not_begun: Counter[str] = Counter()
        self._in_pipeline = False
        self._warned: set[tuple[str, Finding]] = set()
        self._holder = ""
        self._width = 0
        self._columns = columns
        self._shown: dict[str, str] = {}
        self._operations: list[OperationFinished] = []
        self._commands: dict[str, str] = {}
        self._heading = ""

    def __call__(self, event: Event) -> None:
        self._follow(event)
        text = pipeline_text(event, self._style) or self._prefixed(event, self._text(event))
        if isinstance(event, PipelineFinished):
            text = pipeline_end(event, self._operations, self._style, several=self._width > 0)
        if text or isinstance(event, ApplyStarted):
            self._write(text)

    def _follow(self, event: Event) -> None:
        """Keep what later lines need."""
        match event:
            case PipelineStarted():
                self._in_pipeline = True
                self._width = max(map(len, event.stacks)) if len(event.stacks) > 1 else 0
            case PipelineStageStarted():
                self._heading = event.stage
            case PipelineStageFinished():
                self._heading = ""
            case DeploymentStarted():
                self._commands[event.stack] = event.command
            case OperationFinished():
                self._operations.append(event)

    def _write(self, text: str) -> None:
        """The name of the pipeline's stage is above the first thing that it has to say."""
        heading = self._style.bold(self._heading) if self._heading else ""
        self._heading = ""
        self._stream.write("".join(line + "\n" for line in (heading, text) if line))
        self._stream.flush()

    def _prefixed(self, event: Event, text: str) -> str:
        """Each line with its stack, where several are worked on at once."""
        if not (self._width and event.stack and text):
            return text
        prefix = self._style.dim(f"{event.stack:<{self._width}} | ")
        return "\n".join(prefix + line for line in text.splitlines())

    def close(self) -> None:
        """Nothing is held back."""

    def _text(self, event: Event) -> str:
        style = self._style
        match event:
            case DeploymentStarted() if self._verbose:
                return style.dim(f"{event.command} {event.stack} in {event.region} {event.endpoint}".rstrip())
            case Warned():
                return self._warning(event)
            case Waiting():
                return self._waiting(event)
            case BuildFinished(cached=False):
                return style.dim(f"built {event.address} in {seconds(event.seconds)}")
            case PlanMade():
                return self._plan(event)
            case FreshnessProved():
                self._fresh[event.stack] += 1
                return style.dim(f"fresh {event.address} {event.digest[:12]}") if self._verbose else ""
            case DeploymentFinished(result="built"):
                return ""
            case CheckFinished():
                return check_line(event.checked, style)
            case SitePublished():
                return published_text(event, style)
            case DeploymentFinished():
                fresh = self._fresh.pop(event.stack, 0)
                text = finished_text(event, style, fresh, self._commands.get(event.stack, ""))
                return f"{self._left_undone(event.stack)}{text}"
        return self._operation(event)

    def _left_undone(self, stack: str) -> str:
        """How much the stop has kept from being begun: a line, or nothing."""
        count = self._not_begun.pop(stack, 0)
        words = f"  . {plural(count, 'operation')} not begun because the run was stopped"
        return self._style.dim(words) + "\n" if count else ""

    def _warning(self, event: Warned) -> str:
        """Once in a run of the pipeline: its stages look at the same things."""
        told = (event.stack, event.finding)
        if self._in_pipeline and told in self._warned:
            return ""
        self._warned.add(told)
        return render_findings([event.finding], self._style)

    def _waiting(self, event: Waiting) -> str:
        """Once for each holder: that it is still the same one is no news."""
        if event.holder and event.holder == self._holder:
            return ""
        self._holder = event.holder
        return self._style.dim(f"waiting for {waiting_text(event)}")

    def _plan(self, event: PlanMade) -> str:
        """A plan that is made again before it is carried out, and says the same, is no news."""
        text = self._plan_text(event)
        if self._shown.get(event.stack) == text:
            return ""
        self._shown[event.stack] = text
        return text

    def _plan_text(self, event: PlanMade) -> str:
        if not (event.plan.effective or event.plan.refusals or event.plan.drift):
            nothing = f"{event.plan.stack} in {event.plan.environment}: no changes, {summary(event.plan)}"
            return "\n".join([nothing, *map(self._style.dim, left_out(event.plan))])
        return render_plan(
            event.plan, self._style, detailed=self._detailed, width=self._room(event.plan.stack)
        )

    def _room(self, stack: str) -> int:
        """The columns beside the stack's name."""
        taken = len(f"{stack:<{self._width}} | ") if self._width else 0
        return max(0, self._columns - taken)

    def _operation(self, event: Event) -> str:
        style = self._style
        match event:
            case OperationFinished():
                mark = style.action(event.action, f"  {SYMBOLS[event.action]} {event.address}")
                done = past(event.action, event.moved_from)
                rest = ACCEPTED if event.accepted else ""
                return f"{mark} {style.dim(f'{done} in {seconds(event.seconds)}{rest}')}"
            case OperationProgress() if self._verbose:
                return style.dim(f"    {event.address} waits: {event.waiting_for}")
            case OperationFailed():
                return failure_text(event, style)
            case TrafficShifted():
                shifted = shifted_text(event.version, event.percent, event.seconds, returned=event.returned)
                return f"  ~ {event.address} {style.dim(shifted)}"
            case OperationSkipped(because=""):
                self._not_begun[event.stack] += 1
            case OperationSkipped():
                return style.dim(
                    f"  . {event.address} not {event.action.past} because {event.because} failed"
                )
        return ""


class WarningsAlone:
    """Writes what the user should know, and nothing else: for a command whose output is a document."""

    def __init__(self, stream: TextIO, style: Style) -> None:
        self._stream, self._style = stream, style

    def __call__(self, event: Event) -> None:
        if isinstance(event, Warned):
            self._stream.write(render_findings([event.finding], self._style) + "\n")

    def close(self) -> None:
        """Nothing is held back."""


def waiting_text(event: Waiting) -> str:
    """Who holds the stack, since when, whether it seems alive, and the id that `fairway unlock` takes."""
    if not event.holder:
        return event.what
    since = f", since {seconds(max(0.0, event.at - event.since))}" if event.since else ""
    return f"{event.what}{since}, renewed {seconds(event.unrenewed)} ago (holder {event.holder})"


def published_text(event: SitePublished, style: Style) -> str:
    """A site's release: what went up, what went, and what its distribution has to forget."""
    if not event.release:
        return f"{event.site}: taken down, {plural(event.removed, 'file')} removed"
    if not (event.uploaded or event.removed or event.invalidated):
        return (
            f"{event.site}: release {event.release} is published, {plural(event.unchanged, 'file')} unchanged"
        )
    did = [f"{Contents(event.uploaded, 'file', bytes=event.size)} uploaded"] if event.uploaded else []
    did += [f"{event.removed} removed"] if event.removed else []
    did += [f"{event.unchanged} unchanged"] if event.unchanged else []
    lines = [f"{style.good(event.site)} release {event.release}: {', '.join(did)}"]
    if event.invalidated:
        paths = ", ".join(event.invalidated[:_PATHS]) + (", …" if len(event.invalidated) > _PATHS else "")
        went = "" if event.settled else ", which goes on in the background"
        lines.append(style.dim(f"  invalidated {paths}{went}"))
    return "\n".join(lines)


def failure_text(event: OperationFailed, style: Style) -> str:
    """A failed operation in full: what, AWS's code and request id, what next."""
    lines = [style.bad(f"  x {event.address}") + f" {event.action} failed: [{event.code}] {event.message}"]
    if event.next:
        lines.append(f"    next: {event.next}")
    return "\n".join(lines)


def finished_text(event: DeploymentFinished, style: Style, fresh: int, command: str = "") -> str:
    """The last line: the result, how many of what, how long, how many calls, and the outputs."""
    is_back = (command, event.result) == ("rollback", "succeeded")
    title = "Rolled back" if is_back else _RESULTS.get(event.result, event.result.capitalize())
    paint = style.good if event.result in _GOOD else style.bad
    details = [f"{count} {Action(action).past}" for action, count in event.counts.items() if count]
    if fresh:
        details.append(f"{plural(fresh, 'artifact')} proved fresh")
    calls = event.calls
    if calls:
        details += [plural(calls.get("reads", 0), "read"), plural(calls.get("writes", 0), "write")]
    detail = f" ({', '.join(details)})" if details else ""
    return f"{paint(title)} in {seconds(event.seconds)}{style.dim(detail)}"
