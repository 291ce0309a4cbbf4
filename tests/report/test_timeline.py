"""What a run did in time: bars, the chain that ended last, the table and the picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.test_plan_html import Page

from fairway.model.events import (
    BuildFinished,
    DeploymentFinished,
    DeploymentStarted,
    Event,
    OperationFailed,
    OperationFinished,
    OperationStarted,
    PlanMade,
    StageFinished,
    StageStarted,
    to_json,
)
from fairway.model.plan import Action, Change, Plan
from fairway.report.style import Style
from fairway.report.timeline import Bar, Timeline, timeline
from fairway.report.timeline_svg import tick_step, timeline_page, timeline_svg
from fairway.report.timeline_text import render_times, times_json

QUEUE, FUNCTION = "AWS::SQS::Queue", "AWS::Lambda::Function"
PLAN = Plan(
    "shop",
    "prod",
    (
        Change("Role", "AWS::IAM::Role", Action.CREATE),
        Change("Policy", "AWS::IAM::Policy", Action.UNCHANGED, dependencies=("Role",)),
        Change("Greeter", FUNCTION, Action.CREATE, dependencies=("Policy",)),
        Change("Queue", QUEUE, Action.UPDATE),
    ),
)


def operation(address: str, action: Action, start: float, end: float) -> list[Event]:
    return [
        OperationStarted(start, address, "T", action),
        OperationFinished(end, address, "T", action, end - start),
    ]


def deployed() -> list[Event]:
    """Role, then the function through a policy that needs nothing; a queue beside them."""
    return [
        DeploymentStarted(100.0, "shop", "prod", "deploy", "eu-central-1"),
        StageStarted(100.0, "build"),
        BuildFinished(103.0, "Greeter", 2.5, False, "d", 10),
        BuildFinished(103.0, "Other", 0.0, True, "d", 10),
        StageFinished(103.0, "build", 3.0),
        PlanMade(103.5, PLAN),
        StageStarted(104.0, "apply"),
        *operation("Queue", Action.UPDATE, 104.0, 107.0),
        *operation("Role", Action.CREATE, 104.0, 106.0),
        *operation("Greeter", Action.CREATE, 106.0, 110.0),
        StageFinished(110.0, "apply", 6.0),
        DeploymentFinished(110.0, "succeeded", 10.0, {}, {}, {}),
    ]


def of(events: list[Event]) -> Timeline:
    return timeline([to_json(event) for event in events])


def test_stages_have_their_parts_below_them() -> None:
    found = of(deployed())
    assert found.title == "deploy shop in prod"
    assert found.seconds == 10.0
    assert [(bar.name, bar.kind, bar.start, bar.end) for bar in found.bars] == [
        ("build", "stage", 0.0, 3.0),
        ("Greeter", "build", 0.5, 3.0),
        ("apply", "stage", 4.0, 10.0),
        ("Queue", "update", 4.0, 7.0),
        ("Role", "create", 4.0, 6.0),
        ("Greeter", "create", 6.0, 10.0),
    ]


def test_the_chain_that_ended_last_is_critical_through_what_needed_nothing() -> None:
    assert {bar.name for bar in of(deployed()).bars if bar.critical} == {"Role", "Greeter"}


def test_a_resource_that_was_waited_for_elsewhere_is_not_critical() -> None:
    """The queue ended just before the function began, which does not need it."""
    events = [*deployed()[:7], *operation("Queue", Action.UPDATE, 104.0, 106.0), *deployed()[9:]]
    assert {bar.name for bar in of(events).bars if bar.critical} == {"Role", "Greeter"}


def test_what_failed_or_never_ended_is_told() -> None:
    failed = OperationFailed(105.0, "Role", "T", Action.CREATE, 1.0, "AccessDenied", "no")
    begun = OperationStarted(104.5, "Queue", QUEUE, Action.UPDATE)
    last = StageStarted(104.0, "apply")
    bars = of([last, OperationStarted(104.0, "Role", "T", Action.CREATE), begun, failed]).bars
    assert [(bar.name, bar.result, bar.end) for bar in bars] == [
        ("apply", "started", 1.0),
        ("Role", "failed", 1.0),
        ("Queue", "started", 1.0),
    ]


def test_the_table_gives_seconds_and_shares_slowest_first() -> None:
    assert render_times(of(deployed()), Style()).splitlines() == [
        "   what              time   share",
        "   build             3.0 s  30 %",
        "     Greeter build   2.5 s  25 %",
        "   apply             6.0 s  60 %",
        "*    Greeter create  4.0 s  40 %",
        "     Queue update    3.0 s  30 %",
        "*    Role create     2.0 s  20 %",
        "* the chain of operations that ended last: a faster deploy has to shorten it",
    ]
    assert times_json(of(deployed()))[1] == {
        "name": "Greeter",
        "kind": "build",
        "stage": "build",
        "stack": "",
        "start": 0.5,
        "seconds": 2.5,
        "result": "finished",
        "critical": False,
    }


def test_a_run_without_events_is_an_empty_picture() -> None:
    assert timeline([]).bars == ()
    ET.fromstring(timeline_svg(timeline([])))


bars = st.builds(
    lambda name, start, length, critical: Bar(name, "create", start, start + length, critical=critical),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60),
    st.floats(0, 1000),
    st.floats(0, 1000),
    st.booleans(),
)


@given(st.lists(bars, max_size=8))
def test_every_bar_stays_in_the_picture_whatever_its_name(found: list[Bar]) -> None:
    total = max((bar.end for bar in found), default=0.0)
    drawn = Timeline("<title> & more", total, tuple(found))
    picture = ET.fromstring(timeline_svg(drawn))
    boxes = [box.attrib for box in picture.iter("{http://www.w3.org/2000/svg}rect")]
    assert len(boxes) == len(found)
    assert all(float(box["x"]) >= 300 and float(box["x"]) + float(box["width"]) <= 1000 for box in boxes)
    assert len(Page(timeline_page(drawn)).of("tr", "part")) == len(found)


@pytest.mark.parametrize(
    ("total", "step"), [(0.004, 0.001), (5.0, 1.0), (9.0, 2.0), (33.0, 5.0), (600.0, 100.0)]
)
def test_the_grid_has_eight_lines_at_most(total: float, step: float) -> None:
    assert tick_step(total) == pytest.approx(step)


def test_bars_keep_the_stack_they_belong_to() -> None:
    def moved(event: Event, stack: str) -> dict[str, Any]:
        return {**to_json(event), "stack": stack}

    both = [moved(event, stack) for stack in ("one", "two") for event in deployed()]
    found = timeline(both)
    assert [bar.stack for bar in found.bars if bar.kind == "stage"] == ["one", "two", "one", "two"]
    assert all(bar.stack for bar in found.bars)


def test_the_stages_of_a_pipeline_have_their_tests_and_checks() -> None:
    checked = {"name": "node", "kind": "tool", "result": "failed", "message": "is missing", "seconds": 0.5}
    events: list[dict[str, Any]] = [
        {"event": "PipelineStarted", "at": 0.0, "environment": "prod", "stages": ["checks", "test"]},
        {"event": "PipelineStageStarted", "at": 0.0, "stage": "checks"},
        {"event": "CheckFinished", "at": 1.0, "stage": "checks", "checked": checked},
        {"event": "PipelineStageFinished", "at": 1.0, "stage": "checks", "seconds": 1.0, "ending": "done"},
        {"event": "PipelineStageStarted", "at": 1.0, "stage": "test"},
        {"event": "TestFinished", "at": 4.0, "name": "backend", "seconds": 2.0, "code": 0, "log": "x"},
        {"event": "PipelineStageFinished", "at": 4.0, "stage": "test", "seconds": 3.0, "ending": "done"},
    ]
    found = timeline(events)
    assert found.title == "run in prod"
    assert [(bar.name, bar.kind, bar.start, bar.result) for bar in found.bars] == [
        ("checks", "stage", 0.0, "finished"),
        ("node", "check", 0.5, "failed"),
        ("test", "stage", 1.0, "finished"),
        ("backend", "test", 2.0, "finished"),
    ]
