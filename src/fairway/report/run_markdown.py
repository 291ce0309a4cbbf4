"""A run of the pipeline as Markdown: for a job's page, and as the comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fairway.model.plan import Plan
from fairway.model.results import Ending
from fairway.report.plan_markdown import GITHUB_LIMIT, render_plan_markdown

_SIGNS: Mapping[Ending, str] = {
    "done": "✅",
    "nothing": "➖",
    "waiting": "⏸",
    "failed": "❌",
    "interrupted": "❌",
    "declined": "❌",
}


@dataclass(frozen=True)
class RunSummary:
    """What there is to say of a run: how its stages ended and in how many seconds, by name; its plans.

    `deferred` are the stacks that are planned later, with those on whose outputs they wait.
    """

    environment: str
    stages: Mapping[str, tuple[Ending, float]] = field(default_factory=dict)
    plans: Sequence[Plan] = ()
    deferred: Mapping[str, Sequence[str]] = field(default_factory=dict)


def render_run_markdown(summary: RunSummary, limit: int = GITHUB_LIMIT) -> str:
    """The text, of `limit` characters at most."""
    head = "\n".join(_head(summary)) + "\n"
    plans = render_plan_markdown(summary.plans, limit - len(head)) if summary.plans else ""
    return head + plans


def _head(summary: RunSummary) -> Iterator[str]:
    yield f"## Fairway: {summary.environment}\n"
    if not summary.stages:
        yield "Nothing has run.\n"
        return
    yield f"| {' | '.join(summary.stages)} |"
    yield f"|{' --- |' * len(summary.stages)}"
    yield f"| {' | '.join(_stage(*each) for each in summary.stages.values())} |\n"
    for stack, after in summary.deferred.items():
        yield f"- {stack} is planned once {' and '.join(after)} is there: it takes what that one puts out\n"


def _stage(result: Ending, seconds: float) -> str:
    return f"{_SIGNS.get(result, '')} {result}, {seconds:.1f} s"
