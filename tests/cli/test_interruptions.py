"""Stopped, killed, raced: whatever happens, the next command finds its way and nothing is made twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, running, unique

# A chain of four waves, with two types whose identity AWS gives, so that a create has to be found again.
TEMPLATE = """\
Resources:
  First: {Type: AWS::SQS::Queue}
  Second: {Type: AWS::SNS::Topic, DependsOn: First}
  Mapped:
    Type: AWS::Lambda::LayerVersion
    Properties: {Content: layer, LayerName: !Sub "${AWS::StackName}-layer"}
  Third: {Type: AWS::SQS::Queue, DependsOn: [Second, Mapped]}
  Fourth: {Type: AWS::Logs::LogGroup, DependsOn: Third}
  Fifth:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Ref Third}
"""
ADDRESSES = {"First", "Second", "Third", "Fourth", "Fifth", "Mapped"}


@pytest.fixture
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud of this test alone: it is slowed down, or killed."""
    with running(tmp_path_factory.mktemp("home")) as cloud:
        yield cloud


@pytest.fixture
def app(tmp_path: Path, cloud: Cloud) -> Program:
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": TEMPLATE, "layer/python/shared.py": "answer = 42\n"})
    return program(folder, cloud)


def slow_down(cloud: Cloud, milliseconds: int) -> None:
    """Delay every AWS call."""
    body = json.dumps({"milliseconds": milliseconds}).encode()
    request = urllib.request.Request(f"{cloud.endpoint}/_fairway/latency", body, method="PUT")
    urllib.request.urlopen(request, timeout=5).close()


def wait_until_applying(cloud: Cloud) -> None:
    """Return when the first operation has taken effect."""
    for _ in range(600):
        if cloud.client("sqs").list_queues().get("QueueUrls"):
            return
        time.sleep(0.05)
    raise AssertionError("the deploy did not begin to apply")


def names(cloud: Cloud) -> list[str]:
    """Everything there is of the types in the template."""
    queues = cloud.client("sqs").list_queues().get("QueueUrls", [])
    topics = [topic["TopicArn"] for topic in cloud.client("sns").list_topics()["Topics"]]
    groups = [group["logGroupName"] for group in cloud.client("logs").describe_log_groups()["logGroups"]]
    parameters = [p["Name"] for p in cloud.client("ssm").describe_parameters()["Parameters"]]
    return [*queues, *topics, *groups, *parameters]


def assert_everything_once(app: Program, cloud: Cloud) -> None:
    """A deploy finishes the work, each resource exists once, and destroy leaves nothing."""
    finished = app("deploy", "--yes", "--json")
    assert finished.code == 0, finished.err
    assert {r["address"] for r in app("status", "--json").result["resources"]} == ADDRESSES
    assert len(names(cloud)) == 5
    assert app("deploy", "--yes", "--json").result["result"] == "unchanged"
    destroyed = app("destroy", "--yes", "--allow-data-loss", "*")
    assert destroyed.code == 0, destroyed.err
    assert names(cloud) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_soon_with_everything_recorded(
    app: Program, cloud: Cloud, number: signal.Signals
) -> None:
    slow_down(cloud, 400)
    running = app.start("deploy", "--yes", "--json")
    wait_until_applying(cloud)
    sent = time.monotonic()
    os.kill(running.pid, number)
    out, err = running.communicate(timeout=30)
    assert time.monotonic() - sent < 10  # then CI systems kill
    assert running.returncode == 130, err
    assert json.loads(out.splitlines()[-1])["result"] == "interrupted"
    assert "OperationSkipped" in out
    slow_down(cloud, 0)
    recorded = {r["address"] for r in app("status", "--json").result["resources"]}
    assert "First" in recorded
    assert recorded < ADDRESSES
    assert_everything_once(app, cloud)


@pytest.mark.parametrize("delay", [0.0, 0.25, 0.5, 0.9])
def test_a_killed_deploy_is_picked_up_with_nothing_doubled(app: Program, cloud: Cloud, delay: float) -> None:
    slow_down(cloud, 200)
    running = app.start("deploy", "--yes")
    wait_until_applying(cloud)
    time.sleep(delay)
    running.kill()
    running.communicate(timeout=10)
    names(cloud)  # calls that were sent take effect after the sender's death, and before this is answered
    slow_down(cloud, 0)
    assert_everything_once(app, cloud)


def test_after_the_local_cloud_was_killed_the_next_deploy_builds_everything_again(
    app: Program, cloud: Cloud
) -> None:
    assert app("deploy", "--yes").code == 0
    os.kill(cloud.local.status().pid, signal.SIGKILL)
    again = app("deploy", "--yes", "--json")
    assert again.code == 0, again.err
    assert again.of("DeploymentFinished")[0]["counts"] == {"create": len(ADDRESSES)}


def test_after_the_local_cloud_was_killed_destroy_still_ends_well(app: Program, cloud: Cloud) -> None:
    assert app("deploy", "--yes").code == 0
    os.kill(cloud.local.status().pid, signal.SIGKILL)
    destroyed = app("destroy", "--yes", "--allow-data-loss", "*")
    assert destroyed.code == 0, destroyed.err
    assert app("status").code == 2


def test_two_deploys_at_once_follow_each_other(app: Program, cloud: Cloud) -> None:
    slow_down(cloud, 100)
    both = [app.start("deploy", "--yes", "--json") for _ in range(2)]
    ended = [run.communicate(timeout=60) for run in both]
    assert [run.returncode for run in both] == [0, 0], ended
    results = sorted(json.loads(out.splitlines()[-1])["result"] for out, _ in ended)
    assert results == ["succeeded", "unchanged"]
    assert any("Waiting" in out for out, _ in ended)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_a_reader_that_goes_away_is_no_error(app: Program, form: tuple[str, ...]) -> None:
    assert app("deploy", "--yes").code == 0
    with app.start("events", *form) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(timeout=20) == 0


def test_a_deploy_goes_on_when_its_reader_goes_away(app: Program) -> None:
    with app.start("deploy", "--yes") as running:
        assert running.stdout
        assert running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(timeout=60) == 0
    assert app("deploy", "--yes", "--json").result["result"] == "unchanged"


def test_a_failure_keeps_its_exit_code_when_its_reader_goes_away(app: Program) -> None:
    write(app.folder, {"template.yaml": "Resources: {Queue: {Type: AWS::SQS::Queu}}"})
    with app.start("validate", "--json") as running:
        assert running.stdout
        running.stdout.close()
        assert running.wait(timeout=20) == 2


def test_a_ctrl_c_while_the_program_is_loading_shows_no_traceback() -> None:
    code = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'fairway.cli.main': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from fairway.__main__ import main\n"
        "sys.exit(main())\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (130, "")


def test_the_record_of_a_killed_run_says_what_it_had_done(app: Program, cloud: Cloud) -> None:
    slow_down(cloud, 400)
    with app.start("deploy", "--yes", "--json") as run:
        assert run.stdout
        for line in run.stdout:
            if (event := json.loads(line))["event"] == "OperationFinished" and event["address"] == "Second":
                break
        time.sleep(0.2)  # for what follows to be sent
        os.killpg(run.pid, signal.SIGKILL)
    slow_down(cloud, 0)
    assert app("show", "1", "--json").result["result"] == "running"
    assert app("deploy", "--yes").code == 0
    killed = app("show", "1", "--json").result
    assert (killed["result"], killed["serial_before"]) == ("interrupted", 0)
    became = {each["address"]: each["result"] for each in killed["operations"]}
    assert became.keys() == ADDRESSES
    assert became["First"] == "finished", "it was in the journal before what depends on it had ended"
    assert became["Fourth"] == "started"
    assert "create started" in app("show", "1").out
