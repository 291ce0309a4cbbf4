"""What a run of the pipeline tells beside its stacks' own events."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from fairway.model.decision import Kind
from fairway.model.errors import Failed, InvalidDefinition
from fairway.model.events import (
    Approved,
    Decided,
    Event,
    HookFinished,
    OperationFinished,
    PipelineFinished,
    PipelineStarted,
    ResultsPublished,
    RollbackStarted,
    SecretCreated,
    StackDeferred,
    StackFailed,
    StackSkipped,
    TestFinished,
)
from fairway.model.results import PipelineResult
from fairway.report.errors_text import render_error
from fairway.report.style import Style, columns, seconds

_RESULTS: Mapping[PipelineResult, str] = {
    "succeeded": "Done in {seconds}",
    "unchanged": "Nothing to do in {seconds}",
    "failed": "Failed at {stage} after {seconds}",
    "rolled-back": "Failed at {stage} and rolled back, in {seconds}",
    "waiting": "Waiting for approval, after {seconds}",
    "declined": "Declined: nothing more was deployed, after {seconds}",
    "interrupted": "Interrupted at {stage} after {seconds}",
}
_SOURCES = {
    "variable": "created from its variable",
    "generated": "created with a random value",
    "placeholder": "created with a placeholder: put the real value in",
    "typed": "created",
}
_STOPPED_BY = (signal.SIGINT, signal.SIGTERM)
SLOWEST = 5
"""So many operations are named at the end."""
_GOOD: frozenset[PipelineResult] = frozenset({"succeeded", "unchanged"})
_WARNING: frozenset[PipelineResult] = frozenset({"waiting", "declined", "interrupted"})


def pipeline_text(event: Event, style: Style) -> str:
    """The event's lines; empty where it is none of the pipeline's."""
    match event:
        case PipelineStarted():
            return style.bold(f"{event.environment}: {', '.join(event.stacks)}")
        case TestFinished():
            return "\n".join(_test_lines(event, event.name, style))
        case HookFinished():
            return "\n".join(_test_lines(event, f"{event.point}: {event.command}", style))
        case RollbackStarted():
            what = (*(f"the site {name}" for name in event.sites), *event.stacks)
            return style.warning(f"{event.stage} failed: going back with {_listed(what)}")
        case ResultsPublished():
            return "\n".join(_results(event, style))
        case SecretCreated():
            return f"  {style.good('+')} secret {event.key} ({event.name}) {_SOURCES[event.source]}"
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
    return ""


def decision_text(event: Decided, style: Style) -> str:
    """The kind, and below it why."""
    kind = event.decision.kind
    paint = style.dim if kind is Kind.NOTHING else style.bold
    lines = [f"  {event.stack}: {paint(kind.value)}", *(f"    {each}" for each in event.decision.reasons)]
    return "\n".join(lines)


def _test_lines(event: TestFinished | HookFinished, name: str, style: Style) -> Iterator[str]:
    took = seconds(event.seconds)
    if event.code == 0:
        yield f"  {style.good('✓')} {name} {style.dim(f'in {took}')}"
        return
    yield f"  {style.bad('✗')} {name} {_ended(event.code)} after {took}"
    yield from (style.dim(f"    {line}") for line in event.tail.splitlines())
    yield f"    all of its output: {event.log}"


def _ended(code: int | None) -> str:
    """In words; a negative code is the signal that ended it (Python's subprocess)."""
    if code is None:
        return "was stopped"
    return "interrupted" if -code in _STOPPED_BY else f"ended with {code}"


def _error(event: StackFailed) -> Failed | InvalidDefinition:
    if event.findings:
        return InvalidDefinition(event.findings)
    what = f"{event.stack}: {event.message}"
    return Failed(event.code, what, where=event.where, why=event.why, next=event.next)


def pipeline_end(
    event: PipelineFinished, operations: Sequence[OperationFinished], style: Style, *, several: bool
) -> str:
    """Where the time went, by stage and for the slowest operations, and the result."""
    whole = sum(event.stages.values()) or 1.0
    stages = [(name, seconds(spent), f"{spent / whole:.0%}") for name, spent in event.stages.items()]
    slowest = sorted(operations, key=lambda each: each.seconds, reverse=True)[:SLOWEST]
    rows = [
        (f"{each.stack}/{each.address}" if several else each.address, each.action.past, seconds(each.seconds))
        for each in slowest
    ]
    tables = [*columns(stages), *(f"  {line}" for line in columns(rows))]
    return "\n".join(["", *(style.dim(f"  {line}") for line in tables), _result(event, style)])


def _result(event: PipelineFinished, style: Style) -> str:
    paint = style.good if event.result in _GOOD else style.warning if event.result in _WARNING else style.bad
    told = paint(_RESULTS[event.result].format(stage=event.ended_in, seconds=seconds(event.seconds)))
    env = f"--env {event.environment}"
    if event.result == "interrupted":
        return f"{told}\n    next: `fairway run {env}` goes on from what is there"
    if event.result != "waiting":
        return told
    return f"{told}\n    next: `fairway approve {env}`, then `fairway run {env} --from apply`"


def _results(event: ResultsPublished, style: Style) -> Iterator[str]:
    for stack, outputs in event.outputs.items():
        if outputs:
            yield style.bold(stack)
            yield from (
                f"  {line}" for line in columns((name, str(value)) for name, value in outputs.items())
            )
    if event.commands:
        yield style.bold("Try it")
        yield from (f"  {command}" for command in event.commands)
    if event.open_steps:
        yield style.warning("Left to do by hand")
    for step in event.open_steps:
        yield f"  ! {step.name}{f': {step.text}' if step.text else ''}"
        if step.missing:
            yield style.dim(f"    {step.missing}")


def _are(names: tuple[str, ...]) -> str:
    return f"{_listed(names)} {'is' if len(names) == 1 else 'are'}"


def _listed(names: tuple[str, ...]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
