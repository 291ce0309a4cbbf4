"""A lease that cannot be read is somebody's all the same, and nothing is made up about who that is."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from tests.cli.program import Program, program, write
from tests.local_cloud import Cloud, unique

SOMEBODY = "somebody whose lease cannot be read, renewed 3"
"""… and some seconds: it was written half a minute ago."""


@pytest.fixture
def app(tmp_path: Path, local_cloud: Cloud) -> Program:
    """A deployed stack, whose lease has been damaged."""
    folder = tmp_path / unique("app")
    write(folder, {"template.yaml": "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"})
    app = program(folder, local_cloud)
    assert app("deploy", "--yes").code == 0
    lease = next((folder / ".fairway" / "state" / "local").iterdir()) / "lease.json"
    lease.write_text('{"id": "5f0c2d9')
    written = time.time() - 30
    os.utime(lease, (written, written))
    return app


def test_who_waits_is_told_so(app: Program) -> None:
    refused = app("deploy", "--yes", "--wait-for-lock", "1s")
    assert refused.code == 1
    assert f"waiting for {SOMEBODY}" in refused.out
    assert "somebody whose lease cannot be read holds this stack" in refused.err


def test_status_says_so(app: Program) -> None:
    assert f"Under way by {SOMEBODY}" in app("status").out
    assert app("status", "--json").result["under_way"]["since"] == 0


def test_it_can_be_broken(app: Program) -> None:
    assert "somebody whose lease cannot be read holds it" in app("unlock", "0123456789ab").err
    broken = app("unlock", "unreadable")
    assert broken.code == 0, broken.err
    assert "broke the lease of somebody whose lease cannot be read" in broken.out
    assert app("deploy", "--yes").code == 0
