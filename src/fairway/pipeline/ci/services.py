"""What is asked of the service that runs a job, through its API: who approved, and a comment to be there.

Sources: docs:docs.github.com/rest/issues/comments, docs:docs.github.com/rest/actions/workflow-runs
(review history), docs:docs.gitlab.com/api/notes, and the variables that each service sets
(docs:actions/reference/workflows-and-actions/variables.html, docs:docs.gitlab.com/ci/variables).
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from fairway.model.errors import Failed, WrongInput
from fairway.project.writing import Did

_PATIENCE = 30.0
"""Seconds to wait for an answer."""
_PAGE = 100
_Environ = Mapping[str, str]


class Service(Protocol):
    """A service that runs jobs. Each method raises Failed for what it does not answer."""

    def approver(self, environment: str) -> str:
        """Who let this job go ahead; empty where nobody had to."""

    def comment(self, marker: str, text: str) -> Did:
        """Have one comment with the marker, which is this text, on the request that this job is for."""


def service_of(environ: _Environ) -> Service:
    """The service of this job. Raises WrongInput outside of one, and for a job that lacks something."""
    if environ.get("GITHUB_ACTIONS"):
        return GitHub(
            _api(environ, "GITHUB_API_URL", "GITHUB_TOKEN", "Authorization", "Bearer "),
            _set_in(environ, "GITHUB_REPOSITORY"),
            _set_in(environ, "GITHUB_RUN_ID"),
            environ.get("GITHUB_EVENT_PATH", ""),
        )
    if environ.get("GITLAB_CI"):
        return GitLab(environ)
    raise WrongInput(
        "ci.no-service",
        "this is no job of GitHub Actions or GitLab CI",
        why="neither GITHUB_ACTIONS nor GITLAB_CI is set",
        next="the files that `fairway ci github` or `fairway ci gitlab` writes run this command",
    )


@dataclass(frozen=True)
class Api:
    """Sends requests under a URL with a token, which stands in no message."""

    url: str
    header: str
    token: str

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer's JSON. Raises Failed for any other."""
        request = urllib.request.Request(
            f"{self.url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={self.header: self.token, "Content-Type": "application/json", "User-Agent": "fairway"},
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise _refused(method, path, f"it answered {error.code} {error.reason}", error.code) from None
        except (OSError, ValueError) as error:
            raise _refused(method, path, str(error)) from None

    def pages(self, path: str) -> list[Any]:
        """Every item of a listing."""
        found: list[Any] = []
        while True:
            page = self.ask("GET", f"{path}?per_page={_PAGE}&page={len(found) // _PAGE + 1}")
            found += page
            if len(page) < _PAGE:
                return found


@dataclass(frozen=True)
class GitHub:
    """A job of GitHub Actions. Fulfils `Service`."""

    api: Api
    repository: str
    run: str
    event: str

    def approver(self, environment: str) -> str:
        """The reviewers of the environment that this run's job is in."""
        reviews = self.api.ask("GET", f"repos/{self.repository}/actions/runs/{self.run}/approvals")
        people = [
            review["user"]["login"]
            for review in reviews
            if review["state"] == "approved"
            and environment in (each["name"] for each in review["environments"])
        ]
        return ", ".join(dict.fromkeys(people))

    def comment(self, marker: str, text: str) -> Did:
        """On the pull request that the event tells."""
        issues = f"repos/{self.repository}/issues"
        listing = f"{issues}/{self._request()}/comments"
        return _one_comment(self.api, listing, ("PATCH", f"{issues}/comments"), marker, text)

    def _request(self) -> int:
        try:
            number: int = json.loads(Path(self.event).read_bytes())["pull_request"]["number"]
        except (OSError, ValueError, KeyError, TypeError):
            raise _no_request("the event of this run is none of a pull request") from None
        return number


@dataclass(frozen=True)
class GitLab:
    """A job of GitLab CI. Fulfils `Service`."""

    environ: _Environ

    def approver(self, environment: str) -> str:
        """Who started this job by hand; of no other kind of job the variable says who that was."""
        manual = self.environ.get("CI_JOB_MANUAL") == "true"
        here = self.environ.get("CI_ENVIRONMENT_NAME") == environment
        return self.environ.get("GITLAB_USER_LOGIN", "") if manual and here else ""

    def comment(self, marker: str, text: str) -> Did:
        """On the merge request of this pipeline."""
        request = self.environ.get("CI_MERGE_REQUEST_IID")
        if not request:
            raise _no_request("CI_MERGE_REQUEST_IID is not set")
        api = _api(self.environ, "CI_API_V4_URL", "FAIRWAY_GITLAB_TOKEN", "PRIVATE-TOKEN")
        project = quote(_set_in(self.environ, "CI_PROJECT_ID"), safe="")
        notes = f"projects/{project}/merge_requests/{request}/notes"
        return _one_comment(api, notes, ("PUT", notes), marker, text)


def _one_comment(api: Api, listing: str, edit: tuple[str, str], marker: str, text: str) -> Did:
    """Have the marker's comment of a listing be this text; `edit` is how, and below what, one is set."""
    for each in api.pages(listing):
        if marker in (each["body"] or ""):
            if each["body"] == text:
                return "already so"
            verb, comments = edit
            api.ask(verb, f"{comments}/{each['id']}", {"body": text})
            return "set"
    api.ask("POST", listing, {"body": text})
    return "created"


def _api(environ: _Environ, url: str, token: str, header: str, scheme: str = "") -> Api:
    if not environ.get(token):
        raise WrongInput(
            "ci.no-token",
            f"{token} is not set",
            why="without it nothing can be asked of the service that runs this job",
            next=f"give this step {token}, as the files of `fairway ci` do",
        )
    return Api(_set_in(environ, url).rstrip("/"), header, scheme + environ[token])


def _set_in(environ: _Environ, name: str) -> str:
    if value := environ.get(name):
        return value
    raise WrongInput(
        "ci.no-variable",
        f"{name} is not set",
        why="each job of the service has it",
        next="let the job's own environment variables reach this command",
    )


def _refused(method: str, path: str, why: str, status: int = 0) -> Failed:
    allow = "give the job's token the permissions that the files of `fairway ci` ask for"
    return Failed(
        "ci.refused",
        f"{method} {path.partition('?')[0]} was not done",
        why=why,
        next=allow if status in (401, 403, 404) else "run the job again",
    )


def _no_request(why: str) -> WrongInput:
    return WrongInput(
        "ci.no-request",
        "there is no pull or merge request to comment on",
        why=why,
        next="comment from a run that is for one",
    )


def require_approver(service: Service, environment: str) -> str:
    """Who let this job go ahead. Raises Failed where nobody had to: an approval is not made up."""
    if who := service.approver(environment):
        return who
    raise Failed(
        "ci.not-approved",
        f"nobody was asked whether this may be deployed to {environment}",
        why=f"{environment} needs an approval, and this job could start without one",
        next=f"let GitHub require reviewers for {environment}; on GitLab start the job by hand",
    )
