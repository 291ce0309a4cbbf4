"""ray-converter on the local cloud: its API, its code, what watches it, and that nothing of it stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.cli.program import Program
from tests.examples.app import calls, copied, deployed, edit
from tests.local.events_world import eventually
from tests.local_cloud import Cloud

pytestmark = pytest.mark.xdist_group("ray-converter")
HANDLER = "functions/ray_converter/handler.py"
RAY = {"origin": [0, 0, 2], "azimuth": 90, "elevation": 0}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, local_cloud: Cloud) -> Program:
    return copied("ray-converter", tmp_path_factory.mktemp("apps") / "rays", local_cloud)


@pytest.fixture(scope="module")
def outputs(app: Program) -> Iterator[dict[str, str]]:
    with deployed(app) as shown:
        yield shown


def post(url: str, ray: Any) -> tuple[int, Any]:
    """The status and the document that answers a posted ray."""
    request = Request(url, json.dumps(ray).encode(), {"content-type": "application/json"})
    try:
        with urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except HTTPError as refused:
        return refused.code, json.load(refused)


def test_a_ray_posted_to_the_url_of_the_outputs_comes_back_in_all_its_forms(outputs: dict[str, str]) -> None:
    status, converted = post(outputs["RayUrl"], RAY)
    assert status == 200
    assert converted.pop("version")
    assert converted == {"origin": [0, 0, 2], "direction": [1, 0, 0], "azimuth": 90, "elevation": 0}


def test_what_is_no_ray_is_answered_with_400_and_why(outputs: dict[str, str]) -> None:
    status, answer = post(outputs["RayUrl"], {**RAY, "elevation": 91})
    assert status == 400
    assert "elevation" in answer["error"]


def test_the_url_answers_only_what_the_api_declares(outputs: dict[str, str]) -> None:
    status, answer = post(outputs["RayUrl"] + "s", RAY)
    assert (status, answer) == (403, {"message": "Missing Authentication Token"})


def test_what_watches_the_function_is_there_as_declared(
    app: Program, outputs: dict[str, str], local_cloud: Cloud
) -> None:
    cloudwatch, logs = local_cloud.client("cloudwatch"), local_cloud.client("logs")
    group = f"/aws/lambda/{outputs['FunctionName']}"
    alarms = {alarm["MetricName"]: alarm for alarm in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert alarms["Errors"]["Dimensions"] == [{"Name": "FunctionName", "Value": outputs["FunctionName"]}]
    assert (alarms["Duration"]["ExtendedStatistic"], alarms["Duration"]["DatapointsToAlarm"]) == ("p95", 2)
    body = json.loads(cloudwatch.get_dashboard(DashboardName="rays-rays")["DashboardBody"])
    assert [widget["properties"]["title"] for widget in body["widgets"]] == ["Rays", "Duration"]
    filters = logs.describe_metric_filters(logGroupName=group)["metricFilters"]
    metrics = {(f["filterPattern"], f["metricTransformations"][0]["metricName"]) for f in filters}
    assert metrics == {
        ('{ $.event = "converted" }', "RaysConverted"),
        ('{ $.event = "rejected" }', "RaysRejected"),
    }
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"] == 14


def test_what_the_function_writes_can_be_read(app: Program, outputs: dict[str, str]) -> None:
    post(outputs["RayUrl"], {"direction": [0, 0, 7]})
    line = eventually(lambda: next((x for x in app("logs", "RayConverter").out.splitlines() if "7" in x), ""))
    assert line


def test_a_deploy_with_no_change_changes_nothing(app: Program, outputs: dict[str, str]) -> None:
    again = app("deploy", "--yes", "--json")
    assert again.result["result"] == "unchanged"
    assert calls(again)["writes"] == 0
    assert again.of("FreshnessProved")


def test_parameters_of_a_file_are_used(app: Program, outputs: dict[str, str]) -> None:
    planned = app("plan", "--params", "params.json", "--json")
    changed = [c for c in planned.of("PlanMade")[0]["plan"]["changes"] if c["action"] != "unchanged"]
    assert [(c["address"], [p["path"] for p in c["properties"]]) for c in changed] == [
        ("RayLogs", ["RetentionInDays"])
    ]


def test_one_changed_line_is_one_update_of_code_and_answers_at_once(
    app: Program, outputs: dict[str, str]
) -> None:
    assert post(outputs["RayUrl"], RAY)[1]["version"] == "1"
    edit(app, HANDLER, 'VERSION = "1"', 'VERSION = "2"')
    made = calls(app("deploy", "--yes", "--json"))
    assert (made["writes"], made["lambda.UpdateFunctionCode"]) == (1, 1)
    assert post(outputs["RayUrl"], RAY)[1]["version"] == "2"
