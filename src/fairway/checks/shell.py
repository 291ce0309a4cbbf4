"""Runs a command line of the project's, with all that it starts, no longer than it may."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairway.model.errors import Interrupted, unusable_file

_LOOK_AGAIN = 0.2
"""Seconds after which a run that was stopped is noticed at the latest."""


def with_own_programs(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment of the project's commands: what is installed with Fairway, as uv is, comes last on the
    path, so that `uvx pytest` needs nothing else.
    """
    path = environ.get("PATH", os.defpath)
    return {**environ, "PATH": os.pathsep.join([path, os.path.dirname(sys.executable)])}


@dataclass(frozen=True)
class Ended:
    """How a command ended; `output` is what it said on both streams. `code` is None after a timeout."""

    code: int | None
    output: str


def run(
    command: str | Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    *,
    timeout: float,
    stop: threading.Event,
) -> Ended:
    """Run a command to its end; a text is the shell's.

    Raises Interrupted when `stop` is set meanwhile, Failed when it cannot even begin.
    """
    with _begun(command, folder, environ) as process:
        end = time.monotonic() + timeout
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                output, _ = process.communicate(timeout=_LOOK_AGAIN)
                return Ended(process.returncode, output)
            if stop.is_set() or time.monotonic() >= end:
                break
        _kill(process)
        output, _ = process.communicate()
    if stop.is_set():
        raise Interrupted("checks.interrupted", "a command was ended: the run was stopped")
    return Ended(None, output)


def _begun(command: str | Sequence[str], folder: Path, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            command, shell=isinstance(command, str), cwd=folder, env=dict(environ), text=True,
            errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what it started itself ends with it
        )  # fmt: skip
    except OSError as error:
        raise unusable_file(error) from None


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
