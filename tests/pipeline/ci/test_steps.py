"""Every run step works as it is written, on a fresh machine, in the order of its job."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cli.program import Program, program, write
from tests.local_cloud import REGION, Cloud, unique
from tests.pipeline.ci.machine import GitHubMachine, Machine, event, python, wheel
from tests.pipeline.ci.services import TOKEN, Service, serving

from fairway.aws.actions import actions_of
from fairway.aws.session import Session

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: code
  Queue:
    Type: AWS::SQS::Queue
Outputs:
  Hello:
    Value: !Ref Hello
"""
PROJECT = """\
[project]
name = "{name}"

[stacks.{name}]
source = "."

[environments.dev]
branch = "develop"
region = "{region}"

[environments.prod]
branch = "main"
region = "{region}"
approval = true

[[test]]
name = "unit"
run = "python -c 'import sys; sys.path.insert(0, \\"code\\"); import app; app.handler(1, 2)'"

[ci]
prepare = ["python --version"]
"""
APP = "def handler(event, context):\n    return {text!r}\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return python(tmp_path_factory.mktemp("python") / "venv")


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def committed(folder: Path, words: str) -> None:
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=ann", "-c", "user.email=ann@example.com", "commit", "-qm", words)


@pytest.fixture
def repository(local_cloud: Cloud, tmp_path: Path) -> Path:
    """A repository with a project, its roles, and its CI files."""
    folder = tmp_path / unique("rays")
    app, project = at(folder, local_cloud), PROJECT.format(name=folder.name, region=REGION)
    files = {"template.yaml": TEMPLATE, "code/app.py": APP.format(text="hello")}
    write(folder, {**files, "fairway.toml": project, ".gitignore": ".fairway\n"})
    git(folder, "init", "-q", "-b", "main")
    for words in (("bootstrap", "--github", "acme/rays"), ("ci", "github"), ("ci", "gitlab")):
        ended = app(*words)
        assert ended.code == 0, ended.err
    committed(folder, "First")
    return folder


def at(folder: Path, cloud: Cloud) -> Program:
    """The program with the local cloud in the place of AWS."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return program(folder, cloud, AWS_ENDPOINT_URL=cloud.endpoint, AWS_REGION=REGION, **keys)


def workflow(repository: Path, name: str) -> Any:
    text = (repository / ".github/workflows" / f"fairway-{name}.yml").read_text()
    return yaml.load(text, yaml.BaseLoader)["jobs"]


@pytest.fixture
def github(repository: Path, index: Path, local_cloud: Cloud, service: Service, tmp_path: Path) -> Any:
    """Runs jobs, each on a machine of its own."""
    programs = python(tmp_path / "python")
    count = iter(range(100))

    def run(name: str, job: str) -> list[subprocess.CompletedProcess[str]]:
        folder = tmp_path / f"machine-{next(count)}"
        folder.mkdir()
        variables = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "bob",
            "GITHUB_API_URL": service.url,
            "GITHUB_EVENT_PATH": str(event(folder, {"pull_request": {"number": 12}})),
            "GITHUB_REPOSITORY": "acme/rays",
            "GITHUB_RUN_ID": "7",
            "GITHUB_STEP_SUMMARY": str(tmp_path / f"summary-{job}.md"),
        }
        machine = GitHubMachine(
            repository, folder, programs, index, local_cloud, variables, tmp_path / "artifacts", TOKEN
        )
        return machine.job(workflow(repository, name)[job])

    return run


def all_well(ended: list[subprocess.CompletedProcess[str]]) -> None:
    for each in ended:
        assert each.returncode == 0, f"{Path(each.args[-1]).read_text()}{each.stdout}{each.stderr}"


def answers(cloud: Cloud, repository: Path) -> Any:
    """What the deployed function answers; None where there is none."""
    outputs = at(repository, cloud)(
        "outputs", "--stack", repository.name, "--env", "prod", "--json"
    ).result.get("outputs", {})
    return cloud.invoke(outputs["Hello"]) if "Hello" in outputs else None


def counted(cloud: Cloud, method: str = "GET") -> Mapping[str, Any]:
    request = urllib.request.Request(f"{cloud.endpoint}/_fairway/calls", method=method)
    with urllib.request.urlopen(request) as answer:
        found: Mapping[str, Any] = json.load(answer)
    return found


def allowed(cloud: Cloud, role: str) -> set[str]:
    iam = cloud.client("iam")
    document = iam.get_role_policy(RoleName=role, PolicyName="fairway")["PolicyDocument"]
    return {
        action
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }


def needed(cloud: Cloud) -> set[str]:
    """The actions of the calls that were made, but for those that everybody may make."""
    models = Session(region_name=REGION, local=True).model
    made = {tuple(name.split(".", 1)) for name in counted(cloud)["operations"]} - {
        ("sts", "GetCallerIdentity")
    }
    return {action for service, operation in made for action in actions_of((service, operation), models)[:1]}


def test_a_request_is_tested_and_its_plan_is_one_comment(
    github: Any, service: Service, repository: Path, tmp_path: Path
) -> None:
    all_well(github("pull-request", "test"))
    all_well(github("pull-request", "plan-prod"))
    assert f"{repository.name} in prod: 3 to create" in service.comments[1]
    assert "Hello" in (tmp_path / "summary-plan-prod.md").read_text()
    all_well(github("pull-request", "plan-prod"))
    assert len(service.comments) == 1


def test_what_is_merged_is_planned_approved_and_deployed(
    github: Any, service: Service, local_cloud: Cloud, repository: Path, tmp_path: Path
) -> None:
    all_well(github("deploy", "plan-prod"))
    assert answers(local_cloud, repository) is None

    refused = github("deploy", "deploy-prod")
    assert "ci.not-approved" in "".join(each.stderr for each in refused)
    assert answers(local_cloud, repository) is None

    service.approve("prod", "carol")
    all_well(github("deploy", "deploy-prod"))
    assert answers(local_cloud, repository) == "hello"
    approvals = json.loads((tmp_path / "artifacts/fairway-prod/approvals.json").read_text())["approvals"]
    assert [each["who"] for each in approvals] == ["carol"]


def test_tests_that_fail_stop_everything(github: Any, local_cloud: Cloud, repository: Path) -> None:
    write(repository, {"code/app.py": "def handler(event, context):\n    raise SystemExit(3)\n"})
    committed(repository, "Broken")
    *_, tested = github("pull-request", "test")
    assert tested.returncode != 0
    assert "unit" in tested.stdout
    deployed = github("deploy", "deploy-dev")
    assert any(each.returncode for each in deployed)
    assert answers(local_cloud, repository) is None


def test_each_role_may_do_what_its_jobs_do_and_the_planning_one_writes_nothing(
    github: Any, service: Service, local_cloud: Cloud, repository: Path
) -> None:
    role = f"fairway-ci-{repository.name}-prod"
    counted(local_cloud, "DELETE")
    all_well(github("deploy", "plan-prod"))
    planned = needed(local_cloud)
    assert planned
    assert sorted(planned - allowed(local_cloud, f"{role}-plan")) == []
    service.approve("prod", "carol")
    counted(local_cloud, "DELETE")
    all_well(github("deploy", "deploy-prod"))
    assert sorted(needed(local_cloud) - allowed(local_cloud, role)) == []


def test_the_gitlab_jobs_run_in_their_order(
    repository: Path, programs: Path, index: Path, local_cloud: Cloud, service: Service, tmp_path: Path
) -> None:
    pipeline = yaml.safe_load((repository / ".gitlab-ci.yml").read_text())
    folder = tmp_path / "machine"
    folder.mkdir()
    machine = Machine(repository, folder, programs, index, local_cloud)
    for name, manual in (("test", ""), ("plan-prod-request", ""), ("plan-prod", ""), ("deploy-prod", "true")):
        job = pipeline[name]
        given = {
            "GITLAB_CI": "true",
            "AWS_ACCESS_KEY_ID": "",  # nothing but the token leads to AWS
            "AWS_SECRET_ACCESS_KEY": "",
            "CI_API_V4_URL": service.url,
            "CI_PROJECT_ID": "9",
            "CI_PROJECT_DIR": str(machine.checkout),
            "CI_MERGE_REQUEST_IID": "12",
            "CI_JOB_ID": "3",
            "CI_JOB_MANUAL": manual,
            "CI_ENVIRONMENT_NAME": job.get("environment", {}).get("name", ""),
            "GITLAB_USER_LOGIN": "carol",
            "FAIRWAY_GITLAB_TOKEN": TOKEN,
            "FAIRWAY_AWS_TOKEN": "a.web.token",
        }
        own = pipeline["variables"] | job.get("variables", {})
        machine.variables = given | {
            key: str(value).replace("$CI_PROJECT_DIR", given["CI_PROJECT_DIR"]).replace("$CI_JOB_ID", "3")
            for key, value in own.items()
        }
        before, script, after = (
            pipeline["default"]["before_script"],
            job["script"],
            job.get("after_script", []),
        )
        all_well([machine.run("\n".join([*before, *script])), machine.run("\n".join(after))])
    assert list(service.comments) == [1]
    assert answers(local_cloud, repository) == "hello"
