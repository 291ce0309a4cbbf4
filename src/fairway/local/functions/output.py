"""A worker's output as log lines."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable

from fairway.local.functions.model import LogLine

_CHUNK = 65536
_LONGEST_LINE = (
    256 * 1024
)  # BC logs PutLogEvents: an event is at most 256 KB (1 MB since 2025); longer is cut


class Output:
    """Reads the pipe `fd` in a thread of its own; `take` gives what has come since the last time."""

    def __init__(self, fd: int, clock: Callable[[], float] = time.time) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._clock = clock
        self._lock = threading.Lock()
        self._rest = b""
        self._lines: list[LogLine] = []
        self._open = True
        threading.Thread(target=self._follow, name="worker output", daemon=True).start()

    def take(self) -> list[LogLine]:
        """All lines written so far: what a worker wrote before it answered is already in the pipe."""
        self._drain()
        with self._lock:
            lines, self._lines = self._lines, []
        return lines

    def _follow(self) -> None:
        while self._open:
            select.select([self._fd], [], [], 1)
            self._drain()
        os.close(self._fd)

    def _drain(self) -> None:
        with self._lock:
            while self._open:
                try:
                    data = os.read(self._fd, _CHUNK)
                except BlockingIOError:
                    return
                if not data:
                    self._open = False
                self._add(data)

    def _add(self, data: bytes) -> None:
        *whole, self._rest = (self._rest + data).split(b"\n")
        if self._rest and (not data or len(self._rest) > _LONGEST_LINE):
            whole.append(self._rest)
            self._rest = b""
        now = int(self._clock() * 1000)
        for line in whole:
            text = line.decode("utf-8", "replace").rstrip("\r").replace("\r", "\n")
            if text:
                self._lines.append(LogLine(now, text))
