"""One run at a time changes a stack: others wait, take over from the dead, and the frozen write nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Ended, Program, program, write
from tests.cli.test_interruptions import ADDRESSES, TEMPLATE, slow_down
from tests.local_cloud import Cloud, running, unique

LASTS = 4.0
"""Seconds that a lease lasts in these tests; renewed each second, taken over after 4.3."""
ONE = "Resources: {Queue: {Type: AWS::SQS::Queue}}\n"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud of these tests alone: it is slowed down."""
    with running(tmp_path_factory.mktemp("home")) as cloud:
        yield cloud


def app_in(place: str, folder: Path, cloud: Cloud) -> Program:
    """A stack with its state, and its lease, in that kind of place."""
    slow_down(cloud, 0)
    write(folder, {"template.yaml": TEMPLATE, "layer/python/shared.py": "answer = 42\n"})
    made = program(folder, cloud, FAIRWAY_LEASE_SECONDS=str(LASTS))
    if place != "folder":
        table = ["--lock-table", unique("locks")] if place == "table" else []
        assert made("bootstrap", "--bucket", unique("state"), *table).code == 0
    return made


@pytest.fixture(params=["folder", "s3"])
def app(request: pytest.FixtureRequest, tmp_path: Path, cloud: Cloud) -> Program:
    return app_in(request.param, tmp_path / unique("app"), cloud)


def changes(cloud: Cloud) -> dict[str, int]:
    """How often each call was made that the stack's resources are made by."""
    with urllib.request.urlopen(f"{cloud.endpoint}/_fairway/calls", timeout=5) as answer:
        operations: dict[str, int] = json.load(answer)["operations"]
    kept = ("s3.", "dynamodb.")  # state and leases
    return {name: count for name, count in operations.items() if not name.startswith(kept)}


def halfway(app: Program, cloud: Cloud, milliseconds: int = 250) -> subprocess.Popen[str]:
    """A deploy that has made its first resource and has more to do, with calls that take so long."""
    slow_down(cloud, milliseconds)
    run = app.start("deploy", "--yes", "--json")
    assert run.stdout
    for line in run.stdout:
        if json.loads(line)["event"] == "OperationFinished":
            time.sleep(0.1)  # its next calls are on their way now
            return run
    raise AssertionError(run.communicate())


def ended(run: subprocess.Popen[str]) -> Ended:
    out, err = run.communicate(timeout=90)
    return Ended(run.returncode, out, err)


def holder(app: Program) -> str:
    refused = app("deploy", "--yes", "--wait-for-lock", "0", "--json")
    assert refused.code == 1
    assert refused.result["error"]["code"] == "state.locked"
    found = re.search(r"fairway unlock ([0-9a-f]{12})", refused.result["error"]["next"])
    assert found
    return found[1]


@pytest.mark.parametrize("place", ["folder", "s3", "table"])
def test_a_holder_that_was_frozen_writes_nothing_when_it_comes_back(
    place: str, tmp_path: Path, cloud: Cloud
) -> None:
    freeze(app_in(place, tmp_path / unique("app"), cloud), cloud)


@pytest.mark.soak
def test_it_is_so_with_the_real_times_too(tmp_path: Path, cloud: Cloud) -> None:
    app = app_in("s3", tmp_path / unique("app"), cloud)
    freeze(program(app.folder, cloud), cloud, patience=180)


def freeze(app: Program, cloud: Cloud, patience: float = 90) -> None:
    """Freeze a deploy half way, let another one take over, and let the first go on."""
    frozen = halfway(app, cloud)
    os.kill(frozen.pid, signal.SIGSTOP)
    try:
        second = app("deploy", "--yes", "--json", timeout=patience)
        assert second.code == 0, second.err
        assert {event["doing"] for event in second.of("Waiting")} == {"deploy"}
        before = changes(cloud)
    finally:
        os.kill(frozen.pid, signal.SIGCONT)
    back = ended(frozen)
    assert back.code == 1
    assert "lease.lost" in back.out, back.out
    assert "history.not-written" not in back.out, back.out
    assert changes(cloud) == before
    slow_down(cloud, 0)
    third = app("deploy", "--yes", "--json")
    assert third.result["result"] == "unchanged", third.out


def test_a_killed_holders_lease_falls_and_its_work_is_finished(app: Program, cloud: Cloud) -> None:
    killed = halfway(app, cloud)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    slow_down(cloud, 0)
    again = app("deploy", "--yes", "--json", "--wait-for-lock", "0")
    assert again.code == 0, again.err
    held = json.loads(app("status", "--json").out)["resources"]
    assert {resource["address"] for resource in held} == ADDRESSES


def test_only_its_id_breaks_a_lease_and_not_unasked_while_it_is_renewed(tmp_path: Path, cloud: Cloud) -> None:
    app = app_in("folder", tmp_path / unique("app"), cloud)
    first = halfway(app, cloud, 3000)
    id = holder(app)
    wrong = app("unlock", "0123456789ab", "--json")
    assert (wrong.code, wrong.result["error"]["code"]) == (2, "unlock.holder")
    assert id in wrong.err
    asked = app("unlock", id, "--json")
    assert (asked.code, asked.result["error"]["code"]) == (2, "unlock.renews")
    assert app("unlock", id, "--yes", "--json").result["result"] == "unlocked"
    broken = ended(first)
    assert (broken.code, "lease.lost" in broken.out) == (1, True)
    slow_down(cloud, 0)
    assert app("deploy", "--yes").code == 0


def test_reading_needs_no_lease(app: Program, cloud: Cloud) -> None:
    slow_down(cloud, 0)
    assert app("deploy", "--yes").code == 0
    write(
        app.folder, {"template.yaml": TEMPLATE.replace("First}", "First}\n  Sixth: {Type: AWS::SQS::Queue}")}
    )
    running = halfway(app, cloud)
    os.kill(running.pid, signal.SIGSTOP)
    for command in ("plan", "outputs"):
        assert app(command).code == 0
    os.kill(running.pid, signal.SIGCONT)
    assert ended(running).code == 0
    nobody = app("unlock", "0123456789ab", "--json")
    assert nobody.result["error"]["code"] == "unlock.free"


def test_status_tells_a_run_that_is_under_way_from_one_that_was_killed(app: Program, cloud: Cloud) -> None:
    app = program(app.folder, cloud)  # with a lease that outlasts the looks
    running = halfway(app, cloud)
    os.kill(running.pid, signal.SIGSTOP)
    slow_down(cloud, 0)
    looked = app("status", "--json").result
    assert looked["interrupted"] is None
    assert looked["under_way"]["who"].endswith(": deploy")
    assert 0 <= looked["under_way"]["unrenewed"] < 60
    assert looked["unfinished"]
    text = app("status").out
    assert f"Under way by {looked['under_way']['who']}, since" in text
    assert "next:" not in text
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    killed = app("status", "--json").result
    assert (killed["interrupted"]["command"], killed["under_way"]) == ("deploy", None)
    assert app("deploy", "--yes").code == 0


def race(app: Program, runs: int) -> None:
    """So many deploys of one stack at once: one makes it, all others find it made."""
    started = [app.start("deploy", "--yes", "--json") for _ in range(runs)]
    results = [ended(run) for run in started]
    assert [result.code for result in results] == [0] * runs, [result.err for result in results]
    assert sorted(result.result["result"] for result in results) == ["succeeded", *["unchanged"] * (runs - 1)]
    created = [event["address"] for result in results for event in result.of("OperationFinished")]
    assert sorted(created) == sorted(ADDRESSES)


def test_deploys_of_one_stack_at_once_make_it_once(app: Program, cloud: Cloud) -> None:
    race(app, 4)


@pytest.mark.soak
def test_sixteen_deploys_of_one_stack_at_once_make_it_once(app: Program, cloud: Cloud) -> None:
    race(app, 16)


def side_by_side(cloud: Cloud, folder: Path, stacks: int) -> None:
    """So many stacks at once in one environment and one state folder."""
    write(folder, {"template.yaml": ONE})
    app = program(folder, cloud)
    names = [unique("stack") for _ in range(stacks)]
    runs = [app.start("deploy", "--yes", "--json", "--stack", name) for name in names]
    for result in [ended(run) for run in runs]:
        assert result.result["result"] == "succeeded", result.err
        assert not result.of("Waiting")
    for name in names:
        assert app("destroy", "--yes", "--stack", name).code == 0


def test_stacks_at_once_do_not_disturb_each_other(cloud: Cloud, tmp_path: Path) -> None:
    side_by_side(cloud, tmp_path, 3)


@pytest.mark.soak
def test_eight_stacks_at_once_do_not_disturb_each_other(cloud: Cloud, tmp_path: Path) -> None:
    side_by_side(cloud, tmp_path, 8)
