"""Round trips of what happens at a time or for an event: schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World

SCHEDULER_TRUST: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def _role(world: World) -> str:
    role = world.once("SchedulerRole", "AWS::IAM::Role", {"AssumeRolePolicyDocument": SCHEDULER_TRUST})
    return str(role.attributes["Arn"])


def _target(world: World, **more: Any) -> Mapping[str, Any]:
    return {"Arn": world.queue.attributes["Arn"], "RoleArn": _role(world), **more}


SCHEDULER = (
    Row(
        "plain",
        "AWS::Scheduler::Schedule",
        lambda w: {
            "ScheduleExpression": "rate(1 hour)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": _target(w),
        },
        {"ScheduleExpression": "rate(2 hours)"},
    ),
    Row(
        "all",
        "AWS::Scheduler::Schedule",
        lambda w: {
            "Description": "every working day",
            "ScheduleExpression": "cron(0 9 ? * MON-FRI *)",
            "ScheduleExpressionTimezone": "Europe/Berlin",
            "StartDate": "2099-01-01T00:00:00.000Z",
            "EndDate": "2099-12-31T12:00:00+01:00",
            "State": "DISABLED",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
            "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/rays",
            "GroupName": "default",
            "Target": _target(
                w,
                Input='{"ray": 1}',
                RetryPolicy={"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 600},
                DeadLetterConfig={"Arn": w.queue.attributes["Arn"]},
            ),
        },
        lambda w: {
            "Description": None,
            "ScheduleExpressionTimezone": None,
            "State": None,
            "EndDate": None,
            "KmsKeyArn": None,
            "Target": _target(w, Input='{"ray": 2}'),
        },
    ),
)

ROWS = (*SCHEDULER,)
