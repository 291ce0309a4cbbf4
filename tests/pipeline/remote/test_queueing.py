"""Pushes to an environment take their turns; one that was killed keeps nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.cli.program import program
from tests.local_cloud import Cloud
from tests.pipeline.remote.pusher import Pusher, pusher

SLOW = '[[test]]\nname = "slow"\nrun = "touch {0}/begun; while [ ! -e {0}/go ]; do sleep 0.05; done"\n'


def slow(tmp_path: Path, cloud: Cloud) -> Pusher:
    """Its tests wait for the file `go`."""
    return pusher(tmp_path, cloud, SLOW.format(tmp_path))


def until(there: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not there():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)


def waits(made: Pusher, count: int) -> Callable[[], bool]:
    return lambda: len(list((made.bare / "queue" / "prod").glob("*.ticket"))) == count


def test_two_pushes_are_deployed_in_their_order(tmp_path: Path, local_cloud: Cloud) -> None:
    made = slow(tmp_path, local_cloud)
    first = made.start("push", "fairway", "main")
    until((tmp_path / "begun").exists)
    one, two = made.git("rev-parse", "HEAD"), made.commit(delay=2)
    second = made.start("push", "fairway", "main")
    until(waits(made, 2))
    time.sleep(0.5)
    assert made.tip() == ""
    (tmp_path / "go").touch()
    told, waited = first.communicate(timeout=60)[0], second.communicate(timeout=60)[0]
    assert (first.returncode, second.returncode) == (0, 0), told + waited
    assert f"waiting for another push to prod: {one[:8]} to main" in waited
    assert waited.count("waiting for another push") == 1
    assert (made.live(), made.tip()) == ("2", two)


def test_one_that_is_overtaken_by_another_line_of_work_is_not_run(tmp_path: Path, local_cloud: Cloud) -> None:
    made = slow(tmp_path, local_cloud)
    (tmp_path / "go").touch()
    made.push()
    (tmp_path / "go").unlink()
    (tmp_path / "begun").unlink()
    made.git("branch", "colleague")
    made.commit(delay=2)
    first = made.start("push", "fairway", "main")
    until((tmp_path / "begun").exists)
    made.git("checkout", "-q", "colleague")
    made.commit(delay=3)
    second = made.start("push", "fairway", "colleague:main")
    until(waits(made, 2))
    (tmp_path / "go").touch()
    first.communicate(timeout=60)
    waited = second.communicate(timeout=60)[0]
    assert "[remote.moved]" in waited
    assert (second.returncode, made.live()) == (1, "2")


def test_a_run_that_was_killed_refuses_its_push_and_keeps_nobody(tmp_path: Path, local_cloud: Cloud) -> None:
    made = slow(tmp_path, local_cloud)
    pushing = made.start("push", "fairway", "main")
    until((tmp_path / "begun").exists)
    os.kill(run_of(made), signal.SIGKILL)
    told = pushing.communicate(timeout=60)[0]
    assert pushing.returncode == 1
    assert "was killed by signal 9" in told
    assert made.tip() == ""
    (tmp_path / "go").touch()
    assert made.push().code == 0
    assert made.live() == "1"


def test_a_hook_that_was_killed_leaves_its_turn_to_its_run(tmp_path: Path, local_cloud: Cloud) -> None:
    made = slow(tmp_path, local_cloud)
    pushing = made.start("push", "fairway", "main")
    until((tmp_path / "begun").exists)
    os.kill(parent(run_of(made)), signal.SIGKILL)
    pushing.communicate(timeout=60)
    second = made.start("push", "fairway", "main")
    until(waits(made, 2))
    time.sleep(0.5)
    assert second.poll() is None, "the run goes on, and has the turn"
    (tmp_path / "go").touch()
    assert "waiting for another push" in second.communicate(timeout=60)[0]
    assert (second.returncode, made.live()) == (0, "1")


def test_ctrl_c_interrupts_the_run(tmp_path: Path, local_cloud: Cloud) -> None:
    made = slow(tmp_path, local_cloud)
    pushing = made.start("push", "fairway", "main")
    until((tmp_path / "begun").exists)
    os.killpg(pushing.pid, signal.SIGINT)
    pushing.communicate(timeout=60)
    until(waits(made, 0))
    assert (made.tip(), made.live()) == ("", "")


def test_a_run_outlives_the_connection(tmp_path: Path, local_cloud: Cloud) -> None:
    """When it breaks, git's own processes are gone, or stay and read no more; no signal is sent."""
    made = slow(tmp_path, local_cloud)
    pushing = made.start("push", "fairway", "main")
    until((tmp_path / "begun").exists)
    receiving = parent(parent(run_of(made)))
    os.kill(pushing.pid, signal.SIGKILL)
    os.kill(receiving, signal.SIGKILL)
    pushing.communicate(timeout=60)
    (tmp_path / "go").touch()
    until(waits(made, 0))
    assert (made.tip(), made.live()) == (made.git("rev-parse", "HEAD"), "1")


def run_of(made: Pusher) -> int:
    """The process of the run in the checkout."""
    checkout = str(made.bare / "environments" / "prod")
    [found] = [pid for pid in listed("-f", "fairway run --env prod") if folder_of(pid) == checkout]
    return found


def folder_of(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/cwd")


def listed(*options: str) -> list[int]:
    """Processes, as pgrep finds them."""
    found = subprocess.run(["pgrep", *options], capture_output=True, text=True, check=True)
    return list(map(int, found.stdout.split()))


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_an_approval_waits_for_its_turn_too(tmp_path: Path, local_cloud: Cloud) -> None:
    made = slow(tmp_path, local_cloud)
    (tmp_path / "go").touch()
    made.push()
    for each in ("go", "begun"):
        (tmp_path / each).unlink()
    made.commit(delay=2)
    pushing = made.start("push", "fairway", "main")
    until((tmp_path / "begun").exists)
    approving = program(made.folder, local_cloud, **made.app.extra).start(
        "remote", "approve", "--env", "prod", "--yes"
    )
    until(waits(made, 2))
    (tmp_path / "go").touch()
    told = approving.communicate(timeout=60)
    pushing.communicate(timeout=60)
    assert "waiting for another push to prod" in told[0]
    assert "[approve.nothing]" in told[1], "no approval is needed here"
