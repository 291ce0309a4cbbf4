"""Where the runs happen: folders, environment, and how the program and the floors are started."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.emulator import Emulator
from bench.measure import Ledger, Sample, measure

ROOT = Path(__file__).parents[1]
_KEPT_OUT = ("AWS_", "FAIRWAY_")


@dataclass(frozen=True)
class Workplace:
    """A scratch folder, the cloud, and where the samples go."""

    folder: Path
    emulator: Emulator
    ledger: Ledger
    repetitions: int

    def environment(self, cache: str = "cache") -> dict[str, str]:
        """The caller's without its AWS settings; `cache` names the build cache among those of this bench."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_KEPT_OUT)}
        return kept | {
            "FAIRWAY_HOME": str(self.emulator.home),
            "FAIRWAY_CACHE": str(self.folder / cache),
            "FAIRWAY_STATE": str(self.folder / "state"),
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
        }

    def fairway(self, arguments: Sequence[str], *, name: str = "", cache: str = "cache") -> Sample:
        """Run the program; under a `name` the run counts."""
        command = [str(Path(sys.executable).with_name("fairway")), *arguments]
        return self._kept(name, measure(command, self.folder, self.environment(cache), self.emulator))

    def floor(self, script: str, arguments: Sequence[str], *, name: str = "") -> Sample:
        """Run a script of `bench/floors` on the cloud; under a `name` the run counts."""
        aws = {
            "AWS_ENDPOINT_URL": self.emulator.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        command = [sys.executable, "-m", f"bench.floors.{script}", *arguments]
        return self._kept(name, measure(command, self.folder, self.environment() | aws, self.emulator))

    def recorded_reads(self, arguments: Sequence[str], file: Path) -> None:
        """Run the program once more, unmeasured, and write its reads to `file`."""
        command = [sys.executable, "-m", "bench.recorder", str(file), *arguments]
        measure(command, self.folder, self.environment())

    def _kept(self, name: str, sample: Sample) -> Sample:
        if name:
            self.ledger.add(name, sample)
        return sample
