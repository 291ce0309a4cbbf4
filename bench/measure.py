"""One process, measured: wall, CPU with its children, and the calls it made."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.emulator import Calls, Emulator

_TAIL = 2000


class RunFailed(Exception):
    """A measured command failed; its text holds the command and the end of what it printed."""


@dataclass(frozen=True)
class Sample:
    """One run: wall and CPU (user and system, children that were waited for included) in seconds."""

    wall: float
    cpu: float
    calls: Calls = field(default_factory=Calls)


@dataclass(frozen=True)
class Series:
    """Runs of the same thing; every figure of it is a median."""

    name: str
    samples: tuple[Sample, ...]

    @property
    def wall(self) -> float:
        return median(sample.wall for sample in self.samples)

    @property
    def cpu(self) -> float:
        return median(sample.cpu for sample in self.samples)

    @property
    def reads(self) -> int:
        return int(median(sample.calls.reads for sample in self.samples))

    @property
    def writes(self) -> int:
        return int(median(sample.calls.writes for sample in self.samples))


@dataclass
class Ledger:
    """Collects samples by the name of what was measured, in the order the names first came."""

    _samples: dict[str, list[Sample]] = field(default_factory=dict)

    def add(self, name: str, sample: Sample) -> None:
        self._samples.setdefault(name, []).append(sample)

    def __getitem__(self, name: str) -> Series:
        return Series(name, tuple(self._samples[name]))

    def __contains__(self, name: str) -> bool:
        return name in self._samples

    @property
    def series(self) -> tuple[Series, ...]:
        return tuple(self[name] for name in self._samples)


def measure(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], emulator: Emulator | None = None
) -> Sample:
    """Run a command to its end. With an emulator its calls are counted. Raises RunFailed."""
    if emulator:
        emulator.count_from_zero()
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)  # waited for here, not by subprocess
        if process.returncode:
            output.seek(0)
            raise RunFailed(_words(command, process.returncode, output.read()))
    calls = emulator.calls() if emulator else Calls()
    return Sample(wall, usage.ru_utime + usage.ru_stime, calls)


def _words(command: Iterable[str], code: int, output: bytes) -> str:
    return f"{' '.join(command)} ended with {code}:\n{output.decode(errors='replace')[-_TAIL:]}"
