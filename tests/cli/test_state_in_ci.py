"""A CI system's job begins in a new checkout: what it deploys must not be forgotten with that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Program

PROJECT = """\
[stacks.api]
source = "."
[environments.prod]
region = "eu-central-1"
"""


@pytest.fixture
def job(tmp_path: Path) -> Program:
    (tmp_path / "fairway.toml").write_text(PROJECT)
    (tmp_path / "template.yaml").write_text("Resources: {Jobs: {Type: 'AWS::SQS::Queue'}}\n")
    nowhere = {"CI": "true", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    return Program(tmp_path, tmp_path / "home", nowhere)


@pytest.mark.parametrize("command", ["run", "deploy"])
def test_state_that_would_be_gone_with_the_checkout_is_refused_in_ci(job: Program, command: str) -> None:
    refused = job(command, "--env", "prod", "--yes")
    assert refused.code == 2
    assert "[state.not-shared]" in refused.err
    assert "fairway bootstrap --env prod" in refused.err


def test_who_names_the_place_has_thought_of_it(job: Program) -> None:
    meant = job("run", "--env", "prod", "--yes", "--to", "build", "--state", ".fairway/state")
    assert "state.not-shared" not in meant.err
    assert "state.not-shared" not in job("run", "--env", "prod", "--to", "test").err


def test_a_laptop_keeps_its_state_where_it_likes(job: Program) -> None:
    laptop = replace(job, extra={**job.extra, "CI": ""})
    assert "state.not-shared" not in laptop("run", "--env", "prod", "--to", "checks").err
