"""What a bench came to, as plain data."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.measure import Series


@dataclass(frozen=True)
class Ratio:
    """What Fairway took beside its floor. `target` is the most it may be; None where none was set."""

    figure: str
    name: str
    ours: float
    floor: float
    unit: str
    target: float | None = None

    @property
    def value(self) -> float | None:
        """None where the floor is nothing."""
        return self.ours / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """None where there is no target."""
        return None if self.target is None else self.ours <= self.target * self.floor


@dataclass(frozen=True)
class Machine:
    """What it ran on, as far as it matters: the load before it started tells whether others worked too."""

    cores: int
    python: str
    load: float

    @classmethod
    def this(cls) -> Machine:
        return cls(os.cpu_count() or 1, platform.python_version(), os.getloadavg()[0])

    @property
    def noisy(self) -> bool:
        return self.load > self.cores / 2


@dataclass(frozen=True)
class Report:
    """All figures of one run of the bench. `notes` say what was left out and why."""

    machine: Machine
    date: str
    repetitions: int
    series: tuple[Series, ...]
    ratios: tuple[Ratio, ...]
    notes: tuple[str, ...] = field(default=())

    def document(self) -> Mapping[str, Any]:
        """The report for JSON; each series with its medians and its samples."""
        series = {
            each.name: {
                "wall": each.wall,
                "cpu": each.cpu,
                "reads": each.reads,
                "writes": each.writes,
                "samples": [asdict(sample) for sample in each.samples],
            }
            for each in self.series
        }
        ratios = [{**asdict(ratio), "ratio": ratio.value, "met": ratio.met} for ratio in self.ratios]
        return {
            "date": self.date,
            "machine": asdict(self.machine),
            "repetitions": self.repetitions,
            "series": series,
            "ratios": ratios,
            "notes": list(self.notes),
        }
