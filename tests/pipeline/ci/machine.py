"""A machine as a CI system gives it to a job: an empty home, a Python, and the variables that it sets."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.local_cloud import REGION, Cloud

ROOT = Path(__file__).parents[3]


def wheel(folder: Path) -> Path:
    """A folder with Fairway as it would be in the package index."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def python(folder: Path) -> Path:
    """The programs of a Python that has what Fairway depends on, but not Fairway."""
    venv.create(folder, with_pip=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    others = folder / "others"
    others.mkdir()
    for each in Path(site.getsitepackages()[0]).iterdir():
        if "fairway" not in each.name.lower():
            (others / each.name).symlink_to(each)
    (packages / "others.pth").write_text(f"{others}\n")
    return folder / "bin"


@dataclass
class Machine:
    """Runs steps in a checkout of its own, one by one, each as the service would run it."""

    repository: Path
    folder: Path
    programs: Path
    index: Path
    cloud: Cloud
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.checkout = self.folder / "checkout"
        subprocess.run(["git", "clone", "-q", self.repository, self.checkout], check=True)
        (self.folder / "home").mkdir()

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the test's own but the way to the local cloud and the index."""
        return {
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "CI": "true",
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "PIP_NO_INDEX": "1",
            "PIP_NO_DEPS": "1",
            "PIP_FIND_LINKS": str(self.index),
            "AWS_ENDPOINT_URL": self.cloud.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            **self.variables,
        }

    def run(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One step, in the shell that runs it where the file names none."""
        file = self.folder / "step.sh"
        file.write_text(script + "\n")
        return subprocess.run(
            ["bash", "-e", str(file)],
            cwd=self.checkout,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )


@dataclass
class GitHubMachine(Machine):
    """Runs the jobs of a workflow. What their `uses` steps do is done here, as far as it is files."""

    artifacts: Path = Path()
    token: str = ""

    def job(self, job: Any) -> list[subprocess.CompletedProcess[str]]:
        """Every step, up to the first that fails, then those that run always; how each `run` ended."""
        ended: list[subprocess.CompletedProcess[str]] = []
        for step in job["steps"]:
            failed = any(each.returncode for each in ended)
            if failed and step.get("if") != "always()":
                continue
            if "run" in step:
                variables = {name: self._filled(value) for name, value in step.get("env", {}).items()}
                ended.append(self.run(step["run"], **variables))
            else:
                self._use(step["uses"], step["with"])
        return ended

    def _use(self, action: str, given: Mapping[str, str]) -> None:
        if "-artifact@" not in action:
            return
        here, kept = self.checkout / given["path"], self.artifacts / given["name"]
        source, place = (here, kept) if "upload" in action else (kept, here)
        if source.exists():
            shutil.copytree(source, place, dirs_exist_ok=True)

    def _filled(self, value: str) -> str:
        return re.sub(r"\$\{\{ github\.token \}\}", self.token, value)


def event(folder: Path, content: Mapping[str, Any]) -> Path:
    """The file in which GitHub tells what happened."""
    file = folder / "event.json"
    file.write_text(json.dumps(content))
    return file
