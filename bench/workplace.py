"""Where the runs happen: folders, environment, and how the program and the floors are started."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.emulator import Emulator
from bench.measure import Ledger, Sample, measure

ROOT = Path(__file__).parents[1]
_PROGRAMS = Path(sys.executable).parent
ACCOUNT, REGION = "123456789012", "us-east-1"
Call = tuple[str, str, Mapping[str, Any]]
"""Service, operation and parameters; bytes as `{"base64": text}`."""
_NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    **{f"GIT_{who}_{what}": "bench" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}
"""Who commits, with nothing of the caller's git settings."""
# Python keeps compiled modules wherever a program is installed; else each start would compile botocore anew.
_KEPT_OUT = ("AWS_", "FAIRWAY_", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Workplace:
    """A scratch folder, the cloud, and where the samples go."""

    folder: Path
    emulator: Emulator
    ledger: Ledger
    repetitions: int

    def environment(self, cache: str = "cache") -> dict[str, str]:
        """The caller's without its AWS settings; `cache` names the build cache among those of this bench.

        This Python's programs come first on the path: a project's tests call `python`.
        """
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_KEPT_OUT)}
        return kept | {
            "PATH": os.pathsep.join([str(_PROGRAMS), os.environ.get("PATH", os.defpath)]),
            "FAIRWAY_HOME": str(self.emulator.home),
            "FAIRWAY_CACHE": str(self.folder / cache),
            "FAIRWAY_STATE": str(self.folder / "state"),
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
        }

    def aws_environment(self) -> dict[str, str]:
        """The environment of a program that knows AWS only, not our local cloud."""
        return self.environment() | {
            "AWS_ENDPOINT_URL": self.emulator.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def fairway(
        self, arguments: Sequence[str], *, name: str = "", cache: str = "cache", within: Path | None = None
    ) -> Sample:
        """Run the program, in the bench's folder or `within` a project's; under a `name` the run counts."""
        command = [str(_PROGRAMS / "fairway"), *arguments]
        return self._measured(command, self.environment(cache), name, within)

    def bare(self, arguments: Sequence[str], *, name: str = "") -> Sample:
        """Run the program without its journal and lease (`bench.bare`); under a `name` the run counts."""
        command = [sys.executable, "-m", "bench.bare", *arguments]
        return self._measured(command, self.environment(), name)

    def by_hand(self, tests: Sequence[str], *, name: str = "", within: Path) -> Sample:
        """Run the floor of a project's pipeline (`bench.floors.by_hand`); under a `name` the run counts."""
        command = [sys.executable, "-m", "bench.floors.by_hand", *tests]
        return self._measured(command, self.environment(), name, within)

    def floor(
        self, script: str, arguments: Sequence[str], *, name: str = "", within: Path | None = None
    ) -> Sample:
        """Run a script of `bench/floors` on the cloud; under a `name` the run counts."""
        command = [sys.executable, "-m", f"bench.floors.{script}", *arguments]
        return self._measured(command, self.aws_environment(), name, within)

    def outside(self, command: Sequence[str], *, name: str = "", within: Path) -> Sample:
        """Run any program, such as git, that knows AWS only; under a `name` the run counts."""
        return self._measured(command, self.aws_environment() | _NOBODY, name, within)

    def recorded(self, arguments: Sequence[str]) -> list[Call]:
        """Run the program unmeasured; returns the calls it sent, in order."""
        file = self.folder / "recorded.json"
        command = [sys.executable, "-m", "bench.recorder", str(file), *arguments]
        measure(command, self.folder, self.environment())
        calls: list[Call] = json.loads(file.read_bytes())
        return calls

    def peak(self, arguments: Sequence[str]) -> int:
        """Run the program unmeasured but for the most memory that it held, in bytes."""
        file = self.folder / "peak"
        command = [sys.executable, "-m", "bench.peak", str(file), *arguments]
        measure(command, self.folder, self.environment())
        return int(file.read_text())

    def floor_of(self, script: str, waves: Sequence[Sequence[Call]], *, name: str = "") -> Sample:
        """Send those calls with a script of `bench/floors`, wave after wave."""
        file = self.folder / "calls.json"
        file.write_text(json.dumps(waves))
        return self.floor(script, [str(file)], name=name)

    def _measured(
        self, command: Sequence[str], environment: Mapping[str, str], name: str, within: Path | None = None
    ) -> Sample:
        sample = measure(command, within or self.folder, environment, self.emulator)
        if name:
            self.ledger.add(name, sample)
        return sample


def aws_client(emulator: Emulator, service: str) -> Any:
    """A boto3 client of the emulator, for what is prepared and looked at between runs."""
    import boto3

    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=emulator.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
