"""Round trips of what watches: alarms, dashboards, filters of logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.aws.round_trips import Row
from tests.aws.world import World

ERRORS: Mapping[str, Any] = {
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
}
LINK = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "rays"}}


def _expression(text: str) -> list[dict[str, object]]:
    metric = {"Namespace": "rays", "MetricName": "Converted"}
    return [
        {"Id": "all", "Expression": text, "ReturnData": True},
        {"Id": "a", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
    ]


def _in_alarm(world: World) -> str:
    return f"ALARM({world.once('Watched', 'AWS::CloudWatch::Alarm', ERRORS).identifier})"


CLOUDWATCH = (
    Row("plain", "AWS::CloudWatch::Alarm", ERRORS, {"Threshold": 3}),
    Row(
        "all",
        "AWS::CloudWatch::Alarm",
        lambda w: {
            **ERRORS,
            "AlarmDescription": "it failed",
            "AlarmActions": [w.topic.identifier],
            "OKActions": [w.topic.identifier],
            "ActionsEnabled": False,
            "DatapointsToAlarm": 1,
            "Dimensions": [{"Name": "FunctionName", "Value": "f"}, {"Name": "Resource", "Value": "f:live"}],
            "TreatMissingData": "notBreaching",
            "Unit": "Count",
            "Tags": [{"Key": "team", "Value": "rays"}],
        },
        {
            "AlarmDescription": None,
            "OKActions": None,
            "ActionsEnabled": None,
            "TreatMissingData": None,
            "Tags": [{"Key": "team", "Value": "beams"}],
        },
    ),
    Row(
        "percentile",
        "AWS::CloudWatch::Alarm",
        {
            **{name: value for name, value in ERRORS.items() if name != "Statistic"},
            "ExtendedStatistic": "p95",
            "EvaluateLowSampleCountPercentile": "ignore",
        },
        {"ExtendedStatistic": "p99"},
    ),
    Row(
        "expression",
        "AWS::CloudWatch::Alarm",
        {
            "Metrics": _expression("a * 2"),
            "EvaluationPeriods": 2,
            "Threshold": 1.5,
            "ComparisonOperator": "LessThanThreshold",
        },
        {"Metrics": _expression("a * 3")},
    ),
    Row(
        "composite",
        "AWS::CloudWatch::CompositeAlarm",
        lambda w: {
            "AlarmRule": _in_alarm(w),
            "AlarmActions": [w.topic.identifier],
            "AlarmDescription": "any of them",
            "Tags": [{"Key": "team", "Value": "rays"}],
        },
        lambda w: {"AlarmRule": f"NOT {_in_alarm(w)}", "AlarmActions": None, "Tags": None},
    ),
    Row(
        "dashboard",
        "AWS::CloudWatch::Dashboard",
        {"DashboardBody": '{"widgets": []}'},
        {"DashboardBody": {"widgets": [LINK]}},
    ),
)

LOGS = (
    Row(
        "metric",
        "AWS::Logs::MetricFilter",
        lambda w: {
            "LogGroupName": w.log_group,
            "FilterPattern": '{ $.event = "converted" }',
            "MetricTransformations": [
                {
                    "MetricNamespace": "rays",
                    "MetricName": "Converted",
                    "MetricValue": "1",
                    "DefaultValue": 0,
                    "Unit": "Count",
                }
            ],
        },
        {
            "FilterPattern": "ERROR",
            "MetricTransformations": [
                {
                    "MetricNamespace": "rays",
                    "MetricName": "Failed",
                    "MetricValue": "$.count",
                    "Dimensions": [{"Key": "kind", "Value": "$.kind"}],
                }
            ],
        },
    ),
    Row(
        "subscription",
        "AWS::Logs::SubscriptionFilter",
        lambda w: {
            "LogGroupName": w.log_group,
            "FilterPattern": "ERROR",
            "DestinationArn": w.open_function,
            "Distribution": "ByLogStream",
        },
        {"FilterPattern": ""},
    ),
)

ROWS = (*CLOUDWATCH, *LOGS)
