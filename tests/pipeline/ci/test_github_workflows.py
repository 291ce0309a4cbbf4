"""The workflows are what GitHub takes, ask for no more than they need, and run nothing that can be moved."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.pipeline.ci.flows import ONE, ROLE, STACKS, THREE, flow

from fairway.model.errors import InvalidDefinition, WrongInput
from fairway.pipeline.ci import github
from fairway.pipeline.ci.lanes import Flow, unprepared
from fairway.project.settings import (
    CiSettings,
    EnvironmentSettings,
    Project,
    StateSettings,
    TestSettings,
)

FLOWS = {"three": flow(THREE), "one": flow(ONE), "inside": flow(THREE, "services/shop")}
TOOLS = Path(sys.executable).parent


@pytest.fixture(params=list(FLOWS.values()), ids=list(FLOWS))
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A repository with the workflows of a flow."""
    for path, text in github.files(request.param).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def passes(*command: str | Path) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def workflow(given: Flow, name: str) -> Any:
    text = github.files(given)[f".github/workflows/fairway-{name}.yml"]
    return yaml.load(text, yaml.BaseLoader)  # no word is a truth value to it, as to GitHub


def jobs() -> Iterator[tuple[str, Any]]:
    for given in FLOWS.values():
        for name in ("pull-request", "deploy"):
            yield from workflow(given, name)["jobs"].items()


def runs(job: Any) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_they_fit_the_published_schema(repository: Path) -> None:
    files = sorted((repository / ".github/workflows").iterdir())
    passes(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)


def test_zizmor_finds_nothing_even_as_an_auditor(repository: Path) -> None:
    passes(TOOLS / "zizmor", "--offline", "--no-progress", "--persona=auditor", repository)


@pytest.mark.skipif(not shutil.which("actionlint"), reason="actionlint is not here")
def test_actionlint_finds_nothing(repository: Path) -> None:
    passes("actionlint", *sorted((repository / ".github/workflows").iterdir()))


def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it() -> None:
    for path, text in github.files(FLOWS["three"]).items():
        uses = re.findall(r"uses: .*", text)
        assert uses
        assert [
            line for line in uses if not re.fullmatch(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
        ] == []
        assert path.startswith(".github/workflows/")


def test_no_script_holds_an_expression() -> None:
    assert [run for _, job in jobs() for run in runs(job) if "${{" in run] == []


def test_only_what_needs_it_gets_a_token_for_aws_and_only_the_comment_may_write() -> None:
    job = workflow(FLOWS["three"], "pull-request")["jobs"]
    assert job["test"]["permissions"] == {"contents": "read"}
    assert job["plan-prod"]["permissions"] == {
        "contents": "read",
        "id-token": "write",
        "pull-requests": "write",
    }
    deploying = workflow(FLOWS["three"], "deploy")
    assert deploying["permissions"] == {}
    assert deploying["jobs"]["deploy-dev"]["permissions"] == {"contents": "read", "id-token": "write"}


def test_a_request_from_a_fork_is_tested_but_gets_no_plan() -> None:
    job = workflow(FLOWS["three"], "pull-request")["jobs"]
    assert "if" not in job["test"]
    assert "head.repo.full_name == github.repository" in job["plan-dev"]["if"]
    assert "github.base_ref == 'develop'" in job["plan-dev"]["if"]


def test_requests_are_planned_with_the_role_that_changes_nothing() -> None:
    given = [
        step["with"]["role-to-assume"]
        for job in workflow(FLOWS["three"], "pull-request")["jobs"].values()
        for step in job["steps"]
        if "role-to-assume" in step.get("with", {})
    ]
    assert given == [ROLE.format(name=f"{name}-plan") for name in ("dev", "staging", "prod")]


def test_deploys_of_a_branch_queue_and_none_is_cancelled() -> None:
    found = workflow(FLOWS["one"], "deploy")["concurrency"]
    assert found == {
        "group": "fairway-deploy-${{ github.ref }}",
        "cancel-in-progress": "false",
        "queue": "max",
    }


def test_what_needs_an_approval_is_planned_first_and_applied_in_its_environment() -> None:
    job = workflow(FLOWS["three"], "deploy")["jobs"]
    assert list(job) == ["deploy-dev", "deploy-staging", "plan-prod", "deploy-prod"]
    assert "environment" not in job["plan-prod"]
    assert runs(job["plan-prod"])[-2] == "fairway run --env prod --to plan"
    assert (job["deploy-prod"]["needs"], job["deploy-prod"]["environment"]) == ("plan-prod", "prod")
    assert runs(job["deploy-prod"])[-3:-1] == [
        "fairway ci approve --env prod",
        "fairway run --env prod --from apply --yes",
    ]


def test_environments_of_one_branch_follow_each_other() -> None:
    job = workflow(FLOWS["three"], "deploy")["jobs"]
    assert "needs" not in job["deploy-staging"]
    assert job["plan-prod"]["needs"] == "deploy-staging"


def test_a_project_inside_a_repository_is_worked_on_there() -> None:
    found = workflow(FLOWS["inside"], "deploy")
    assert found["defaults"] == {"run": {"working-directory": "services/shop"}}
    kept = [
        step["with"]["path"]
        for step in found["jobs"]["deploy-dev"]["steps"]
        if "overwrite" in step.get("with", {})
    ]
    assert kept == ["services/shop/.fairway/runs/dev"]


def test_a_quote_in_a_branch_ends_no_literal() -> None:
    assert (
        workflow(FLOWS["one"], "deploy")["jobs"]["deploy-prod"]["if"]
        == "github.ref == 'refs/heads/team/it''s'"
    )


def test_a_project_without_a_branch_is_told_where_to_write_it() -> None:
    with pytest.raises(WrongInput, match="which branch") as caught:
        flow(Project(stacks=STACKS, environments={"prod": EnvironmentSettings()}))
    assert "[environments.prod]" in caught.value.next


def test_everything_that_is_missing_is_told_at_once_with_the_command_that_makes_it() -> None:
    with pytest.raises(InvalidDefinition) as caught:
        flow(Project(stacks=STACKS, environments={"prod": EnvironmentSettings(branch="main")}))
    *settings, state = caught.value.findings
    assert [finding.message.split()[-1] for finding in settings] == ["region", "role", "plan_role"]
    assert "fairway bootstrap --github ORG/REPO --env prod" in settings[1].next
    assert "state of prod" in state.message
    assert "fairway bootstrap --env prod" in state.next


@pytest.mark.parametrize(
    ("place", "lasts"),
    [
        ("", False),
        ("/work/shop/.fairway/state", False),
        ("/mnt/state", True),
        ("s3://fairway-state/shop", True),
    ],
)
def test_state_in_the_checkout_is_refused_for_no_other_job_sees_it(place: str, lasts: bool) -> None:
    project = replace(ONE, file=Path("/work/shop/fairway.toml"), state=StateSettings(place))
    if lasts:
        assert flow(project).lanes
        return
    with pytest.raises(InvalidDefinition) as caught:
        flow(project)
    assert ["the state of prod" in finding.message for finding in caught.value.findings] == [True]


def test_tests_that_bring_nothing_with_them_are_asked_where_their_packages_come_from() -> None:
    bare = replace(ONE, tests=(TestSettings("unit", "python -m pytest -q"),))
    finding = unprepared(bare)
    assert finding
    assert "unit" in finding.message
    assert "prepare" in finding.next
    assert unprepared(replace(bare, ci=CiSettings(prepare=("pip install pytest",)))) is None
    assert unprepared(replace(ONE, tests=(TestSettings("web", "npm ci && npm test"),))) is None


def test_a_stack_that_has_only_its_folders_name_is_refused() -> None:
    with pytest.raises(WrongInput, match="names no stack") as caught:
        flow(Project(environments=ONE.environments))
    assert "[stacks.NAME]" in caught.value.next
