"""Drift of several stacks, and drift watched until Ctrl-C, by the program as users run it."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import IO

import pytest
from tests.cli.program import Program, identifier, program, write
from tests.local_cloud import Cloud, unique


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    """Two stacks, in which nothing drifts."""
    folder = tmp_path / unique("app")
    write(
        folder,
        {
            "template.yaml": "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}}\n",
            "other.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}\n",
        },
    )
    app = program(folder, local_cloud)
    assert app("deploy", "--yes").code == 0
    assert app("deploy", "--yes", "other.yaml", "--stack", f"{folder.name}-other").code == 0
    return app


def delay(app: Program, cloud: Cloud, seconds: int) -> None:
    url = identifier(app, "Queue")
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": str(seconds)})


def test_all_stacks_of_an_environment_are_compared(app: Program, local_cloud: Cloud) -> None:
    calm = app("drift", "--all")
    assert (calm.code, calm.out) == (0, f"no drift: {app.folder.name}, {app.folder.name}-other\n")
    delay(app, local_cloud, 7)
    found = app("drift", "--all")
    assert found.code == 2
    assert "DelaySeconds: recorded 5, live 7" in found.out
    assert f"no drift: {app.folder.name}-other" in found.out
    stacks = app("drift", "--all", "--json").result["stacks"]
    assert [[each["address"] for each in drift] for drift in stacks.values()] == [["Queue"], []]


def test_watching_tells_what_is_new_and_ends_cleanly(app: Program, local_cloud: Cloud) -> None:
    watching = app.start("drift", "--watch", "--every", "0.2s", "--json")
    assert watching.stdout
    delay(app, local_cloud, 9)
    assert drifted(watching.stdout) == ["Queue"]
    delay(app, local_cloud, 5)
    assert drifted(watching.stdout) == []
    watching.send_signal(signal.SIGINT)
    out, err = watching.communicate(timeout=30)
    assert (watching.returncode, err.strip().partition(":")[0]) == (0, "stopping")
    assert json.loads(out.splitlines()[-1])["stacks"] == {app.folder.name: []}


def drifted(lines: IO[str]) -> list[str]:
    """The addresses that the next line names."""
    line = json.loads(lines.readline())
    return [each["address"] for drift in line["stacks"].values() for each in drift]


def test_what_goes_together_is_told(app: Program) -> None:
    ended = app("drift", "--all", "--accept")
    assert (ended.code, "--all and --watch compare whole stacks" in ended.err) == (2, True)
