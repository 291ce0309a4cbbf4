"""The demo that the README names: the main job, seen to its end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.examples.app import EXAMPLES


def test_the_demo_pushes_calls_changes_breaks_and_removes_an_app(tmp_path: Path) -> None:
    demo = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py"), str(tmp_path / "demo")],
        env=os.environ | {"NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout
    answers = [json.loads(line) for line in demo.stdout.splitlines() if line.startswith("{")]
    assert [answer["version"] for answer in answers] == ["1", "2", "2"]
    assert all(answer["direction"] == [0.612372436, 0.612372436, 0.5] for answer in answers)
    first, line, broken = re.findall("^# [0-9.]+ s, exit code ([0-9])$", demo.stdout, re.MULTILINE)
    assert (first, line, broken) == ("0", "0", "1")
    assert "(1 updated, 1 artifact proved fresh, 1 read, 1 write)" in demo.stdout
    assert "[remote rejected] main -> local" in demo.stdout
    assert re.search(r"^# Done: .*the deployed code", demo.stdout.strip().splitlines()[-1])
