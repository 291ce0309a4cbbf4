"""SIGKILL at any moment of a save leaves a complete document: the old one or the new one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairway.state.folder import FolderObjects
from fairway.state.store import Store

SAVE = """
import sys
from dataclasses import replace
from pathlib import Path
from fairway.model.state import ResourceState
from fairway.state.document import new_state
from fairway.state.folder import FolderObjects
from fairway.state.store import Store

store = Store(FolderObjects(Path(sys.argv[1])))
resources = {f"R{i}": ResourceState(f"R{i}", "AWS::SQS::Queue", "x" * 400) for i in range(200)}
state = replace(new_state("shop", "dev"), resources=resources)
while True:
    state = store.save(state)
    print(state.serial, flush=True)
"""


@pytest.mark.parametrize("seed", range(5))
def test_kill_while_saving(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, "-c", SAVE, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        told = [int(line) for line in process.stdout.read().splitlines() if line]

    state = Store(FolderObjects(tmp_path)).load("dev", "shop")
    assert state is not None
    assert len(state.resources) == 200
    assert state.serial >= max(told, default=1), "what was reported as saved is there"
    saved = Store(FolderObjects(tmp_path)).save(state)
    assert saved.serial == state.serial + 1
