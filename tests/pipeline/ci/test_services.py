"""There is one comment whatever often it is written, and an approval is somebody's or there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pipeline.ci.services import TOKEN, Service, serving

from fairway.model.errors import Failed, WrongInput
from fairway.pipeline.ci.services import require_approver, service_of

MARKER = "<!-- fairway: rays/prod -->"


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def job(service: Service, tmp_path: Path) -> dict[str, str]:
    """The variables of a job of GitHub Actions."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 12}}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": service.url,
        "GITHUB_REPOSITORY": "acme/rays",
        "GITHUB_RUN_ID": "7",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_TOKEN": TOKEN,
    }


@pytest.fixture
def gitlab_job(service: Service) -> dict[str, str]:
    """The variables of a job of GitLab CI, started by hand for the environment."""
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": service.url,
        "CI_PROJECT_ID": "9",
        "CI_MERGE_REQUEST_IID": "12",
        "CI_JOB_MANUAL": "true",
        "CI_ENVIRONMENT_NAME": "prod",
        "GITLAB_USER_LOGIN": "ann",
        "FAIRWAY_GITLAB_TOKEN": TOKEN,
    }


@pytest.mark.parametrize("kind", ["job", "gitlab_job"])
def test_a_comment_is_made_once_and_then_updated_in_place(
    kind: str, service: Service, request: pytest.FixtureRequest
) -> None:
    service.comments = {number: f"somebody's {number}" for number in range(1, 151)}  # two pages
    here = service_of(request.getfixturevalue(kind))
    assert here.comment(MARKER, f"{MARKER}\none") == "created"
    assert here.comment(MARKER, f"{MARKER}\none") == "already so"
    assert here.comment(MARKER, f"{MARKER}\ntwo") == "set"
    assert {id: text for id, text in service.comments.items() if MARKER in text} == {151: f"{MARKER}\ntwo"}


def test_the_reviewers_of_this_environment_approve(service: Service, job: dict[str, str]) -> None:
    service.approve("staging", "bob")
    service.approve("prod", "eve", state="rejected")
    with pytest.raises(Failed, match="nobody was asked"):
        require_approver(service_of(job), "prod")
    service.approve("prod", "ann")
    assert require_approver(service_of(job), "prod") == "ann"


def test_who_starts_a_job_by_hand_approves(gitlab_job: dict[str, str]) -> None:
    assert require_approver(service_of(gitlab_job), "prod") == "ann"
    for less in ("CI_JOB_MANUAL", "CI_ENVIRONMENT_NAME"):
        with pytest.raises(Failed, match="nobody was asked"):
            require_approver(service_of({**gitlab_job, less: ""}), "prod")


def test_a_refusal_says_what_to_do_and_not_the_token(job: dict[str, str]) -> None:
    with pytest.raises(Failed) as caught:
        service_of({**job, "GITHUB_TOKEN": "another-secret"}).approver("prod")
    assert "401" in caught.value.why
    assert "permissions" in caught.value.next
    assert "another-secret" not in f"{caught.value} {caught.value.why}"


def test_what_a_job_lacks_is_named(job: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="no job"):
        service_of({})
    with pytest.raises(WrongInput, match="GITHUB_TOKEN is not set"):
        service_of({**job, "GITHUB_TOKEN": ""})
    (tmp_path / "push.json").write_text("{}")
    with pytest.raises(WrongInput, match="no pull or merge request"):
        service_of({**job, "GITHUB_EVENT_PATH": str(tmp_path / "push.json")}).comment(MARKER, MARKER)


@pytest.mark.parametrize("name", ["GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITHUB_API_URL"])
def test_a_variable_that_every_job_has_is_named_where_it_is_missing(job: dict[str, str], name: str) -> None:
    del job[name]
    with pytest.raises(WrongInput, match=f"{name} is not set") as refused:
        service_of(job)
    assert refused.value.code == "ci.no-variable"


def test_a_service_that_does_not_answer_is_told(job: dict[str, str]) -> None:
    with pytest.raises(Failed, match="was not done"):
        service_of({**job, "GITHUB_API_URL": "http://127.0.0.1:9"}).approver("prod")
