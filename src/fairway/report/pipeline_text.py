"""What a run of the pipeline tells beside its stacks' own events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fairway.model.decision import Kind
from fairway.model.errors import Failed, InvalidDefinition
from fairway.model.events import (
    Approved,
    Decided,
    Event,
    PipelineFinished,
    PipelineStageFinished,
    PipelineStarted,
    StackDeferred,
    StackFailed,
    StackSkipped,
    TestFinished,
)
from fairway.report.errors_text import render_error
from fairway.report.style import Style, columns, seconds

_RESULTS = {
    "succeeded": "Done",
    "unchanged": "Nothing to do",
    "failed": "Failed",
    "rolled-back": "Failed and rolled back",
    "waiting": "Waiting for approval",
    "declined": "Not deployed",
    "interrupted": "Interrupted",
}
_GOOD = frozenset({"succeeded", "unchanged"})
_WARNING = frozenset({"waiting", "declined", "interrupted"})


def pipeline_text(event: Event, style: Style) -> str:
    """The event's lines; empty where it is none of the pipeline's."""
    match event:
        case PipelineStarted():
            return style.bold(f"{event.environment}: {', '.join(event.stacks)}")
        case PipelineStageFinished():
            return style.dim(f"{event.stage} took {seconds(event.seconds)}")
        case TestFinished():
            return "\n".join(_test_lines(event, style))
        case Decided():
            return decision_text(event, style)
        case StackDeferred():
            return f"  {event.stack} is planned when {_are(event.after)} deployed: it takes what is new there"
        case StackSkipped():
            return style.dim(f"  . {event.stack} left as it is, because of {event.because}")
        case StackFailed():
            return render_error(_error(event), style)
        case Approved():
            when = datetime.fromtimestamp(event.since).strftime("%Y-%m-%d %H:%M:%S")
            return f"  {event.stack} approved by {event.who}, {when} (plan {event.digest[:12]})"
        case PipelineFinished():
            return "\n".join(_end(event, style))
    return ""


def decision_text(event: Decided, style: Style) -> str:
    """The kind, and below it why."""
    kind = event.decision.kind
    paint = style.dim if kind is Kind.NOTHING else style.bold
    lines = [f"  {event.stack}: {paint(kind.value)}", *(f"    {each}" for each in event.decision.reasons)]
    return "\n".join(lines)


def _test_lines(event: TestFinished, style: Style) -> Iterator[str]:
    took = seconds(event.seconds)
    if event.code == 0:
        yield f"  {style.good('✓')} {event.name} {style.dim(f'in {took}')}"
        return
    ended = f"ended with {event.code}" if event.code is not None else "was stopped"
    yield f"  {style.bad('x')} {event.name} {ended} after {took}"
    yield from (style.dim(f"    {line}") for line in event.tail.splitlines())
    yield f"    all of its output: {event.log}"


def _error(event: StackFailed) -> Failed | InvalidDefinition:
    if event.findings:
        return InvalidDefinition(event.findings)
    what = f"{event.stack}: {event.message}"
    return Failed(event.code, what, where=event.where, why=event.why, next=event.next)


def _end(event: PipelineFinished, style: Style) -> Iterator[str]:
    """The result, and where the time went."""
    yield ""
    whole = sum(event.stages.values()) or 1.0
    rows = [(name, seconds(spent), f"{spent / whole:.0%}") for name, spent in event.stages.items()]
    yield from (style.dim(f"  {line}") for line in columns(rows))
    paint = style.good if event.result in _GOOD else style.warning if event.result in _WARNING else style.bad
    title = _RESULTS.get(event.result, event.result)
    where = "" if event.result in _GOOD else f" at {event.ended_in}"
    yield f"{paint(title)}{where} in {seconds(event.seconds)}"


def _are(names: tuple[str, ...]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last} are" if first else f"{last} is"
