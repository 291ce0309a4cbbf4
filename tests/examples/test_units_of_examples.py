"""The examples' own tests run with their own requirements, apart from this project's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.examples.app import EXAMPLES


def test_the_tests_of_ray_converter_pass(tmp_path: Path) -> None:
    requirements = EXAMPLES / "ray-converter/functions/ray_converter/requirements.txt"
    subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "-q", "--target", tmp_path, "-r", requirements],
        check=True,
    )
    assert "8 passed" in units("ray-converter", tmp_path)


def test_the_tests_of_document_pipeline_pass(tmp_path: Path) -> None:
    assert "16 passed" in units("document-pipeline", tmp_path)


def test_the_tests_of_crm_pass(tmp_path: Path) -> None:
    assert "9 passed" in units("crm", tmp_path)


def test_the_tests_of_the_front_end_of_crm_pass() -> None:
    web = EXAMPLES / "crm" / "web"
    ran = subprocess.run(["npm", "test"], cwd=web, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "pass 6" in ran.stdout


def units(name: str, installed: Path) -> str:
    """What the tests of an example say, with what is installed for them."""
    example = EXAMPLES / name
    tests = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "no:cacheprovider"),
            *("--rootdir", example, "--confcutdir", example, example / "tests"),
        ],
        cwd=installed,
        env={"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout + tests.stderr
    return tests.stdout
