"""How a rollout is told: before, while it goes on, and afterwards."""

from __future__ import annotations

import io

import pytest

from fairway.model.deployment import Deployment, Origin
from fairway.model.events import TrafficShifted, to_json
from fairway.model.plan import Action, Change, Plan
from fairway.model.rollout import Rollout, canary
from fairway.report.history_text import render_deployment
from fairway.report.plain import PlainReport
from fairway.report.plan_text import render_plan
from fairway.report.stack_text import render_events
from fairway.report.style import Style
from fairway.report.terminal import TerminalReport

ALIAS = "AWS::Lambda::Alias"
TOLD = [
    (TrafficShifted(0, "Live", "2", 10, 300.0), "10 % of the traffic at version 2 for 5 min"),
    (TrafficShifted(300, "Live", "2", 100), "all traffic at version 2"),
    (TrafficShifted(310, "Live", "1", 100, returned=True), "all traffic is back at version 1"),
]


def test_the_plan_says_how_it_goes_live() -> None:
    rollout = Rollout(canary(10, 300), ("Errors",))
    plan = Plan("shop", "local", (Change("Live", ALIAS, Action.UPDATE, rollout=rollout),))
    text = render_plan(plan, Style(), detailed=False)
    assert "      goes live: shifts 10 % for 5 min, then all; alarms: Errors" in text.splitlines()


@pytest.mark.parametrize(("event", "words"), TOLD)
@pytest.mark.parametrize("report", [PlainReport, TerminalReport])
def test_each_shift_is_a_line(
    report: type[PlainReport] | type[TerminalReport], event: TrafficShifted, words: str
) -> None:
    stream = io.StringIO()
    report(stream, Style(), verbose=False)(event)
    assert stream.getvalue() == f"  ~ Live {words}\n"


def test_it_can_be_read_afterwards() -> None:
    events = [to_json(event) for event, _ in TOLD]
    deployment = Deployment(3, "deploy", Origin(), 0, "lineage", 2, result="failed", events=events)
    shown, told = render_deployment(deployment, 0, Style()), render_events(events, Style())
    for _, words in TOLD:
        assert f"Live  {words}" in shown
        assert f"Live {words}" in told
