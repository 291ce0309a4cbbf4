"""Two deploys of a stack are serialised; a lock dies with its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairway.model.errors import Failed
from fairway.pipeline.storage import stack_lock
from fairway.state.folder import FolderObjects
from fairway.state.lock import Holder
from fairway.state.store import Store

HOLD = """
import sys, time
from pathlib import Path
from fairway.pipeline.storage import stack_lock
from fairway.state.folder import FolderObjects
from fairway.state.store import Store
with stack_lock(Store(FolderObjects(Path(sys.argv[1]))), "dev", "shop", command="fairway deploy"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_one_is_refused_in_time_and_told_who_holds_it(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    told: list[Holder] = []
    store = Store(FolderObjects(tmp_path))
    lock = stack_lock(store, "dev", "shop", command="x", timeout=0.1, waiting=told.append)
    with pytest.raises(Failed) as caught, lock:
        pass
    assert caught.value.code == "state.locked"
    assert f"fairway deploy (process {holder.pid})" in caught.value.what
    assert [(one.pid, one.command) for one in told] == [(holder.pid, "fairway deploy")]


def test_a_second_one_goes_on_when_the_first_has_finished(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    def finish(_: Holder) -> None:
        assert holder.stdin is not None
        holder.stdin.write("\n")
        holder.stdin.flush()

    with stack_lock(Store(FolderObjects(tmp_path)), "dev", "shop", command="x", timeout=10, waiting=finish):
        assert holder.wait(10) == 0


def test_a_killed_holder_leaves_no_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(10)
    with stack_lock(Store(FolderObjects(tmp_path)), "dev", "shop", command="x", timeout=0):
        pass


def test_stacks_and_environments_are_locked_apart(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    store = Store(FolderObjects(tmp_path))
    with (
        stack_lock(store, "dev", "other", command="x", timeout=0),
        stack_lock(store, "prod", "shop", command="x", timeout=0),
    ):
        pass
