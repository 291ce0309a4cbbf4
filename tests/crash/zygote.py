"""Runs of `fairway` forked from an interpreter that has everything imported.

A killed run and its repetition cost an interpreter's start and its imports otherwise, which is most of the
time of a crash point. A run is as real as one from a shell: a session and process group of its own, its
own folder, environment and output files; only what an import leaves behind is shared.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

_PRELOADED = (
    "fairway.__main__",
    "fairway.cli.main",
    "fairway.cli.commands",
    "fairway.stacks.deploy",
    "fairway.local.client",
    "botocore.session",
    "botocore.client",
    "botocore.config",
    "botocore.httpsession",
    "botocore.signers",
    "concurrent.futures.thread",
    "samtranslator.translator.translator",
    "yaml",
)


@dataclass(frozen=True)
class Ended:
    """How a run ended; a killed one has a negative code, as in `subprocess`."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> dict[str, Any]:
        """The result line of a `--json` run that was not killed."""
        line: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return line


@dataclass
class Zygote:
    """Forks runs, one at a time. `folder` holds the output of the last one."""

    folder: Path
    environment: Mapping[str, str]
    pid: int = field(default=0, init=False)
    """Process and process group of the run under way."""

    def __enter__(self) -> Zygote:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()  # its loop ends with its input
        self._process.wait(timeout=30)

    def start(self, *arguments: str) -> None:
        """Begin a run; it may be killed by `pid` from now on, until `wait` has returned."""
        request = {
            "arguments": arguments,
            "folder": str(self.folder),
            "environment": dict(self.environment),
            "out": str(self.folder / "out"),
            "err": str(self.folder / "err"),
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        self.pid = self._answer()

    def wait(self) -> Ended:
        """Wait for the run's end."""
        code = self._answer()
        self.pid = 0
        return Ended(code, (self.folder / "out").read_text(), (self.folder / "err").read_text())

    def run(self, *arguments: str) -> Ended:
        """A run from its beginning to its end."""
        self.start(*arguments)
        return self.wait()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


def serve(requests: Iterable[str]) -> None:
    """Fork a run for each line; tell its process id, then its exit code."""
    for name in _PRELOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is shared with the runs stays shared: no collection writes to it
    for line in requests:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(**request)
        _tell(pid)
        _tell(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _become(arguments: Sequence[str], folder: str, environment: dict[str, str], out: str, err: str) -> None:
    """Be the program, in this forked process. Never returns."""
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(os.open(path, flags, 0o600), descriptor)
    sys.stdin = os.fdopen(0)  # the other one has read ahead
    sys.argv = ["fairway", *arguments]
    from fairway.__main__ import program

    program()


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(iter(sys.stdin.readline, ""))
