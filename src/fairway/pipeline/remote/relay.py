"""Runs a command for whoever pushes: its lines go to them, as long as they are there."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b.|[\x00-\x08\x0b-\x1f\x7f]")
"""Escape sequences (ECMA-48 5.4) and control characters but for tabs and line ends."""
_GLANCE = 500
"""Milliseconds between two looks at whether a silent command has ended."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def legible(text: bytes) -> bytes:
    """Lines without control codes; of a line that was written over its last state."""
    lines = (line.rstrip(b"\r").rpartition(b"\r")[2] for line in text.split(b"\n"))
    return b"\n".join(_CONTROL.sub(b"", line) for line in lines)


class Relay:
    """The way to whoever pushes: a pipe to git, which sends on what it reads there.

    When their connection breaks, git keeps the pipe open and reads it no more. What is said from then on is
    dropped: what runs goes on to its end. `patience` is for how many seconds nothing may be read before that.
    """

    def __init__(self, pipe: int, patience: float = 10.0) -> None:
        self._pipe, self._patience = pipe, patience
        self._is_read = True

    def say(self, text: str) -> None:
        """Tell them a line, if they are there."""
        self.write(f"{text}\n".encode())

    def write(self, text: bytes) -> None:
        """Send it on, if they are there."""
        for start in range(0, len(text), select.PIPE_BUF):  # as many bytes as a pipe that is ready takes
            self._is_read = self._is_read and self._is_ready()
            if self._is_read:
                with suppress(BrokenPipeError):
                    os.write(self._pipe, text[start : start + select.PIPE_BUF])

    def _is_ready(self) -> bool:
        poll = select.poll()
        poll.register(self._pipe, select.POLLOUT)
        return bool(poll.poll(self._patience * 1000))

    def run(self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], holds: int = -1) -> int:
        """Run `fairway` with some arguments, and relay what it says. Returns its exit code.

        It keeps the descriptor `holds` open. A signal interrupts it: then it finishes what is under way and
        records it.
        """
        command = [sys.executable, "-P", "-m", "fairway", *arguments]
        with subprocess.Popen(
            command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, pass_fds=(holds,) if holds >= 0 else (),
        ) as run, _on_signals(lambda: run.send_signal(signal.SIGINT)):  # fmt: skip
            begun = b""
            for text in _output(run):
                lines, ended, begun = (begun + text).rpartition(b"\n")
                self.write(legible(lines + ended))
            self.write(legible(begun) + b"\n" if begun else b"")
        return run.returncode


def _output(run: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What a command says until it has ended, even if something that it has started goes on."""
    assert run.stdout
    output, poll = run.stdout.fileno(), select.poll()
    poll.register(output, select.POLLIN)
    while (said := poll.poll(_GLANCE)) or run.poll() is None:
        if said:
            if not (text := os.read(output, 65536)):
                return
            yield text


@contextmanager
def _on_signals(act: Callable[[], None]) -> Iterator[None]:
    before = {number: signal.signal(number, lambda *_: act()) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
