"""A run of several stacks as people read it."""

from __future__ import annotations

import io

from fairway.model.decision import Decision, Kind
from fairway.model.errors import Finding
from fairway.model.events import (
    Approved,
    Decided,
    DeploymentFinished,
    DeploymentStarted,
    Event,
    HookFinished,
    OpenStep,
    OperationFinished,
    OperationSkipped,
    OperationStarted,
    PipelineFinished,
    PipelineStageFinished,
    PipelineStageStarted,
    PipelineStarted,
    PlanMade,
    ResultsPublished,
    RollbackStarted,
    StackDeferred,
    StackFailed,
    StackSkipped,
    TestFinished,
    Warned,
)
from fairway.model.plan import Action, Change, Plan
from fairway.report.plain import PlainReport
from fairway.report.style import Style
from fairway.report.terminal import TerminalReport

BOTH = PipelineStarted(0, "prod", ("plan",), ("data", "backend"))
CREATED = OperationFinished(2, "Orders", "AWS::DynamoDB::Table", Action.CREATE, 7.0, stack="data")


def lines(*events: Event) -> list[str]:
    stream = io.StringIO()
    report = PlainReport(stream, Style(), verbose=False)
    for event in events:
        report(event)
    return stream.getvalue().splitlines()


def test_each_line_says_whose_it_is_where_there_are_several() -> None:
    assert lines(BOTH, CREATED)[-1] == "data    |   + Orders created in 7.0 s"
    alone = PipelineStarted(0, "prod", ("plan",), ("data",))
    assert lines(alone, CREATED) == ["prod: data", "  + Orders created in 7.0 s"]


def test_a_plan_that_is_made_again_is_shown_once() -> None:
    made = [PlanMade(0, Plan(stack, "prod", ()), stack=stack) for stack in ("data", "backend")]
    assert len(lines(*made, *made)) == 2
    remade = PlanMade(0, Plan("data", "prod", (), serial=2), stack="data")
    assert len(lines(*made, remade)) == 2, "it says the same"
    more = Change("Orders", "AWS::DynamoDB::Table", Action.UNCHANGED)
    other = PlanMade(0, Plan("data", "prod", (more,)), stack="data")
    assert len(lines(*made, other)) == 3


def test_what_the_pipeline_itself_tells() -> None:
    assert lines(
        TestFinished(0, "backend", 1.2, 0, "/logs/backend.log"),
        TestFinished(0, "web", 1.2, 1, "/logs/web.log", "one\ntwo"),
        TestFinished(0, "slow", 60, None, "/logs/slow.log"),
        TestFinished(0, "unit", 1.2, -15, "/logs/unit.log"),
        HookFinished(0, "before_build", "make ${x}", 0.5, 0, "/logs/h.log"),
        Decided(0, Decision(Kind.CODE, ("Upload: the code changed",), ("Upload",)), stack="data"),
        StackDeferred(0, ("data", "auth"), stack="backend"),
        StackSkipped(0, "data", stack="backend"),
        StackFailed(0, "plan.stale", "it changed", "", "why so", "plan again", stack="data"),
        RollbackStarted(0, "verify", ("backend", "data"), ("web",)),
    ) == [
        "  ✓ backend in 1.2 s",
        "  ✗ web ended with 1 after 1.2 s",
        "    one",
        "    two",
        "    all of its output: /logs/web.log",
        "  ✗ slow was stopped after 1 min 00 s",
        "    all of its output: /logs/slow.log",
        "  ✗ unit interrupted after 1.2 s",
        "    all of its output: /logs/unit.log",
        "  ✓ before_build: make ${x} in 0.50 s",
        "  data: code",
        "    Upload: the code changed",
        "  backend is planned when data and auth are deployed: it takes what is new there",
        "  . backend left as it is, because of data",
        "error [plan.stale] data: it changed",
        "    why:  why so",
        "    next: plan again",
        "verify failed: going back with the site web, backend and data",
    ]
    [approved] = lines(Approved(0, "ada@example", "0123456789abcdef", 0, stack="data"))
    assert approved.startswith("  data approved by ada@example, ")
    assert approved.endswith("(plan 0123456789ab)")


def test_what_a_stop_has_kept_from_being_begun_is_one_line() -> None:
    skipped = [OperationSkipped(0, name, "AWS::SQS::Queue", Action.CREATE, "") for name in "abc"]
    failed = OperationSkipped(0, "d", "AWS::SQS::Queue", Action.CREATE, "e")
    ended = DeploymentFinished(0, "interrupted", 2, {}, {}, {})
    assert lines(*skipped, failed, ended) == [
        "  . d not created because e failed",
        "  . 3 operations not begun because the run was stopped",
        "Interrupted in 2.0 s",
    ]


def test_stages_that_find_the_same_thing_warn_once() -> None:
    warned = Warned(0, Finding("local.emptied", "nothing is left", severity="warning"), stack="data")
    alone = PipelineStarted(0, "prod", ("plan",), ("data",))
    assert sum("local.emptied" in line for line in lines(alone, warned, warned)) == 1
    assert sum("local.emptied" in line for line in lines(warned, warned)) == 2, "a watch may find it again"


def test_an_interrupted_run_says_how_to_go_on() -> None:
    [*_, result, follow_up] = lines(PipelineFinished(0, "prod", "interrupted", 2, "apply", {}, {}))
    assert result == "Interrupted at apply after 2.0 s"
    assert follow_up == "    next: `fairway run --env prod` goes on from what is there"


def test_a_stage_is_named_above_what_it_says_and_not_where_it_says_nothing() -> None:
    stages = [
        PipelineStageStarted(0, "checks"),
        PipelineStageFinished(0, "checks", 1.5, "nothing"),
        PipelineStageStarted(0, "test"),
        TestFinished(0, "unit", 1.2, 0, "/logs/unit.log"),
        TestFinished(0, "web", 1.2, 0, "/logs/web.log"),
        PipelineStageFinished(0, "test", 1.5, "done"),
        PipelineStageStarted(0, "apply"),
        PipelineStageFinished(1, "apply", 0.5, "failed"),
        PipelineFinished(9, "prod", "failed", 2.0, "apply", {}, {}),
    ]
    assert lines(*stages) == [
        "test",
        "  ✓ unit in 1.2 s",
        "  ✓ web in 1.2 s",
        "",
        "Failed at apply after 2.0 s",
    ]


def test_what_was_gone_back_to_is_not_called_deployed() -> None:
    started = DeploymentStarted(0, "data", environment="prod", command="rollback", region="eu-central-1")
    ended = DeploymentFinished(3, "succeeded", 3, {"update": 1}, {}, {}, stack="data")
    assert lines(started, ended) == ["Rolled back in 3.0 s (1 updated)"]


def test_on_a_terminal_the_stage_is_shown_while_it_says_nothing() -> None:
    stream = io.StringIO()
    report = TerminalReport(stream, Style(colour=True), verbose=False)
    report(PipelineStageStarted(0, "test"))
    assert stream.getvalue().endswith("\x1b[2mtest …\x1b[0m")
    report(TestFinished(0, "unit", 1.2, 0, "/logs/unit.log"))
    report(PipelineStageFinished(0, "test", 1.5, "done"))
    assert not stream.getvalue().endswith("…\x1b[0m")


def test_the_end_says_where_the_time_went() -> None:
    slower = OperationFinished(
        2, "Site", "AWS::CloudFront::Distribution", Action.CREATE, 70.0, stack="backend"
    )
    ended = PipelineFinished(9, "prod", "succeeded", 80.0, "publish", {"build": 20.0, "apply": 60.0}, {})
    told = lines(BOTH, CREATED, slower, ended)
    assert told[-6:] == [
        "",
        "  build  20 s        25%",
        "  apply  1 min 00 s  75%",
        "    backend/Site  created  1 min 10 s",
        "    data/Orders   created  7.0 s",
        "Done in 1 min 20 s",
    ]
    [*_, waiting, next_step] = lines(PipelineFinished(9, "prod", "waiting", 2.0, "approve", {}, {}))
    assert waiting == "Waiting for approval, after 2.0 s"
    assert next_step == "    next: `fairway approve --env prod`, then `fairway run --env prod --from apply`"
    [*_, back] = lines(PipelineFinished(9, "prod", "rolled-back", 2.0, "verify", {}, {}))
    assert back == "Failed at verify and rolled back, in 2.0 s"


def test_results_are_outputs_and_what_is_left_to_people() -> None:
    steps = (OpenStep("Lex bot", "add the function", "no such alias"), OpenStep("Connect", ""))
    assert lines(
        ResultsPublished(0, {"data": {"Url": "https://a"}, "backend": {}}, steps, ("curl https://a",))
    ) == [
        "data",
        "  Url  https://a",
        "Try it",
        "  curl https://a",
        "Left to do by hand",
        "  ! Lex bot: add the function",
        "    no such alias",
        "  ! Connect",
    ]


def test_on_a_terminal_one_line_shows_what_is_under_way() -> None:
    stream = io.StringIO()
    report = TerminalReport(stream, Style(colour=True), verbose=False)
    started = [
        OperationStarted(1, "Orders", "AWS::DynamoDB::Table", Action.CREATE, stack="data"),
        OperationStarted(1, "Api", "AWS::ApiGateway::RestApi", Action.CREATE, stack="backend"),
    ]
    for event in (BOTH, *started):
        report(event)
    assert "under way: data/Orders, backend/Api …" in stream.getvalue()
    report(CREATED)
    assert stream.getvalue().endswith("\x1b[2munder way: backend/Api …\x1b[0m")
    report(DeploymentFinished(3, "failed", 3, {}, {}, {}, stack="backend"))
    report.close()
    assert not stream.getvalue().endswith("…\x1b[0m")
