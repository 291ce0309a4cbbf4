"""Installs the other tools into `.bench/`, each apart from ours."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.workplace import ROOT

_HOME = ROOT / ".bench"


class NotInstalled(Exception):
    """A tool that is not here; its text says why."""


def sam() -> Path:
    """The `sam` program, from PyPI, in an environment of its own. Raises NotInstalled."""
    folder = _HOME / "sam"
    program = folder / "bin" / "sam"
    if not program.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
        python = str(folder / "bin" / "python")
        _run([uv, "pip", "install", "--quiet", "--python", python, "aws-sam-cli>=1.140,<2"])
    return program


def cdk() -> Path:
    """The `cdk` program, from npm. Raises NotInstalled, also where Node.js is missing."""
    folder = _HOME / "cdk"
    program = folder / "node_modules" / ".bin" / "cdk"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise NotInstalled("npm is not on the PATH")
        folder.mkdir(parents=True, exist_ok=True)
        _run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "aws-cdk"])
    return program


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"{' '.join(command[:3])} failed: {done.stderr.strip()[-300:]}")
