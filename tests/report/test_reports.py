"""The readers of events: plain lines, JSON lines, the live view."""

from __future__ import annotations

import io
import json

from rich.console import Console

from fairway.model.events import (
    ApplyStarted,
    DeploymentFinished,
    Event,
    OperationFailed,
    OperationFinished,
    OperationProgress,
    OperationSkipped,
    OperationStarted,
    StageFinished,
    StageStarted,
)
from fairway.model.plan import Action
from fairway.report.jsonlines import JsonReport
from fairway.report.live import LiveView
from fairway.report.plain import PlainReport
from fairway.report.style import Style
from fairway.report.terminal import TerminalReport

QUEUE = "AWS::SQS::Queue"
RUN: list[Event] = [
    ApplyStarted(0, operations=3),
    OperationStarted(0, "Orders", QUEUE, Action.CREATE),
    OperationProgress(0.5, "Orders", Action.CREATE, "the name is still taken"),
    OperationFinished(1.2, "Orders", QUEUE, Action.CREATE, 1.2, "https://queue"),
    OperationStarted(1.2, "Role", "AWS::IAM::Role", Action.UPDATE),
    OperationFailed(2, "Role", "AWS::IAM::Role", Action.UPDATE, 0.8, "AccessDenied", "no", "req-1", "ask"),
    OperationSkipped(2, "Job", "AWS::Lambda::Function", Action.CREATE, "Role"),
    DeploymentFinished(2, "failed", 2, {"create": 1}, {"reads": 3, "writes": 2}, {}),
]


def plain(verbose: bool = False) -> str:
    stream = io.StringIO()
    report = PlainReport(stream, Style(), verbose=verbose)
    for event in RUN:
        report(event)
    return stream.getvalue()


def test_plain_lines_are_quiet_and_complete() -> None:
    assert plain().splitlines() == [
        "  + Orders created in 1.2 s",
        "  x Role update failed: [AccessDenied] no",
        "    next: ask",
        "  . Job not created because Role failed",
        "Failed in 2.0 s (1 created, 3 reads, 2 writes)",
    ]


def test_a_resource_that_was_only_renamed_is_said_to_be_moved() -> None:
    stream = io.StringIO()
    moved = OperationFinished(1.2, "Mails", QUEUE, Action.UPDATE, 0.3, "https://queue", "Orders")
    PlainReport(stream, Style(), verbose=False)(moved)
    assert stream.getvalue() == "  ~ Mails moved from Orders in 0.30 s\n"


def test_verbose_says_what_is_waited_for() -> None:
    assert "    Orders waits: the name is still taken" in plain(verbose=True)


def test_json_is_one_object_per_event() -> None:
    stream = io.StringIO()
    report = JsonReport(stream)
    for event in RUN:
        report(event)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [type(event).__name__ for event in RUN]
    assert lines[3]["action"] == "create"


def test_the_live_view_shows_what_runs_what_it_waits_for_and_what_is_left() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=100)
    view = LiveView(console, clock=lambda: 3.0)
    for event in RUN[:3]:
        view(event)
    console.print(view.render())
    shown = stream.getvalue()
    assert "+ Orders" in shown
    assert "the name is still taken" in shown
    assert "0 of 3 done, 1 under way" in shown
    view.close()


def test_a_terminal_gets_a_table_of_times_and_every_failure() -> None:
    stream = io.StringIO()
    report = TerminalReport(stream, Style(), verbose=False)
    for event in RUN:
        report(event)
    report.close()
    shown = stream.getvalue()
    assert "Orders" in shown
    assert "1.2 s" in shown
    assert "x Role update failed" in shown
    assert "Failed in 2.0 s" in shown


def test_a_terminal_shows_the_stage_under_way_until_something_else_is_shown() -> None:
    stream = io.StringIO()
    report = TerminalReport(stream, Style(colour=True), verbose=False)
    report(StageStarted(0, "read"))
    assert stream.getvalue().endswith("reading the definition …\x1b[0m")
    report(StageFinished(1, "read", 1))
    assert stream.getvalue().endswith("\r\x1b[2K")
    report(StageStarted(1, "build"))
    report(StageStarted(1, "refresh"))
    report(StageFinished(1, "refresh", 0))
    assert stream.getvalue().endswith("\r\x1b[2K\x1b[2mbuilding …\x1b[0m")
    report.close()
    assert stream.getvalue().endswith("\r\x1b[2K")


def test_stages_are_not_shown_where_nothing_can_be_taken_away() -> None:
    stream = io.StringIO()
    report = TerminalReport(stream, Style(), verbose=False)
    report(StageStarted(0, "read"))
    assert stream.getvalue() == ""
