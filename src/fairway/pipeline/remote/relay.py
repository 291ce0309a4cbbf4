"""Runs a command for whoever pushes: its lines go to them, and it is stopped when they are gone."""

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
from typing import IO

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
    """The way to whoever pushes, which is a pipe to git."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._watch = select.poll()
        self._watch.register(out, 0)  # only that its reader is gone

    @property
    def is_cut(self) -> bool:
        """Whether nobody reads any more."""
        return bool(self._watch.poll(0))

    def say(self, text: str) -> None:
        """Tell them a line, if they are there."""
        self.write(f"{text}\n".encode())

    def write(self, text: bytes) -> None:
        """Nobody may be there any more: what runs goes on to its end."""
        with suppress(BrokenPipeError):
            self._out.write(text)
            self._out.flush()

    def run(self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], holds: int = -1) -> int:
        """Run `fairway` with some arguments, and relay what it says. Returns its exit code.

        It keeps the descriptor `holds` open. A signal, or that nobody reads any more, interrupts it: then it
        finishes what is under way and records it.
        """
        command = [sys.executable, "-P", "-m", "fairway", *arguments]
        with subprocess.Popen(
            command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, pass_fds=(holds,) if holds >= 0 else (),
        ) as run, _on_signals(lambda: run.send_signal(signal.SIGINT)):  # fmt: skip
            self._relay(run)
        return run.returncode

    def _relay(self, run: subprocess.Popen[bytes]) -> None:
        assert run.stdout
        ours, its = self._out.fileno(), run.stdout.fileno()
        events = select.poll()
        events.register(its, select.POLLIN)
        events.register(ours, 0)
        begun = b""
        while True:
            ready = dict(events.poll(_GLANCE))
            if ours in ready:
                events.unregister(ours)
                run.send_signal(signal.SIGINT)
            if its not in ready and run.poll() is not None:
                break  # what it left running may hold its output open
            if its in ready:
                if not (text := os.read(its, 65536)):
                    break
                lines, _, begun = (begun + text).rpartition(b"\n")
                self.write(legible(lines) + b"\n" if lines else b"")
        self.write(legible(begun) + b"\n" if begun else b"")


@contextmanager
def _on_signals(act: Callable[[], None]) -> Iterator[None]:
    before = {number: signal.signal(number, lambda *_: act()) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
