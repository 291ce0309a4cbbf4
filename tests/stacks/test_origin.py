"""Where a run comes from is found once, and its lease, its journal and its record say it alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairway.model.deployment import Origin
from fairway.stacks.origin import origin

GITHUB = {"GITHUB_REPOSITORY": "team/shop", "GITHUB_RUN_ID": "7"}


@pytest.mark.parametrize(
    ("environ", "who", "page"),
    [
        ({**GITHUB, "GITHUB_ACTOR": "ann"}, "ann", "https://github.com/team/shop/actions/runs/7"),
        (
            {**GITHUB, "GITHUB_SERVER_URL": "https://git.corp"},
            "",
            "https://git.corp/team/shop/actions/runs/7",
        ),
        ({"GITLAB_USER_LOGIN": "bob", "CI_JOB_URL": "https://ci/1"}, "bob", "https://ci/1"),
        ({"CIRCLE_USERNAME": "eve", "CIRCLE_BUILD_URL": "https://ci/2"}, "eve", "https://ci/2"),
        (
            {"BUILDKITE_BUILD_CREATOR": "Ann B", "BUILDKITE_BUILD_URL": "https://ci/3"},
            "Ann B",
            "https://ci/3",
        ),
        ({"BUILD_USER_ID": "joe", "BUILD_URL": "https://ci/4"}, "joe", "https://ci/4"),
        ({}, "", ""),
    ],
)
def test_ci_systems_say_who_started_a_run_and_where_its_page_is(
    tmp_path: Path, environ: dict[str, str], who: str, page: str
) -> None:
    found = origin(tmp_path, environ)
    assert found == Origin(found.who, page)
    assert found.who == who if who else found.who.count("@") == 1
