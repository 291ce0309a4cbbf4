"""The program as a user runs it, in a folder of its own."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.local_cloud import Cloud, unique


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        """The last line of a `--json` run."""
        line: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        assert line["event"] == "result"
        return line

    @property
    def events(self) -> list[dict[str, Any]]:
        """The lines before it."""
        return [json.loads(line) for line in self.out.splitlines()[:-1]]

    def of(self, name: str) -> list[dict[str, Any]]:
        """The events of that name."""
        return [event for event in self.events if event["event"] == name]


@dataclass(frozen=True)
class Program:
    """`fairway`, run in `folder` against a local cloud, with nothing of the caller's AWS settings."""

    folder: Path
    home: Path
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "FAIRWAY_")) and k != "CI"}
        return {**kept, "FAIRWAY_HOME": str(self.home), "NO_COLOR": "1", **self.extra}

    def __call__(self, *arguments: str, timeout: float = 120, stdin: str = "") -> Ended:
        run = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            input=stdin,
        )
        return Ended(run.returncode, run.stdout, run.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The program in the background, in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def on_terminal(
        self, *arguments: str, typed: str = "", answers: Mapping[str, str] | None = None, timeout: float = 120
    ) -> Ended:
        """The program on a terminal of its own. `out` is all it shows.

        `answers` are typed when their questions are the last that is shown, each once; `typed` at the first
        question for yes or no.
        """
        ours, its = pty.openpty()
        with subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env={**self.environment, "CI": ""},
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
            preexec_fn=_take_terminal,
        ) as run:
            os.close(its)
            shown = _talk(ours, answers or {"[y/N] ": typed, "[Y/n] ": typed}, timeout)
        os.close(ours)
        return Ended(run.returncode, shown, "")

    def command(self, *arguments: str) -> Sequence[str]:
        return [sys.executable, "-m", "fairway", *arguments]


def _take_terminal() -> None:
    """Ctrl-C reaches only those whose terminal it is."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _talk(terminal: int, answers: Mapping[str, str], timeout: float) -> str:
    """Type each answer once its question is there, and read what is shown to the end."""
    shown, left, end = "", dict(answers), time.monotonic() + timeout
    while select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
        try:
            shown += os.read(terminal, 65536).decode(errors="replace").replace("\r\n", "\n")
        except OSError:  # the program has ended
            return shown
        if question := next(filter(shown.endswith, left), ""):
            os.write(terminal, left.pop(question).encode())
    raise TimeoutError(f"it did not end; it has shown:\n{shown}")


def program(folder: Path, cloud: Cloud, **extra: str) -> Program:
    """The program in `folder`, with the local cloud of these tests as its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return Program(folder, cloud.home, extra)


def state_in(place: str, app: Program) -> Program:
    """The same program, its state in a `folder`, the default, or in a bucket of its own (`s3`)."""
    if place == "s3":
        made = app("bootstrap", "--bucket", unique("state"))
        assert made.code == 0, made.err
    return app


def planned(app: Program) -> dict[str, tuple[str, list[str]]]:
    """What would change: the action and the properties, by address."""
    return planned_actions(app("plan", "--json").of("PlanMade")[0]["plan"]["changes"])


def planned_actions(changes: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, list[str]]]:
    """What the changes of a plan do: the action and the properties, by address."""
    return {
        change["address"]: (change["action"], [each["path"] for each in change["properties"]])
        for change in changes
        if change["action"] != "unchanged"
    }


def identifier(app: Program, address: str) -> str:
    """How AWS knows a deployed resource."""
    resources = app("status", "--json").result["resources"]
    return next(str(each["identifier"]) for each in resources if each["address"] == address)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
