"""What those who do not watch a run are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from fairway.model.deployment import Origin
from fairway.model.errors import Cause, Finding, InvalidDefinition, cause_of
from fairway.model.events import (
    ApplyStarted,
    DeploymentFinished,
    DeploymentStarted,
    Event,
    OperationFailed,
    OperationFinished,
    PipelineFinished,
    PlanMade,
    to_json,
)
from fairway.model.news import News
from fairway.model.plan import Action, Change, Drift, DriftedProperty, Plan
from fairway.model.results import DeploymentResult
from fairway.report.news import About, drift_news, news_of

ABOUT = About("shop", "prod", Origin("ana@host", "https://ci/run/7", "0123456789abcdef"))
BY = ("by ana@host, commit 01234567", "https://ci/run/7")


def told(*events: Event | dict[str, Any]) -> list[News]:
    """All news of a run, in their order."""
    plain = [event if isinstance(event, dict) else to_json(event) for event in events]
    found = (news_of(plain[: end + 1], ABOUT) for end in range(len(plain)))
    return [news for news in found if news]


def started(command: str = "deploy") -> Event:
    return DeploymentStarted(0.0, "shop", "prod", command, "eu-central-1")


def finished(result: DeploymentResult, error: str = "") -> Event:
    return DeploymentFinished(12.0, result, 12.0, {}, {}, {}, error)


def made(count: int) -> Sequence[Event]:
    return [
        OperationFinished(5.0, f"Queue{at}", "AWS::SQS::Queue", Action.CREATE, 1.0) for at in range(count)
    ]


DENIED = OperationFailed(
    5.0, "Table", "T", Action.CREATE, 1.0, "AccessDenied", "not allowed", next="allow it"
)


def test_a_deploy_tells_when_it_begins_to_change_something_and_what_it_did() -> None:
    begun, ended = told(started(), ApplyStarted(1.0, 3), *made(2), finished("succeeded"))
    assert begun == News("started", "shop: deploy in prod has begun", BY)
    assert ended == News(
        "succeeded", "shop: deployed to prod in 12 s", ("2 created", "+ Queue0", "+ Queue1", *BY)
    )


def test_long_lists_are_cut() -> None:
    [_, ended] = told(started(), ApplyStarted(1.0, 30), *made(30), finished("succeeded"))
    assert len(ended.lines) == 1 + 10 + 1 + 2
    assert "… and 20 more" in ended.lines


@pytest.mark.parametrize(
    "events",
    [
        [started("plan"), finished("planned")],
        [started("drift"), finished("compared")],
        [started(), ApplyStarted(1.0, 0), finished("unchanged")],
        [started(), finished("declined")],
    ],
)
def test_what_changes_nothing_is_no_news(events: list[Event]) -> None:
    assert told(*events) == []


def test_a_failure_names_its_cause_and_what_to_do() -> None:
    ended = told(started(), DENIED, finished("failed"))[-1]
    assert (ended.kind, ended.title) == ("failed", "shop: deploy in prod failed in 12 s")
    assert ended.lines[:2] == ("Table create failed: [AccessDenied] not allowed", "next: allow it")


def test_a_failure_outside_of_any_operation_is_told_too() -> None:
    assert "the lease was lost" in told(started(), finished("failed", "the lease was lost"))[-1].lines
    assert "was stopped" in told(started(), finished("interrupted"))[-1].title


def test_a_rollback_after_a_failure_is_told_apart() -> None:
    kinds = [
        news.kind
        for news in told(started(), DENIED, finished("failed"), started("rollback"), finished("succeeded"))
    ]
    assert kinds == ["failed", "rolled-back"]


PIPELINE = {"event": "PipelineStarted", "at": 0.0, "stages": ["test", "apply"], "environment": "prod"}


def piped(result: str) -> dict[str, Any]:
    return {"event": "PipelineFinished", "at": 30.0, "result": result, "seconds": 30.0}


def test_in_a_pipeline_its_own_beginning_and_end_are_told_alone() -> None:
    inner = [started(), ApplyStarted(1.0, 2), *made(2), finished("succeeded")]
    begun, ended = told(PIPELINE, *inner, *inner, piped("succeeded"))
    assert begun.title == "shop: run in prod has begun"
    assert ended.title == "shop: deployed to prod in 30 s"
    assert ended.lines[0] == "4 created"


def test_a_pipeline_without_an_apply_has_not_begun_to_deploy() -> None:
    assert told({**PIPELINE, "stages": ["test"]}) == []


def test_what_ended_the_last_stage_is_the_cause() -> None:
    error = Cause("test.failed", "backend failed", why="it ended with 1", next="correct it")
    ended = told(PIPELINE, PipelineFinished(9.0, "prod", "failed", 9.0, "test", {}, {}, error))[-1]
    assert ended.lines[:2] == ("[test.failed] backend failed: it ended with 1", "next: correct it")
    assert "nothing was changed" in ended.lines


def test_every_mistake_of_a_definition_is_a_cause_and_told_once() -> None:
    mistakes = (Finding("template.unknown-key", "Foo means nothing"), Finding("template.ref", "no Bar"))
    error = cause_of(InvalidDefinition(mistakes))
    alone = PipelineFinished(9.0, "prod", "failed", 9.0, "plan", {}, {}, error)
    [_, ended] = told(PIPELINE, started(), finished("failed", error="2 mistakes"), alone)
    assert ended.lines[:3] == (
        "[definition.invalid] 2 mistakes in the definition",
        "[template.unknown-key] Foo means nothing",
        "[template.ref] no Bar",
    )
    assert "2 mistakes" not in ended.lines


def test_an_approval_is_asked_for_with_what_would_be_done() -> None:
    plan = Plan("shop", "prod", (Change("A", "T", Action.CREATE), Change("B", "T", Action.UNCHANGED)))
    asked = told(PIPELINE, PlanMade(2.0, plan), piped("waiting"))[-1]
    assert asked.kind == "approval"
    assert asked.lines[:2] == ("shop: 1 to create", "Approve it with: fairway approve --env prod")


def test_a_rolled_back_pipeline_says_so_with_its_cause() -> None:
    back = [started("rollback"), finished("succeeded")]
    ended = told(PIPELINE, started(), DENIED, finished("failed"), *back, piped("rolled-back"))[-1]
    assert ended.kind == "rolled-back"
    assert ended.title.startswith("shop: run in prod failed")
    assert "what it did was rolled back" in ended.title
    assert "AccessDenied" in ended.lines[0]


def test_a_pipeline_of_which_only_a_part_was_rolled_back_has_failed() -> None:
    back = [started("rollback"), finished("succeeded")]
    ended = told(PIPELINE, started(), DENIED, finished("failed"), *back, piped("failed"))[-1]
    assert (ended.kind, "rolled back" in ended.title) == ("failed", False)


def test_drift_is_told_by_resource_and_so_is_its_end() -> None:
    drift = [
        Drift("Queue", "AWS::SQS::Queue", "q", (DriftedProperty("DelaySeconds", 1, 2),)),
        Drift("Topic", "AWS::SNS::Topic", "t", deleted=True),
    ]
    assert drift_news(drift, ABOUT) == News(
        "drift",
        "shop in prod: 2 resources changed outside Fairway",
        ("Queue (AWS::SQS::Queue): DelaySeconds", "Topic (AWS::SNS::Topic): deleted"),
    )
    assert "nothing differs" in drift_news([], ABOUT).title
