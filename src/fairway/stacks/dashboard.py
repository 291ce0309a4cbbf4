"""The dashboard of an environment and its billing alarm: written, brought up to date, removed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from fairway.aws.calls import Caller
from fairway.aws.failures import CallFailed
from fairway.model.errors import WrongInput
from fairway.stacks.connect import caller
from fairway.stacks.inspect import deployed
from fairway.stacks.panels import dashboard_body
from fairway.stacks.request import Target

BILLING_REGION = "us-east-1"
"""Where AWS keeps what an account costs (docs: AmazonCloudWatch/latest/monitoring/
monitor_estimated_charges_with_cloudwatch.html)."""
_BILLING_PERIOD = 21_600
"""Seconds: that metric has a new value every six hours at most (the same page)."""
_MISSING = frozenset({"ResourceNotFound", "DashboardNotFoundError"})

Did = Literal["created", "changed", "already so", "removed", "was not there"]


@dataclass(frozen=True)
class Step:
    """What was done about something; `where` is where it can be looked at."""

    what: str
    did: Did
    where: str = ""


@dataclass(frozen=True)
class Billing:
    """An alarm on what the whole account costs in a month, in US dollars; `topic` is told of it."""

    dollars: float
    topic: str = ""


def write_dashboard(
    targets: Sequence[Target], project: str, billing: Billing | None = None
) -> Iterator[Step]:
    """Write the dashboard of an environment's stacks and, where it is asked for, the alarm.

    Raises WrongInput for a topic that the alarm cannot tell.
    """
    if billing and billing.topic and f":{BILLING_REGION}:" not in billing.topic:
        raise WrongInput(
            "arguments.billing-topic",
            f"{billing.topic} is not a topic in {BILLING_REGION}",
            why="what an account costs is known there alone, and an alarm tells topics of its own region",
            next=f"make a topic in {BILLING_REGION}",
        )
    first = targets[0]
    name = dashboard_name(project, first.environment)
    title = f"{project} in {first.environment}"
    body = dashboard_body(title, [deployed(target) for target in targets])
    yield _put(caller(first), name, body, _address(first, name))
    if billing:
        yield _put_alarm(_billing_caller(first), billing_name(name), billing)


def remove_dashboard(target: Target, project: str) -> Iterator[Step]:
    """Remove both, whichever is there."""
    name = dashboard_name(project, target.environment)
    aws, there = caller(target), _dashboard(caller(target), name) is not None
    if there:
        aws.call("cloudwatch", "DeleteDashboards", {"DashboardNames": [name]})
    yield Step(f"dashboard {name}", "removed" if there else "was not there")
    alarms, alarm = _billing_caller(target), billing_name(name)
    if _alarm(alarms, alarm) is not None:
        alarms.call("cloudwatch", "DeleteAlarms", {"AlarmNames": [alarm]})
        yield Step(f"alarm {alarm}", "removed")


def dashboard_name(project: str, environment: str) -> str:
    """In the letters that CloudWatch allows (BC cloudwatch PutDashboard: A-Z, a-z, 0-9, - and _)."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", f"fairway-{project}-{environment}")


def billing_name(dashboard: str) -> str:
    """The alarm's name."""
    return f"{dashboard}-billing"


def _put(aws: Caller, name: str, body: Mapping[str, Any], where: str) -> Step:
    there = _dashboard(aws, name)
    if there == body:
        return Step(f"dashboard {name}", "already so", where)
    aws.call("cloudwatch", "PutDashboard", {"DashboardName": name, "DashboardBody": json.dumps(body)})
    return Step(f"dashboard {name}", "created" if there is None else "changed", where)


def _dashboard(aws: Caller, name: str) -> Mapping[str, Any] | None:
    try:
        answer = aws.call("cloudwatch", "GetDashboard", {"DashboardName": name})
    except CallFailed as failure:
        if failure.aws_code in _MISSING:
            return None
        raise
    body: Mapping[str, Any] = json.loads(answer["DashboardBody"])
    return body


def _put_alarm(aws: Caller, name: str, billing: Billing) -> Step:
    wanted = {
        "AlarmName": name,
        "AlarmDescription": f"What the account costs this month is above {billing.dollars:g} US dollars",
        "Namespace": "AWS/Billing",
        "MetricName": "EstimatedCharges",
        "Dimensions": [{"Name": "Currency", "Value": "USD"}],
        "Statistic": "Maximum",
        "Period": _BILLING_PERIOD,
        "EvaluationPeriods": 1,
        "Threshold": billing.dollars,
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": [billing.topic] if billing.topic else [],
    }
    there = _alarm(aws, name)
    if there is not None and all(there.get(key) == value for key, value in wanted.items()):
        return Step(f"alarm {name}", "already so")
    aws.call("cloudwatch", "PutMetricAlarm", wanted)
    return Step(f"alarm {name}", "created" if there is None else "changed")


def _alarm(aws: Caller, name: str) -> Mapping[str, Any] | None:
    answer = aws.call("cloudwatch", "DescribeAlarms", {"AlarmNames": [name]})
    return next(iter(answer.get("MetricAlarms", ())), None)


def _billing_caller(target: Target) -> Caller:
    return caller(replace(target, region=BILLING_REGION))


def _address(target: Target, name: str) -> str:
    """Where a browser shows it; the local cloud has no console."""
    if target.endpoint_url:
        return ""
    region = target.region
    return (
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{name}"
    )
