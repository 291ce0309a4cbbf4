"""Runs the project's own commands: tests, hooks. Their output goes to files, without secrets, and they can be
stopped.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fairway.model.masking import Masks

NOTHING_SECRET = Masks()
GRACE = 2.0
"""Seconds that a program has to end by itself: interrupted, all of Fairway has five."""
TAIL_LINES, TAIL_BYTES = 40, 8000
"""So much of a log is shown where its program failed."""


@dataclass(frozen=True)
class Program:
    """A command for the shell, in a folder, for at most `timeout` seconds. `log` is where its output goes,
    masked.
    """

    name: str
    command: str
    folder: Path
    timeout: float
    log: Path


@dataclass(frozen=True)
class Ran:
    """How a program ended: its exit code, None where its time was up."""

    program: Program
    code: int | None
    seconds: float

    @property
    def words(self) -> str:
        """How it ended, and where all of its output is."""
        program = self.program
        late = f"took longer than {program.timeout:g} s"
        return (
            f"{late if self.code is None else f'ended with {self.code}'}; all it printed is in {program.log}"
        )

    @property
    def tail(self) -> str:
        """The end of what it printed."""
        with self.program.log.open("rb") as log:
            log.seek(max(0, self.program.log.stat().st_size - TAIL_BYTES))
            text = log.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-TAIL_LINES:])


class Programs:
    """The programs of one stage, in the environment `environ`. All of them end when the stage is left."""

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        masks: Masks = NOTHING_SECRET,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environ = environ
        self._masks = masks
        self._clock = clock
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run_all(self, programs: Sequence[Program], workers: int, ended: Callable[[Ran], None]) -> list[Ran]:
        """Run them, some at once; `ended` is told of each, from its thread.

        Interrupted, all are stopped, with the programs that they started.
        """
        with ThreadPoolExecutor(max(1, workers), thread_name_prefix="program") as pool:
            futures = [pool.submit(self._run, each, ended) for each in programs]
            try:
                wait(futures)
            except BaseException:
                self._stop()
                raise
        return [future.result() for future in futures]

    def _run(self, program: Program, ended: Callable[[Ran], None]) -> Ran:
        began = self._clock()
        ran = Ran(program, self._code(program), self._clock() - began)
        ended(ran)
        return ran

    def _code(self, program: Program) -> int | None:
        program.log.touch()
        process = self._begin(program)
        if process is None:
            return None
        log = threading.Thread(target=self._keep, args=(process, program.log), daemon=True)
        log.start()
        try:
            return process.wait(program.timeout)
        except subprocess.TimeoutExpired:
            _end([process])
            return None
        finally:
            with self._lock:
                self._running.discard(process)
            log.join(GRACE)  # what it has left running may hold its output open

    def _keep(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """Write down what it prints, line by line: what may be a secret never reaches the disk."""
        assert process.stdout
        with (
            suppress(OSError),
            process.stdout as printed,
            log.open("w") as kept,
        ):  # a full disk breaks the pipe
            for line in printed:
                kept.write(self._masks.blank(line.decode(errors="replace")))
                kept.flush()

    def _begin(self, program: Program) -> subprocess.Popen[bytes] | None:
        """A session of its own, so that what it starts can be stopped with it."""
        with self._lock:
            if self._stopped:
                return None
            process = subprocess.Popen(
                program.command, shell=True, cwd=program.folder, env=self._environ, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            self._running.add(process)
            return process

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
            _end(self._running)


def _end(processes: set[subprocess.Popen[bytes]] | Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask them to end, with the programs that they started; make them, when they have not in time."""
    _signal(processes, signal.SIGTERM)
    until = time.monotonic() + GRACE
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
    _signal(processes, signal.SIGKILL)
    for process in processes:
        process.wait()


def _signal(processes: set[subprocess.Popen[bytes]] | Sequence[subprocess.Popen[bytes]], number: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):  # the whole group is gone
            os.killpg(process.pid, number)
