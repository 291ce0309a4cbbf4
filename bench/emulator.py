"""A local cloud of the bench's own, with its call counter and its latency."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fairway.local.client import LocalCloud


@dataclass(frozen=True)
class Calls:
    """AWS calls as the cloud counted them: reads, writes, and each operation by `service.Operation`."""

    reads: int = 0
    writes: int = 0
    operations: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Emulator:
    """A running local cloud. `home` is the FAIRWAY_HOME under which the program finds it."""

    home: Path
    endpoint: str
    port: int

    def count_from_zero(self) -> None:
        self._ask("DELETE", "calls")

    def calls(self) -> Calls:
        return Calls(**self._ask("GET", "calls"))

    def reset(self) -> None:
        """Empty the cloud, so that no run pays for what an earlier one left."""
        self._ask("POST", "reset")

    @contextmanager
    def latency(self, milliseconds: int) -> Iterator[None]:
        """Every call takes that much longer."""
        with self.faults({"latency": milliseconds}):
            yield

    @contextmanager
    def faults(self, switches: Mapping[str, float]) -> Iterator[None]:
        """The cloud is as unkind as these say (`fairway local faults`)."""
        self._ask("PUT", "faults", switches)
        try:
            yield
        finally:
            self._ask("PUT", "faults", dict.fromkeys(switches, 0))

    def _ask(self, method: str, name: str, body: Mapping[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"/_fairway/{name}", json.dumps(body) if body else None)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise OSError(f"{method} {name}: {answer.status} {content!r}")
            return json.loads(content)
        finally:
            connection.close()


@contextmanager
def emulator(home: Path) -> Iterator[Emulator]:
    """A cloud on a free port, ended with the block."""
    cloud = LocalCloud(home)
    running = cloud.up(port=0)
    try:
        yield Emulator(home, running.endpoint, running.port)
    finally:
        cloud.down()
