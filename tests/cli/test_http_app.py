"""An HTTP API and a schedule of SAM's: deployed, called, changed and removed."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, planned, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Description: rays over HTTP
      StageName: live
      StageVariables: {COLOUR: red}
      CorsConfiguration: {AllowOrigins: ["https://example.com"], AllowMethods: [GET]}
      Tags: {team: rays}
  Converter:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: src
      Events:
        Rays: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: "/rays/{id}", Method: get}}
        Nightly:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: rate(12 hours)
            Input: '{"nightly": true}'
            StartDate: "2099-01-01T00:00:00.000Z"
Outputs:
  Url: {Value: !Sub "https://${Api}.execute-api.${AWS::Region}.amazonaws.com/live"}
"""
HANDLER = """\
def handler(event, context):
    stage = event["requestContext"]["stage"]
    return {"ray": event["pathParameters"]["id"], "stage": stage, "colour": event["stageVariables"]["COLOUR"]}
"""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("http")
    write(folder, {"template.yaml": TEMPLATE, "src/app.py": HANDLER})
    return program(folder, local_cloud)


def edit(app: Program, *replacements: tuple[str, str]) -> None:
    path = app.folder / "template.yaml"
    text = path.read_text()
    for before, after in replacements:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)


def get(url: str, path: str) -> Any:
    request = urllib.request.Request(url + path, headers={"Origin": "https://example.com"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response), response.headers.get("access-control-allow-origin")


def deployed(app: Program) -> dict[str, Any]:
    run = app("deploy", "--yes", "--json")
    assert run.code == 0, run.err
    return run.result


def apis_of(app: Program, cloud: Cloud) -> list[dict[str, str]]:
    """The tags, without ours, of the stack's APIs."""
    found = [api.get("Tags", {}) for api in cloud.client("apigatewayv2").get_apis()["Items"]]
    own = [tags for tags in found if tags.get("fairway:stack") == app.folder.name]
    return [{key: tags[key] for key in tags if not key.startswith("fairway:")} for tags in own]


def test_an_http_api_and_a_schedule_live_from_deploy_to_destroy(app: Program, local_cloud: Cloud) -> None:
    url = deployed(app)["outputs"]["Url"]
    answer = {"ray": "7", "stage": "live", "colour": "red"}
    assert get(url, "/rays/7") == (answer, "https://example.com")

    assert planned(app) == {}
    assert deployed(app)["result"] == "unchanged"
    assert apis_of(app, local_cloud) == [{"team": "rays", "httpapi:createdBy": "SAM"}]

    edit(app, ("COLOUR: red", "COLOUR: blue"), ("rate(12 hours)", "rate(6 hours)"), ("/rays/", "/beams/"))
    assert planned(app) == {
        "Api": ("update", ["Body"]),
        "ApiliveStage": ("update", ["StageVariables.COLOUR"]),
        "ConverterNightly": ("update", ["ScheduleExpression"]),
        "ConverterRaysPermission": ("replace", ["SourceArn"]),
    }
    assert deployed(app)["outputs"]["Url"] == url
    assert get(url, "/beams/7")[0]["colour"] == "blue"
    assert planned(app) == {}

    destroyed = app("destroy", "--yes")
    assert destroyed.code == 0, destroyed.err
    assert app("status").code == 2
    assert apis_of(app, local_cloud) == []
