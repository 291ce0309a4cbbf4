"""Runs other programs for a build, and stops all of them at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairway.build.faults import without_credentials
from fairway.model.errors import Interrupted


@dataclass(frozen=True)
class Finished:
    """How a program ended; `output` is what it said on both streams, without credentials in URLs."""

    code: int
    output: str


class Processes:
    """The programs of one build run. `run` may be called from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def run(self, command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Finished:
        """Runs a program to its end. Raises Interrupted when it was stopped by `stop`."""
        with self._lock:
            if self._stopped:
                raise interrupted()
            # A session of its own, so that the programs it starts itself (npm's) can be stopped with it.
            process = subprocess.Popen(
                command, cwd=cwd, env=dict(env), text=True, errors="replace", start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            self._running.add(process)
        try:
            output, _ = process.communicate()
        finally:
            with self._lock:
                self._running.discard(process)
        if self._stopped:
            raise interrupted()
        return Finished(process.returncode, without_credentials(output))

    def stop(self) -> None:
        """Ends every running program with its children; they write only where a build may be thrown away."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def interrupted() -> Interrupted:
    """The error for a build that was stopped."""
    return Interrupted("build.interrupted", "the build was interrupted")
