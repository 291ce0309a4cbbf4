"""Every run that changes something leaves a record that can be listed, shown and compared."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program, program, state_in, write
from tests.local_cloud import Cloud, unique

PASSWORD = "correct-horse-battery"
TEMPLATE = f"""
Parameters: {{Password: {{Type: String, NoEcho: true, Default: {PASSWORD}}}}}
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
  Topic: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !Ref Queue}}}}
  Kept: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !Ref Password}}}}
Outputs: {{Queue: {{Value: !GetAtt Queue.QueueName}}}}
"""
CHANGED = TEMPLATE.replace("!Ref Queue", '!Sub "for ${Queue.Arn}"').replace("  Kept:", "  Other:")


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    folder = tmp_path / unique("history")
    write(folder, {"template.yaml": TEMPLATE})
    return program(folder, local_cloud, GITHUB_ACTOR="")


def stack_folder(app: Program) -> Path:
    return app.folder / ".fairway" / "state" / "local" / app.folder.name


def deploy(app: Program, template: str = "") -> Any:
    if template:
        write(app.folder, {"template.yaml": template})
    ended = app("deploy", "--yes", "--json")
    assert ended.code == 0, ended.err
    return ended


def listed(app: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = app("history", "--json").result["deployments"]
    return found


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_a_deployment_is_recorded_with_what_it_did(place: str, app: Program) -> None:
    state_in(place, app)
    deploy(app)
    shown = app("show", "1", "--json").result
    assert (shown["command"], shown["result"], shown["counts"]) == ("deploy", "succeeded", {"create": 3})
    assert shown["origin"]["who"].count("@") == 1
    assert shown["serial_after"] > shown["serial_before"] == 0
    assert {each["address"]: each["result"] for each in shown["operations"]} == dict.fromkeys(
        ["Queue", "Topic", "Kept"], "finished"
    )
    assert all(each["seconds"] > 0 for each in shown["operations"])
    assert shown["calls"]["writes"] == 3
    assert {change["address"] for change in shown["plan"]["changes"]} == {"Kept", "Queue", "Topic"}
    assert list(shown["outputs"]) == ["Queue"]
    text = app("show", "1").out
    assert "Deployment 1" in text
    assert "+ Topic  AWS::SNS::Topic" in text


def test_a_deploy_of_nothing_leaves_no_record(app: Program) -> None:
    deploy(app)
    assert deploy(app).result["result"] == "unchanged"
    assert [each["number"] for each in listed(app)] == [1]


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_the_list_begins_with_the_newest_and_outlives_the_stack(place: str, app: Program) -> None:
    state_in(place, app)
    deploy(app)
    deploy(app, CHANGED)
    assert app("destroy", "--yes").code == 0
    found = listed(app)
    assert [(each["number"], each["command"]) for each in found] == [
        (3, "destroy"),
        (2, "deploy"),
        (1, "deploy"),
    ]
    assert [each["number"] for each in app("history", "--json", "--limit", "1").result["deployments"]] == [3]
    assert "destroyed" in app("history").out.splitlines()[1]


def test_two_deployments_are_compared_by_their_definitions(app: Program) -> None:
    deploy(app)
    deploy(app, CHANGED)
    found = {each["address"]: each for each in app("diff", "1", "2", "--json").result["differences"]}
    assert {address: each["kind"] for address, each in found.items()} == {
        "Topic": "changed",
        "Kept": "removed",
        "Other": "added",
    }
    assert [each["path"] for each in found["Topic"]["properties"]] == ["DisplayName"]
    assert 'DisplayName: "${Queue}" → "for ${Queue.Arn}"' in app("diff", "1", "2").out
    assert "no difference" in app("diff", "2", "2").out


def test_no_secret_is_in_any_record(app: Program) -> None:
    deploy(app)
    deploy(app, CHANGED)
    for record in (stack_folder(app) / "deployments").glob("0*.json"):
        assert PASSWORD not in record.read_text()
        assert "$secret" in record.read_text(), "its keyed hash is"


def test_a_failed_deployment_is_recorded_with_its_error(app: Program) -> None:
    deploy(app)
    versions = stack_folder(app) / ".state.json.versions"
    aside = versions.rename(versions.with_name("aside"))
    versions.touch()
    write(app.folder, {"template.yaml": TEMPLATE.replace("Queue.QueueName", "Queue.Arn")})
    assert app("deploy", "--yes").code == 1
    versions.unlink()
    aside.rename(versions)
    newest = listed(app)[0]
    assert (newest["number"], newest["result"]) == (2, "failed")
    assert "state cannot be written" in newest["error"]
    assert "failed in" in app("events").out


def test_a_failed_operation_is_recorded_with_aws_words(app: Program) -> None:
    write(app.folder, {"template.yaml": TEMPLATE.replace("AWS::SQS::Queue}", _LONG_QUEUE)})
    assert app("deploy", "--yes").code == 1
    operations = {each["address"]: each for each in app("show", "1", "--json").result["operations"]}
    assert {address: each["result"] for address, each in operations.items()} == {
        "Queue": "failed",
        "Topic": "skipped",
        "Kept": "finished",
    }
    assert operations["Queue"]["error"].startswith("[")


_LONG_QUEUE = "AWS::SQS::Queue, Properties: {QueueName: " + "q" * 81 + "}}"


def test_a_killed_run_is_recorded_as_interrupted_by_the_next(app: Program) -> None:
    with app.start("deploy", "--yes", "--json") as run:
        assert run.stdout is not None
        for line in run.stdout:
            if json.loads(line)["event"] == "OperationFinished":
                break
        os.killpg(run.pid, signal.SIGKILL)
    deploy(app)
    assert [(each["number"], each["result"]) for each in listed(app)] == [
        (2, "succeeded"),
        (1, "interrupted"),
    ]


def test_a_record_that_cannot_be_written_stops_nothing(app: Program) -> None:
    stack_folder(app).mkdir(parents=True)
    (stack_folder(app) / "deployments").write_text("a file where a folder has to be")
    deployed = deploy(app)
    assert deployed.result["result"] == "succeeded"
    assert [event["finding"]["code"] for event in deployed.of("Warned")] == ["history.not-written"]


def test_a_record_that_cannot_be_read_is_not_written_over(app: Program) -> None:
    deploy(app)
    deploy(app, CHANGED)
    damaged = stack_folder(app) / "deployments" / "000002.json"
    damaged.write_text("{")
    assert app("destroy", "--yes").code == 0
    assert damaged.read_text() == "{"
    assert [each["number"] for each in listed(app)] == [3, 1]


def test_a_number_that_does_not_exist_is_told_with_those_that_do(app: Program) -> None:
    assert "there is none yet" in app("show", "1").err
    deploy(app)
    missing = app("show", "7")
    assert (missing.code, "there are 1 to 1" in missing.err) == (2, True)


@pytest.mark.skipif(shutil.which("git") is None, reason="without git there is no commit to name")
def test_the_commit_is_named_and_whether_more_than_it_was_deployed(app: Program) -> None:
    def git(*words: str) -> str:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        run = subprocess.run(
            ["git", *identity, *words], cwd=app.folder, check=True, capture_output=True, text=True
        )
        return run.stdout.strip()

    git("init")
    git("add", "template.yaml")
    git("commit", "-m", "first")
    deploy(app)
    deploy(app, CHANGED)
    dirty, clean = (each["origin"] for each in listed(app))
    assert (clean["commit"], clean["dirty"]) == (git("rev-parse", "HEAD"), False)
    assert (dirty["commit"], dirty["dirty"]) == (clean["commit"], True)


def test_where_the_time_went_is_shown_and_drawn_from_the_record(app: Program) -> None:
    deploy(app)
    told = app("show", "--times", "--timeline", "times.svg")
    assert told.code == 0, told.err
    assert re.search(r"^   apply +[0-9.]+ s +\d+ %$", told.out, re.MULTILINE)
    assert "<title>apply: " in (app.folder / "times.svg").read_text()
    assert app("show", "1", "--timeline", "times.html").code == 0
    assert (app.folder / "times.html").read_text().startswith("<!doctype html>")
    times = app("show", "--json").result["times"]
    assert "apply" in [each["name"] for each in times if each["kind"] == "stage"]
    assert app("show", "--timeline", "times.png").code == 2


def test_a_deploy_draws_its_own_time_and_goes_on_where_that_cannot_be(app: Program) -> None:
    assert app("deploy", "--yes", "--timeline", "times.png").code == 2
    ended = app("deploy", "--yes", "--timeline", "times.html", "--timeline", "no/such/folder/times.svg")
    assert ended.code == 0, ended.err
    assert "cannot write no/such/folder/times.svg" in ended.out
    assert "Where the time went" in (app.folder / "times.html").read_text()
