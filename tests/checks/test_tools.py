"""A tool must be on the path, in a version that fits."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.checks.deployed import Place, place
from tests.local_cloud import Cloud

from fairway.model.checked import Checked
from fairway.project.checks import Tool

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def checked(at: Place, tool: str, version: str = "") -> Checked:
    (found,) = at.check(Tool(name=tool, tool=tool, version=version))
    return found


@pytest.fixture
def here(tmp_path: Path, local_cloud: Cloud) -> Place:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, said in {"old": "old version v1.2.3 (of 2019)", "mute": "no number here"}.items():
        (programs / name).write_text(f"#!/bin/sh\necho '{said}'\n")
        (programs / name).chmod(0o755)
    return place(tmp_path, local_cloud, {}, PATH=f"{programs}:{Path(sys.executable).parent}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("tool", "version"),
    [("sh", ""), ("old", ">=1.2,<2"), ("old", "==1.2.3"), ("python", f">={PYTHON}"), ("mute", "")],
)
def test_one_that_fits(here: Place, tool: str, version: str) -> None:
    assert checked(here, tool, version).result == "passed"


def test_one_that_is_missing(here: Place) -> None:
    found = checked(here, "no-such-tool", ">=2")
    assert (found.result, found.kind) == ("failed", "tool")
    assert found.message == "no-such-tool is not installed"
    assert found.next == "install no-such-tool >=2"


def test_one_that_is_too_old(here: Place) -> None:
    found = checked(here, "old", ">=2")
    assert (found.result, found.message) == ("failed", "old is 1.2.3, wanted is >=2")


def test_one_that_does_not_tell(here: Place) -> None:
    found = checked(here, "mute", ">=2")
    assert (found.result, found.message) == ("failed", "mute does not tell its version")
