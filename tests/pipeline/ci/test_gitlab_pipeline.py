"""The pipeline is what GitLab takes, and gives roles only to what the project itself runs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.pipeline.ci.flows import ONE, ROLE, STACKS, THREE, flow

from fairway.model.errors import InvalidDefinition
from fairway.pipeline.ci import gitlab
from fairway.pipeline.ci.lanes import Flow
from fairway.project.settings import CiSettings, EnvironmentSettings, Project

FLOWS = {
    "three": flow(THREE, host="gitlab"),
    "one": flow(ONE, host="gitlab"),
    "inside": flow(THREE, "services/the shop", host="gitlab"),
}
SCHEMA = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")


def pipeline(given: Flow) -> Any:
    return yaml.safe_load(gitlab.files(given)[".gitlab-ci.yml"])


def variables(given: Flow, name: str) -> Any:
    return pipeline(given)[name]["variables"]


@pytest.mark.parametrize("given", list(FLOWS.values()), ids=list(FLOWS))
def test_it_fits_the_published_schema(given: Flow, tmp_path: Path) -> None:
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(gitlab.files(given)[file.name])
    command = [str(Path(sys.executable).parent / "check-jsonschema"), *SCHEMA, str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_only_requests_of_the_project_itself_are_planned_and_with_the_role_that_changes_nothing() -> None:
    job = pipeline(FLOWS["three"])["plan-prod-request"]
    (rule,) = job["rules"]
    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID" in rule["if"]
    assert '$CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"' in rule["if"]
    assert job["variables"]["AWS_ROLE_ARN"] == ROLE.format(name="prod-plan")


def test_the_tests_get_no_token() -> None:
    assert "id_tokens" not in pipeline(FLOWS["three"])["test"]


def test_deploys_to_an_environment_wait_for_each_other_and_are_not_interrupted() -> None:
    job = pipeline(FLOWS["three"])["deploy-dev"]
    assert (job["resource_group"], job["interruptible"]) == ("fairway-dev", False)
    assert variables(FLOWS["three"], "deploy-dev")["AWS_ROLE_ARN"] == ROLE.format(name="dev")


def test_what_needs_an_approval_is_planned_first_and_applied_when_somebody_starts_it() -> None:
    found = pipeline(FLOWS["three"])
    assert found["plan-prod"]["script"][-1] == "fairway run --env prod --to plan"
    job = found["deploy-prod"]
    assert job["rules"] == [{"if": '$CI_COMMIT_BRANCH == "main"', "when": "manual", "allow_failure": False}]
    assert job["needs"] == ["plan-prod"]
    assert job["script"][-2:] == [
        "fairway ci approve --env prod",
        "fairway run --env prod --from apply --yes",
    ]


def test_environments_of_one_branch_follow_each_other() -> None:
    found = pipeline(FLOWS["three"])
    order = found["stages"].index
    assert order(found["deploy-staging"]["stage"]) < order(found["plan-prod"]["stage"])


def test_a_project_inside_a_repository_is_worked_on_there() -> None:
    found = pipeline(FLOWS["inside"])
    assert found["default"]["before_script"][0] == "cd 'services/the shop'"
    assert found["deploy-dev"]["artifacts"]["paths"] == ["services/the shop/.fairway/runs/dev"]
    file = variables(FLOWS["inside"], "deploy-dev")["AWS_WEB_IDENTITY_TOKEN_FILE"]
    assert file == "$CI_PROJECT_DIR/services/the shop/.fairway/aws-token"


def test_the_image_is_the_projects_own_where_it_has_one() -> None:
    own = replace(ONE, ci=CiSettings(image="registry/ours:3"))
    assert pipeline(flow(own, host="gitlab"))["default"]["image"] == "registry/ours:3"


def test_what_is_missing_is_told_with_the_command_that_makes_it() -> None:
    with pytest.raises(InvalidDefinition) as caught:
        flow(Project(stacks=STACKS, environments={"prod": EnvironmentSettings(branch="main")}), host="gitlab")
    assert "fairway bootstrap --gitlab GROUP/PROJECT --env prod" in caught.value.findings[1].next
