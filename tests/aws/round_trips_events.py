"""Round trips of what starts things: rules, schedules, workflows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World

TAGS = [{"Key": "team", "Value": "rays"}]


def _targets(world: World) -> list[Mapping[str, Any]]:
    return [
        {"Id": f"t{number}", "Arn": world.function.attributes["Arn"], "Input": f'{{"n": {number}}}'}
        for number in range(3)
    ]


EVENTS: tuple[Row, ...] = (
    Row("schedule", "AWS::Events::Rule", {"ScheduleExpression": "rate(1 minute)"}, {"State": "DISABLED"}),
    Row(
        "pattern",
        "AWS::Events::Rule",
        lambda w: {
            "Description": "rays arrive",
            "EventPattern": {"source": ["rays"], "detail": {"kind": [{"prefix": "x"}]}},
            "Targets": [
                *_targets(w),
                {
                    "Id": "queue",
                    "Arn": w.queue.attributes["Arn"],
                    "InputTransformer": {"InputPathsMap": {"k": "$.detail"}, "InputTemplate": '{"k": <k>}'},
                    "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60},
                    "DeadLetterConfig": {"Arn": w.queue.attributes["Arn"]},
                },
            ],
            "Tags": TAGS,
        },
        lambda w: {
            "Description": None,
            "EventPattern": {"source": ["beams"]},
            "Targets": _targets(w)[1:],
            "Tags": [{"Key": "team", "Value": "beams"}],
        },
    ),
)


def _allowing(*actions: str) -> Mapping[str, Any]:
    """A policy of a bus that lets another account do these things."""
    statement = {
        "Sid": "other",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": list(actions),
        "Resource": "arn:aws:events:us-east-1:123456789012:event-bus/rays",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


BUSES: tuple[Row, ...] = (
    Row("plain", "AWS::Events::EventBus", {"Name": "beams"}, {"Description": "of beams"}),
    Row(
        "all",
        "AWS::Events::EventBus",
        lambda w: {
            "Name": "rays",
            "Description": "of rays",
            "KmsKeyIdentifier": "alias/rays",
            "DeadLetterConfig": {"Arn": w.queue.attributes["Arn"]},
            "LogConfig": {"Level": "ERROR", "IncludeDetail": "FULL"},
            "Policy": _allowing("events:PutEvents"),
            "Tags": TAGS,
        },
        {
            "Description": None,
            "KmsKeyIdentifier": None,
            "DeadLetterConfig": None,
            "LogConfig": None,
            "Policy": _allowing("events:PutEvents", "events:PutRule"),
            "Tags": [{"Key": "team", "Value": "beams"}],
        },
    ),
    Row(
        "open",
        "AWS::Events::EventBus",
        {"Name": "lamps", "Policy": _allowing("events:PutEvents")},
        {"Policy": None},
    ),
)


def workflow(text: str) -> dict[str, Any]:
    """A state machine of one state that passes a text on."""
    return {"StartAt": "Say", "States": {"Say": {"Type": "Pass", "Result": text, "End": True}}}


STATES: tuple[Row, ...] = (
    Row(
        "text",
        "AWS::StepFunctions::StateMachine",
        lambda w: {"RoleArn": w.states_role, "DefinitionString": json.dumps(workflow("one"), indent=2)},
        {"DefinitionString": json.dumps(workflow("two"))},
    ),
    Row(
        "all",
        "AWS::StepFunctions::StateMachine",
        lambda w: {
            "RoleArn": w.states_role,
            "Definition": workflow("one"),
            "StateMachineType": "EXPRESS",
            "LoggingConfiguration": {
                "Level": "ERROR",
                "IncludeExecutionData": True,
                "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": f"{w.log_group_arn}:*"}}],
            },
            "TracingConfiguration": {"Enabled": True},
            "Tags": TAGS,
        },
        {
            "Definition": workflow("two"),
            "LoggingConfiguration": None,
            "TracingConfiguration": None,
            "Tags": [{"Key": "team", "Value": "beams"}],
        },
    ),
)

ACTIVITIES: tuple[Row, ...] = (
    Row("plain", "AWS::StepFunctions::Activity"),
    Row(
        "all",
        "AWS::StepFunctions::Activity",
        {
            "Name": "convert-rays",
            "EncryptionConfiguration": {
                "Type": "CUSTOMER_MANAGED_KMS_KEY",
                "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/rays",
                "KmsDataKeyReusePeriodSeconds": 600,
            },
            "Tags": TAGS,
        },
        {"Tags": [{"Key": "team", "Value": "beams"}]},
    ),
)

ROWS = (*EVENTS, *BUSES, *STATES, *ACTIVITIES)
