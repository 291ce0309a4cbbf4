"""(g) Large stacks: what a thousand resources cost in calls, CPU and memory, and whether five thousand cost
more for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
_TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
UNITS = 10
"""A thousand resources are ten units of a hundred."""
Made = tuple[str, str, Mapping[str, Any]]
"""Name within the unit, type, properties."""


def _service(unit: int, number: int) -> Iterator[Made]:
    """What a small service brings along: its log, its role, its settings, its alarms."""
    at = f"{unit}x{number}"
    log, failures = {"Ref": f"Log{at}"}, f"Failures{at}"
    yield f"Log{at}", "AWS::Logs::LogGroup", {"RetentionInDays": 30}
    yield f"Stage{at}", "AWS::SSM::Parameter", {"Type": "String", "Value": "bench"}
    writes = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": {"Fn::GetAtt": [f"Log{at}", "Arn"]}}
    policy = {"PolicyName": "logs", "PolicyDocument": {"Version": "2012-10-17", "Statement": [writes]}}
    yield f"Role{at}", "AWS::IAM::Role", {"AssumeRolePolicyDocument": _TRUST, "Policies": [policy]}
    metric = {"MetricName": failures, "MetricNamespace": "Bench", "MetricValue": "1"}
    yield (
        f"Filter{at}",
        "AWS::Logs::MetricFilter",
        {"LogGroupName": log, "FilterPattern": "ERROR", "MetricTransformations": [metric]},
    )
    for name in ("Some", "Many"):
        yield f"{name}{at}", "AWS::CloudWatch::Alarm", _alarm(unit, failures, 1 if name == "Some" else 100)


def _alarm(unit: int, metric: str, threshold: int) -> Mapping[str, Any]:
    return {
        "AlarmActions": [{"Ref": f"Alarms{unit}"}],
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "EvaluationPeriods": 1,
        "MetricName": metric,
        "Namespace": "Bench",
        "Period": 60,
        "Statistic": "Sum",
        "Threshold": threshold,
    }


def _unit(unit: int) -> Iterator[Made]:
    """A hundred resources: sixteen services, and four things that AWS can only be asked for one by one."""
    for number in range(16):
        yield from _service(unit, number)
    yield f"Alarms{unit}", "AWS::SNS::Topic", {}
    yield f"Jobs{unit}", "AWS::SQS::Queue", {}
    yield f"Items{unit}", "AWS::DynamoDB::Table", _TABLE
    target = {"Id": "jobs", "Arn": {"Fn::GetAtt": [f"Jobs{unit}", "Arn"]}}
    yield f"Hourly{unit}", "AWS::Events::Rule", {"ScheduleExpression": "rate(1 hour)", "Targets": [target]}


def template(units: int = UNITS) -> str:
    """A CloudFormation template of `units` times a hundred resources."""
    resources = {
        name: {"Type": type_name, "Properties": properties}
        for unit in range(units)
        for name, type_name, properties in _unit(unit)
    }
    return json.dumps({"Resources": resources}, indent=1)
