"""The workflows for GitHub Actions: one for pull requests, one for what is merged.

Each run step is a line for a plain shell: values of GitHub reach it only as environment variables, because
an expression inside a script is a way to have it run what a branch's name says.
Sources: docs:actions/reference/workflows-and-actions/workflow-syntax.html (permissions, concurrency.queue),
docs:actions/reference/security/oidc.html (what a token's subject says).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fairway.pipeline.ci import commands
from fairway.pipeline.ci.lanes import Flow, Lane
from fairway.pipeline.ci.yaml_text import Commented, to_yaml

FOLDER = ".github/workflows"

# Each action at the commit of a release: a tag can be moved to other code, a commit cannot.
ACTIONS = {
    "checkout": Commented("actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd", "v6.0.2"),
    "python": Commented("actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405", "v6.2.0"),
    "cache": Commented("actions/cache@cdf6c1fa76f9f475f3d7449005a359c84ca0f306", "v5.0.3"),
    "upload": Commented("actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f", "v6.0.0"),
    "download": Commented("actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131", "v7.0.0"),
    "credentials": Commented(
        "aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7", "v6.0.0"
    ),
}

_READ_CODE = {"contents": Commented("read", "to check the code out")}
_ASSUME_ROLE = {"id-token": Commented("write", "to take the role in AWS: no key is kept anywhere")}
_COMMENT = {"pull-requests": Commented("write", "to comment the plan")}
_ASK_WHO_APPROVED = {"actions": Commented("read", "to ask who approved")}
_TOKEN = {"GITHUB_TOKEN": "${{ github.token }}"}
_ALWAYS = {"if": "always()"}
"""A run that failed is the one whose results somebody wants to read."""

Step = dict[str, Any]
Job = dict[str, Any]

# A fork's pull request gets no token for a role; nor does one of Dependabot.
_OURS = (
    "github.event.pull_request.head.repo.full_name == github.repository"
    " && github.event.pull_request.user.login != 'dependabot[bot]'"
)


def files(flow: Flow) -> Mapping[str, str]:
    """The workflows by their paths in the repository."""
    return {
        f"{FOLDER}/fairway-pull-request.yml": to_yaml(_pull_request(flow)),
        f"{FOLDER}/fairway-deploy.yml": to_yaml(_deploy(flow)),
    }


def _pull_request(flow: Flow) -> dict[str, Any]:
    """Tests for everybody's request; for our own also the plan for the environment of the target branch."""
    test = {"name": "Test", **_job(flow, [_run("Test", commands.test(flow.lanes[0]))], _READ_CODE)}
    plans = {f"plan-{lane.environment}": _request_plan(flow, lane) for lane in flow.lanes}
    return {
        **_head(flow, "Pull request", {"pull_request": {"branches": list(flow.branches)}}),
        "concurrency": {
            "group": "fairway-pull-request-${{ github.event.pull_request.number }}",
            "cancel-in-progress": True,
        },
        "jobs": {"test": test, **plans},
    }


def _request_plan(flow: Flow, lane: Lane) -> Job:
    steps = [
        _cache(),
        _credentials(lane, lane.plan_role),
        _run("Plan", commands.plan(lane, tested=True)),
        *_results(flow, lane),
        _run("Comment", commands.comment(lane), **_ALWAYS, env=_TOKEN),
    ]
    condition = f"github.base_ref == {_literal(lane.branch)} && {_OURS}"
    when = {"name": f"Plan for {lane.environment}", "needs": "test", "if": condition}
    return {**when, **_job(flow, steps, {**_READ_CODE, **_ASSUME_ROLE, **_COMMENT})}


def _deploy(flow: Flow) -> dict[str, Any]:
    """One run of a branch at a time, all others waiting in their order; none is ever cancelled."""
    jobs: dict[str, Job] = {}
    for lane in flow.lanes:
        jobs |= _planned_deploy(flow, lane) if lane.approval else {_name(lane): _whole_deploy(flow, lane)}
    return {
        **_head(flow, "Deploy", {"push": {"branches": list(flow.branches)}, "workflow_dispatch": {}}),
        "concurrency": {
            "group": "fairway-deploy-${{ github.ref }}",
            "cancel-in-progress": False,
            "queue": "max",
        },
        "jobs": jobs,
    }


def _whole_deploy(flow: Flow, lane: Lane) -> Job:
    steps = [
        _cache(),
        _credentials(lane, lane.role),
        _run("Deploy", commands.deploy(lane, planned=False)),
        *_results(flow, lane),
    ]
    head = {"name": f"Deploy to {lane.environment}", **_when(lane), "environment": lane.environment}
    return {**head, **_job(flow, steps, {**_READ_CODE, **_ASSUME_ROLE})}


def _planned_deploy(flow: Flow, lane: Lane) -> Mapping[str, Job]:
    """Two jobs: GitHub starts the second, which is in the environment, when a reviewer has approved."""
    plan = [
        _cache(),
        _credentials(lane, lane.plan_role),
        _run("Plan", commands.plan(lane, tested=False)),
        *_results(flow, lane),
    ]
    place = {"name": _artifact(lane), "path": commands.run_folder(flow, lane)}
    apply = [
        _cache(),
        {"name": "Fetch the plan", "uses": ACTIONS["download"], "with": place},
        _run("Approve", commands.approve(lane), env=_TOKEN),
        _credentials(lane, lane.role),
        _run("Deploy", commands.deploy(lane, planned=True)),
        *_results(flow, lane),
    ]
    first = f"plan-{lane.environment}"
    planning = {"name": f"Plan for {lane.environment}", **_when(lane)}
    deploying = {
        "name": f"Deploy to {lane.environment}",
        "needs": first,
        "environment": lane.environment,
    }
    role = {**_READ_CODE, **_ASSUME_ROLE}
    return {
        first: {**planning, **_job(flow, plan, role)},
        _name(lane): {**deploying, **_job(flow, apply, {**role, **_ASK_WHO_APPROVED})},
    }


def _head(flow: Flow, name: str, on: Mapping[str, Any]) -> dict[str, Any]:
    inside = {"defaults": {"run": {"working-directory": flow.folder}}} if flow.prefix else {}
    return {"name": name, "on": on, "permissions": {}, **inside}


def _job(flow: Flow, steps: list[Step], permissions: Mapping[str, Commented]) -> Job:
    install, *prepare = commands.preparation(flow)
    before = [
        {"uses": ACTIONS["checkout"], "with": {"persist-credentials": False}},
        {"uses": ACTIONS["python"], "with": {"python-version": flow.settings.python}},
        _run("Install Fairway", install),
        *(_run("Prepare", command) for command in prepare),
    ]
    return {"runs-on": flow.settings.runner, "permissions": permissions, "steps": [*before, *steps]}


def _run(name: str, command: str, **more: Any) -> Step:
    return {"name": name, **more, "run": command}


def _cache() -> Step:
    """What was built, by its content. A new entry for each commit: what is in one is never changed."""
    place = {
        "path": "~/.fairway/cache",
        "key": "fairway-${{ runner.os }}-${{ github.sha }}",
        "restore-keys": "fairway-${{ runner.os }}-",
    }
    return {"uses": ACTIONS["cache"], "with": place}


def _credentials(lane: Lane, role: str) -> Step:
    return {"uses": ACTIONS["credentials"], "with": {"role-to-assume": role, "aws-region": lane.region}}


def _results(flow: Flow, lane: Lane) -> list[Step]:
    """The job's page tells what came of it, and its files are kept. Their folder is a hidden one."""
    summary = f'{commands.summary(lane)} >> "$GITHUB_STEP_SUMMARY"'
    kept = {
        "name": _artifact(lane),
        "path": commands.run_folder(flow, lane),
        "include-hidden-files": True,
        "overwrite": True,
    }
    return [_run("Summary", summary, **_ALWAYS), {**_ALWAYS, "uses": ACTIONS["upload"], "with": kept}]


def _when(lane: Lane) -> Job:
    """Pushes to its branch, after the environments that the same push deploys to first."""
    condition = {"if": f"github.ref == {_literal(f'refs/heads/{lane.branch}')}"}
    return {"needs": f"deploy-{lane.after[-1]}", **condition} if lane.after else condition


def _name(lane: Lane) -> str:
    return f"deploy-{lane.environment}"


def _artifact(lane: Lane) -> str:
    return f"fairway-{lane.environment}"


def _literal(text: str) -> str:
    """A text in an expression."""
    return "'" + text.replace("'", "''") + "'"
