"""The examples' own tests run with their own requirements, apart from this project's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.examples.app import EXAMPLES


def test_the_tests_of_ray_converter_pass(tmp_path: Path) -> None:
    example = EXAMPLES / "ray-converter"
    requirements = example / "functions/ray_converter/requirements.txt"
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "-q", "--target", tmp_path, "-r", requirements],
        check=True,
    )
    tests = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "no:cacheprovider"),
            *("--rootdir", example, "--confcutdir", example, example / "tests"),
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert "8 passed" in tests.stdout
