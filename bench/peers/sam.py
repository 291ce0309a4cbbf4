"""`sam` with the same app: build and deploy, no change, one changed line, delete."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.app import ATLAS, change
from bench.measure import Sample, measure
from bench.peers import install
from bench.workplace import Workplace, aws_client

RUNS = 3
"""The most repetitions: a life with sam takes minutes where one with Fairway takes seconds."""
BUCKET = "bench-sam"


def run_sam(place: Workplace) -> tuple[str, ...]:
    """Measure it; returns what is to be known about the figures. Raises RunFailed, NotInstalled."""
    program = install.sam()
    aws_client(place.emulator, "s3").create_bucket(Bucket=BUCKET)
    for repetition in range(min(RUNS, place.repetitions)):
        made = _life(Sam(place, program, place.folder / f"sam-{repetition}", f"sam-{repetition}"))
    return (
        f"sam: the emulator's CloudFormation knows no AWS::Serverless types, so {made} of the 8 functions "
        "were there after its deploy: what was measured is sam's own work (build, packaging, upload, change "
        "set, its polls), less than it would do on AWS",
        "sam: --resolve-s3 was left out and a bucket given: its managed stack has no tags on the emulator, "
        "which sam refuses; `sam sync --code` was left out, because it needs those functions",
    )


@dataclass(frozen=True)
class Sam:
    """One copy of the app and the stack it becomes."""

    place: Workplace
    program: Path
    folder: Path
    stack: str

    def build(self, name: str = "") -> Sample:
        """Functions in parallel, and those that did not change from sam's own cache."""
        return self._run(["build", "--parallel", "--cached"], name)

    def deploy(self, name: str) -> Sample:
        flags = ["--stack-name", self.stack, "--s3-bucket", BUCKET, "--no-confirm-changeset"]
        flags += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
        return self._run(["deploy", *flags, "--no-fail-on-empty-changeset", "--no-progressbar"], name)

    def delete(self, name: str) -> Sample:
        return self._run(["delete", "--stack-name", self.stack, "--no-prompts"], name)

    def _run(self, arguments: Sequence[str], name: str) -> Sample:
        environment = self.place.aws_environment() | {"SAM_CLI_TELEMETRY": "0"}
        command = [str(self.program), *arguments]
        sample = measure(command, self.folder, environment, self.place.emulator)
        if name:
            self.place.ledger.add(f"sam: {name}", sample)
        return sample


def _life(sam: Sam) -> int:
    """From nothing to nothing; returns how many functions stood in between."""
    shutil.copytree(ATLAS.source, sam.folder, ignore=shutil.ignore_patterns(".fairway", ".aws-sam"))
    sam.build("build")
    sam.deploy("first deploy")
    made = len(aws_client(sam.place.emulator, "lambda").list_functions()["Functions"])
    sam.build("build, no change")
    sam.deploy("deploy, no change")
    change(sam.folder / ATLAS.handler)
    sam.build("build, one changed handler")
    sam.deploy("deploy, one changed handler")
    sam.delete("delete")
    return made
