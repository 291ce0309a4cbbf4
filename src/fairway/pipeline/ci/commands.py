"""The commands that a CI system runs. They are the same as on a laptop, and for every system."""

from __future__ import annotations

from fairway import __version__
from fairway.pipeline.ci.lanes import Flow, Lane

PACKAGE = f'python -m pip install "fairway=={__version__}"'


def preparation(flow: Flow) -> tuple[str, ...]:
    """What puts Fairway, and what the project's tests need, on a fresh machine."""
    return (flow.settings.install or PACKAGE, *flow.settings.prepare)


def test(lane: Lane) -> str:
    """The project's tests; needs no credentials."""
    return f"fairway run --env {lane.environment} --from test --to test"


def plan(lane: Lane, *, tested: bool) -> str:
    """Everything that changes nothing; without the tests where another job has run them."""
    return f"fairway run --env {lane.environment} --to plan{' --skip test' if tested else ''}"


def deploy(lane: Lane, *, planned: bool) -> str:
    """The whole pipeline; from `apply` on where another job has made the plan and somebody approved it."""
    return f"fairway run --env {lane.environment}{' --from apply' if planned else ''} --yes"


def approve(lane: Lane) -> str:
    """Notes who let this job go ahead, or refuses when nobody had to."""
    return f"fairway ci approve --env {lane.environment}"


def summary(lane: Lane) -> str:
    """What the run planned and did, as Markdown."""
    return f"fairway ci summary --env {lane.environment}"


def comment(lane: Lane) -> str:
    """The same as a comment on the pull or merge request, one and the same each time."""
    return f"fairway ci comment --env {lane.environment}"


def run_folder(flow: Flow, lane: Lane) -> str:
    """Where a run leaves its plans, logs and times, from the repository's folder."""
    return f"{flow.prefix}.fairway/runs/{lane.environment}"
