"""Kills every worker when the daemon is gone, however it went.

A child of the daemon that reads "+PID" and "-PID" lines from it; when the pipe closes (which the kernel does
even after SIGKILL) it kills the process groups still on its list. The workers themselves could not do this:
a handler in a tight loop looks at no pipe.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading


def main() -> None:
    """The child's whole life."""
    # a Ctrl-C or a SIGTERM to the daemon's group must not end the one who cleans up
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    alive: set[int] = set()
    for line in sys.stdin:
        pid = int(line[1:])
        if line[0] == "+":
            alive.add(pid)
        else:
            alive.discard(pid)
    for pid in alive:
        kill_group(pid)


def kill_group(pid: int) -> None:
    """End a worker and everything it has started; no error when it is already gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


class Reaper:
    """The daemon's side of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-I", __file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def watch(self, pid: int) -> None:
        self._tell(f"+{pid}\n")

    def forget(self, pid: int) -> None:
        self._tell(f"-{pid}\n")

    def _tell(self, line: str) -> None:
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(line)
            self._process.stdin.flush()


if __name__ == "__main__":
    main()
