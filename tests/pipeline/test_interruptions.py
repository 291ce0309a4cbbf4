"""A run of several stacks that is stopped or killed, and the next one."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, alive, running

CHAIN = """
Resources:
  First: {{Type: AWS::SQS::Queue}}
  Second: {{Type: AWS::SNS::Topic, DependsOn: First}}
  Third: {{Type: AWS::SSM::Parameter, DependsOn: Second, Properties: {{Type: String, Value: {value}}}}}
"""
QUEUE = "Resources: {Queue: {Type: AWS::SQS::Queue}}\n"
PROJECT = """
[stacks.one]
source = "one"
[stacks.two]
source = "two"
[stacks.three]
source = "three"
after = ["one"]
"""
BUILT = """
Resources:
  Bundled:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: code, Handler: app.handler, Runtime: nodejs20.x}
Transform: AWS::Serverless-2016-10-31
"""


@pytest.fixture
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud of this test alone: it is slowed down."""
    with running(tmp_path_factory.mktemp("home")) as cloud:
        yield cloud


@pytest.fixture
def app(tmp_path: Path, cloud: Cloud) -> Program:
    folder = tmp_path / "shop"
    templates = {f"{name}/template.yaml": CHAIN.format(value=name) for name in ("one", "two", "three")}
    write(folder, {"fairway.toml": PROJECT, **templates})
    return program(folder, cloud)


def slow_down(cloud: Cloud, milliseconds: int) -> None:
    body = json.dumps({"milliseconds": milliseconds}).encode()
    request = urllib.request.Request(f"{cloud.endpoint}/_fairway/latency", body, method="PUT")
    urllib.request.urlopen(request, timeout=5).close()


def queues(cloud: Cloud) -> list[str]:
    return list(cloud.client("sqs").list_queues().get("QueueUrls", []))


def wait_until_both_apply(cloud: Cloud) -> None:
    for _ in range(600):
        if len(queues(cloud)) >= 2:
            return
        time.sleep(0.05)
    raise AssertionError("the run did not begin to apply")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_of_them_soon(app: Program, cloud: Cloud, number: signal.Signals) -> None:
    slow_down(cloud, 400)
    run = app.start("run", "--yes", "--json")
    wait_until_both_apply(cloud)
    sent = time.monotonic()
    os.kill(run.pid, number)
    out, err = run.communicate(timeout=30)
    assert time.monotonic() - sent < 5, "then CI systems kill"
    assert run.returncode == 130, out + err
    events = [json.loads(line) for line in out.splitlines()]
    assert next(each["result"] for each in events if each["event"] == "PipelineFinished") == "interrupted"
    assert "three" not in {each["stack"] for each in events if each["event"] == "OperationFinished"}
    slow_down(cloud, 0)
    finishes(app, cloud)


def test_a_killed_run_is_gone_on_with(app: Program, cloud: Cloud) -> None:
    slow_down(cloud, 200)
    run = app.start("run", "--yes")
    wait_until_both_apply(cloud)
    run.kill()
    run.communicate(timeout=10)
    queues(cloud)  # what was sent takes effect before this is answered
    slow_down(cloud, 0)
    finishes(app, cloud)


def finishes(app: Program, cloud: Cloud) -> None:
    """Another run does the rest, and nothing twice."""
    again = app("run", "--yes", "--json")
    assert (again.code, again.result["result"]) == (0, "succeeded"), again.err
    assert len(queues(cloud)) == 3
    assert app("run", "--json").result["result"] == "unchanged"


def test_builds_of_several_stacks_end_too(tmp_path: Path, cloud: Cloud) -> None:
    """Signals break into the main thread alone, which only waits for the stacks."""
    folder = tmp_path / "slow"
    npm = folder / "bin" / "npm"
    write(folder, {"fairway.toml": PROJECT, "bin/npm": "#!/bin/sh\necho $$ >> $BEGUN\nexec sleep 60\n"})
    npm.chmod(0o755)
    for name in ("one", "two", "three"):
        package = {"name": name, "dependencies": {"left-pad": "1.3.0"}}
        write(folder / name, {"template.yaml": BUILT, "code/package.json": json.dumps(package)})
        write(folder / name, {"code/app.js": f"exports.handler = async () => '{name}'\n"})
    begun = folder / "begun"
    path = f"{npm.parent}{os.pathsep}{os.environ['PATH']}"
    run = program(folder, cloud, PATH=path, BEGUN=str(begun)).start("run", "--yes")
    for _ in range(400):
        if begun.exists() and begun.read_text().split():
            break
        time.sleep(0.05)
    sent = time.monotonic()
    os.kill(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=30)
    assert (run.returncode, time.monotonic() - sent < 5) == (130, True), out + err
    assert not any(alive(int(pid)) for pid in begun.read_text().split())


VERIFIED = """
[stacks.alone]
source = "one"
[[verify]]
name = "seen"
command = "touch verified"
"""


def test_what_was_under_way_is_finished_and_nothing_begun_after_it(tmp_path: Path, cloud: Cloud) -> None:
    folder = tmp_path / "alone"
    write(folder, {"fairway.toml": VERIFIED, "one/template.yaml": QUEUE})
    app = program(folder, cloud)
    slow_down(cloud, 500)
    run = app.start("run", "--yes", "--json")
    assert run.stdout
    for line in run.stdout:
        if json.loads(line)["event"] == "OperationStarted":
            break
    os.kill(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=30)
    assert (run.returncode, len(queues(cloud))) == (130, 1), out + err
    assert "stopping: what is under way is finished, nothing new is begun" in err
    events = [json.loads(line) for line in out.splitlines()]
    ended = next(each for each in events if each["event"] == "PipelineFinished")
    assert (ended["result"], ended["ended_in"]) == ("interrupted", "apply")
    assert not (folder / "verified").exists()
    slow_down(cloud, 0)
    assert app("run", "--yes").code == 0
    assert (folder / "verified").exists()
