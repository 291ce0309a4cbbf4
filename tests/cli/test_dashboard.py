"""A dashboard of an environment and a billing alarm, by the program as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import botocore.exceptions
import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = "Resources: {Queue: {Type: AWS::SQS::Queue}, Table: {Type: AWS::SNS::Topic}}\n"
OTHER = """\
Transform: AWS::Serverless-2016-10-31
Resources: {Items: {Type: AWS::Serverless::SimpleTable}}
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": TEMPLATE, "other.yaml": OTHER})
    app = program(folder, local_cloud)
    assert app("deploy", "--yes").code == 0
    return app


def shown(app: Program, cloud: Cloud) -> set[str]:
    """The headings of the dashboard."""
    name = f"fairway-{app.folder.name}-local"
    body = json.loads(cloud.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])
    return {each["properties"]["markdown"] for each in body["widgets"] if each["type"] == "text"}


def test_it_is_written_once_and_brought_up_to_date(app: Program, local_cloud: Cloud) -> None:
    name = app.folder.name
    first = app("dashboard")
    assert (first.code, first.out) == (0, f"created dashboard fairway-{name}-local\n")
    assert shown(app, local_cloud) == {f"# {name} in local", f"## {name}: Queues"}
    assert app("dashboard").out.startswith("already so")
    assert app("deploy", "--yes", "other.yaml", "--stack", f"{name}-other").code == 0
    assert app("dashboard", "--json").result["steps"][0]["did"] == "changed"
    assert f"## {name}-other: Tables" in shown(app, local_cloud)


def test_the_billing_alarm_is_where_aws_knows_costs(app: Program, local_cloud: Cloud) -> None:
    alarms = local_cloud.client("cloudwatch", "us-east-1")
    name = f"fairway-{app.folder.name}-local-billing"
    topic = "arn:aws:sns:us-east-1:123456789012:costs"
    words = ("dashboard", "--region", "us-east-1", "--billing-alarm", "50", "--billing-topic", topic)
    assert f"created alarm {name}" in app(*words).out
    [alarm] = alarms.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == (
        "AWS/Billing",
        "EstimatedCharges",
        50,
    )
    assert alarm["AlarmActions"] == [topic]
    assert f"already so alarm {name}" in app(*words).out
    assert f"changed alarm {name}" in app("dashboard", "--billing-alarm", "60").out
    removed = app("dashboard", "--remove")
    assert removed.out.splitlines() == [
        f"removed dashboard {name.removesuffix('-billing')}",
        f"removed alarm {name}",
    ]
    assert alarms.describe_alarms(AlarmNames=[name])["MetricAlarms"] == []
    with pytest.raises(botocore.exceptions.ClientError):
        shown(app, local_cloud)
    assert app("dashboard", "--remove").out.startswith("was not there")


def test_a_topic_that_the_alarm_cannot_tell_is_refused_before_anything_is_written(
    app: Program, local_cloud: Cloud
) -> None:
    topic = "arn:aws:sns:eu-central-1:123456789012:costs"
    ended = app("dashboard", "--billing-alarm", "50", "--billing-topic", topic)
    assert (ended.code, "make a topic in us-east-1" in ended.err) == (2, True)
    with pytest.raises(botocore.exceptions.ClientError):
        shown(app, local_cloud)
