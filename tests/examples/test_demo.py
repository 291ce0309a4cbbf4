"""The demo that the README names: the main job, seen to its end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.examples.app import EXAMPLES


def test_the_demo_deploys_calls_changes_and_removes_an_app(tmp_path: Path) -> None:
    demo = subprocess.run(
        [sys.executable, str(EXAMPLES / "demo.py"), str(tmp_path / "demo")],
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert demo.stderr == "starting the local cloud; `fairway local down` stops it\n"
    answers = [json.loads(line) for line in demo.stdout.splitlines() if line.startswith("{")]
    assert [answer["version"] for answer in answers] == ["1", "2"]
    assert all(answer["direction"] == [0.612372436, 0.612372436, 0.5] for answer in answers)
    assert "1 write)" in demo.stdout
    assert re.search(r"^# Done: .*the deployed code", demo.stdout.strip().splitlines()[-1])
