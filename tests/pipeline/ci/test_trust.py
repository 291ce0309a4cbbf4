"""Only the jobs for which a role is made may take it."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from fairway.model.errors import WrongInput
from fairway.pipeline.ci.trust import Repository, repository

GITHUB = Repository("github", "acme/rays")
ISSUER = "token.actions.githubusercontent.com"


def claims(subject: str, repository: str = "acme/rays", **more: str) -> dict[str, str]:
    return {"aud": "sts.amazonaws.com", "sub": subject, "repository": repository, **more}


def takes(trust: Any, given: dict[str, str]) -> bool:
    """Whether IAM would let a token with these claims take the role."""
    (statement,) = json.loads(trust.document("arn:aws:iam::1:oidc-provider/x"))["Statement"]
    conditions = statement["Condition"]
    claim = {f"{ISSUER}:{name}": value for name, value in given.items()}
    equal = all(claim.get(key) == value for key, value in conditions["StringEquals"].items())
    return equal and all(
        any(fnmatchcase(claim.get(key, ""), pattern) for pattern in patterns)
        for key, patterns in conditions["StringLike"].items()
    )


MAIN = {"environment": "prod", "ref": "refs/heads/main"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (claims("repo:acme/rays:environment:prod", **MAIN), True),
        (claims("repo:acme@12/rays@34:environment:prod", **MAIN), True),
        (claims("repo:acme/rays:environment:prod", **{**MAIN, "ref": "refs/heads/mine"}), False),
        (claims("repo:acme/rays:environment:dev", **{**MAIN, "environment": "dev"}), False),
        (claims("repo:acme/rays:pull_request", ref="refs/pull/1/merge"), False),
        (claims("repo:acme/other:environment:prod", "acme/other", **MAIN), False),
        (claims("repo:acme@12/o@3:environment:/rays@1:environment:prod", "acme/o", **MAIN), False),
        ({**claims("repo:acme/rays:environment:prod", **MAIN), "aud": "another"}, False),
    ],
)
def test_a_deploying_role_is_for_the_environments_jobs_from_its_branch(
    given: dict[str, str], expected: bool
) -> None:
    assert takes(GITHUB.deploys("prod", "main"), given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (claims("repo:acme/rays:pull_request"), True),
        (claims("repo:acme@12/rays@34:pull_request"), True),
        (claims("repo:acme/rays:ref:refs/heads/main"), True),
        (claims("repo:acme/rays:ref:refs/heads/mine"), False),
        (claims("repo:acme/other:pull_request", "acme/other"), False),
    ],
)
def test_a_planning_role_is_for_requests_and_the_branch(given: dict[str, str], expected: bool) -> None:
    assert takes(GITHUB.plans("main"), given) == expected


def test_gitlab_tells_a_project_and_a_branch() -> None:
    trust = Repository("gitlab", "group/sub/rays").deploys("prod", "main")
    assert trust.like == {"sub": ["project_path:group/sub/rays:ref_type:branch:ref:main"]}


@pytest.mark.parametrize("name", ["rays", "acme/rays/x", "acme/*", "", "https://github.com/acme/rays"])
def test_what_is_no_repository_is_refused(name: str) -> None:
    with pytest.raises(WrongInput, match="names no repository"):
        repository("github", name)
