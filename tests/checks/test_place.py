"""Credentials, account, region and working tree are checked without any declaration."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.checks.deployed import Place, place, told
from tests.local_cloud import ACCOUNT, Cloud

from fairway.checks import before
from fairway.model.checked import Checked
from fairway.project.settings import EnvironmentSettings


def checked(at: Place, **settings: object) -> dict[str, Checked]:
    project = at.project(settings=EnvironmentSettings(**settings))  # type: ignore[arg-type]
    return {each.name: each for each in before.run(project, at.subject(project), told)}


@pytest.fixture
def here(tmp_path: Path, local_cloud: Cloud) -> Place:
    return place(tmp_path, local_cloud, {"template.yaml": "Resources: {}\n"})


def test_credentials_and_region_that_are_right(here: Place) -> None:
    found = checked(here, account=ACCOUNT, region="us-east-1")
    assert found["credentials"].result == found["region"].result == "passed"
    assert ACCOUNT in found["credentials"].message


def test_credentials_of_another_account(here: Place) -> None:
    found = checked(here, account="210987654321")["credentials"]
    assert found.result == "failed"
    wrong = f"local is in account 210987654321, and these credentials are of {ACCOUNT}"
    assert found.message == wrong
    assert "AWS_PROFILE" in found.next


def test_another_region(here: Place) -> None:
    found = checked(here, region="eu-central-1")["region"]
    assert (found.result, found.message) == ("failed", "calls go to us-east-1, and local is in eu-central-1")


def git(at: Place, *words: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run(["git", *who, *words], cwd=at.folder, check=True, capture_output=True)


def test_a_working_tree_is_looked_at_where_the_environment_demands_it(here: Place) -> None:
    assert "working tree" not in checked(here)
    assert "no git repository" in checked(here, clean_tree=True)["working tree"].why
    git(here, "init")
    git(here, "add", ".")
    assert "not committed" in checked(here, clean_tree=True)["working tree"].why
    git(here, "commit", "-m", "first")
    assert checked(here, clean_tree=True)["working tree"].result == "passed"
    assert "alone" in checked(here, branch="elsewhere")["working tree"].message
