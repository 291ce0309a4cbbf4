"""The pipeline for GitLab CI: tests and plans for merge requests, deployment of what is merged.

Sources: docs:docs.gitlab.com/ci/yaml (rules, resource_group, id_tokens, environment),
docs:docs.gitlab.com/ci/cloud_services/aws; botocore takes the role's credentials itself, by
AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from fairway.pipeline.ci import commands
from fairway.pipeline.ci.lanes import Flow, Lane
from fairway.pipeline.ci.yaml_text import to_yaml

FILE = ".gitlab-ci.yml"
TOKEN = "FAIRWAY_GITLAB_TOKEN"
"""The variable with a token that may write notes: a job's own token may not."""
AUDIENCE = "sts.amazonaws.com"

Job = dict[str, Any]

_REQUEST = '$CI_PIPELINE_SOURCE == "merge_request_event"'
# A fork's merge request may run in the fork's own project alone, which no role trusts.
_OURS = f"{_REQUEST} && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID"
_TAKE_ROLE = (
    "mkdir -p .fairway",
    '(umask 077 && printf %s "$FAIRWAY_AWS_TOKEN" > .fairway/aws-token)',
)


def files(flow: Flow) -> Mapping[str, str]:
    """The pipeline by its path in the repository."""
    return {FILE: to_yaml(_pipeline(flow))}


def _pipeline(flow: Flow) -> dict[str, Any]:
    jobs: dict[str, Job] = {"test": _job("test", [commands.test(flow.lanes[0])], [_REQUEST])}
    for lane in flow.lanes:
        jobs[f"plan-{lane.environment}-request"] = _request_plan(flow, lane)
    for lane in flow.lanes:
        jobs |= _planned_deploy(flow, lane) if lane.approval else {_name(lane): _whole_deploy(flow, lane)}
    stages = ["test", "plan", *(f"deploy-{lane.environment}" for lane in flow.lanes)]
    branches = [f"$CI_COMMIT_BRANCH == {_quoted(branch)}" for branch in flow.branches]
    return {
        "stages": stages,
        "workflow": {"rules": [{"if": condition} for condition in (_REQUEST, *branches)]},
        "variables": {"FAIRWAY_CACHE": "$CI_PROJECT_DIR/.fairway/cache"},
        "default": {
            "image": flow.settings.image or f"python:{flow.settings.python}",
            "cache": {"key": "fairway", "paths": [".fairway/cache"]},
            "before_script": [*_inside(flow), *commands.preparation(flow)],
        },
        **jobs,
    }


def _request_plan(flow: Flow, lane: Lane) -> Job:
    """The comment needs a token that somebody has to make; without one the plan is in the job's output."""
    note = f'if [ -n "${TOKEN}" ]; then {commands.comment(lane)}; else {commands.summary(lane)}; fi'
    rule = f"{_OURS} && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == {_quoted(lane.branch)}"
    script = [*_TAKE_ROLE, commands.plan(lane, tested=True)]
    return {**_job("plan", script, [rule]), **_role(flow, lane, lane.plan_role), **_results(flow, lane, note)}


def _whole_deploy(flow: Flow, lane: Lane) -> Job:
    script = [*_TAKE_ROLE, commands.deploy(lane, planned=False)]
    return {
        **_job(_name(lane), script, [_merged(lane)]),
        **_role(flow, lane, lane.role),
        **_one_at_a_time(lane),
        **_results(flow, lane, commands.summary(lane)),
    }


def _planned_deploy(flow: Flow, lane: Lane) -> Mapping[str, Job]:
    """Two jobs: the second waits for somebody to start it, who is the one that approves."""
    stage, first = _name(lane), f"plan-{lane.environment}"
    plan = [*_TAKE_ROLE, commands.plan(lane, tested=False)]
    apply = [*_TAKE_ROLE, commands.approve(lane), commands.deploy(lane, planned=True)]
    results = _results(flow, lane, commands.summary(lane))
    return {
        first: {**_job(stage, plan, [_merged(lane)]), **_role(flow, lane, lane.plan_role), **results},
        stage: {
            **_job(stage, apply, [_merged(lane)], when="manual"),
            "needs": [first],
            **_role(flow, lane, lane.role),
            **_one_at_a_time(lane),
            **results,
        },
    }


def _job(stage: str, script: Sequence[str], rules: Sequence[str], when: str = "") -> Job:
    """Without `when` a job starts by itself. `manual` ones hold up what comes after them."""
    starts = {"when": when, "allow_failure": False} if when else {}
    return {"stage": stage, "rules": [{"if": rule, **starts} for rule in rules], "script": list(script)}


def _role(flow: Flow, lane: Lane, role: str) -> Job:
    variables = {
        "AWS_REGION": lane.region,
        "AWS_ROLE_ARN": role,
        "AWS_ROLE_SESSION_NAME": "fairway-$CI_JOB_ID",
        "AWS_WEB_IDENTITY_TOKEN_FILE": f"$CI_PROJECT_DIR/{flow.prefix}.fairway/aws-token",
    }
    return {"id_tokens": {"FAIRWAY_AWS_TOKEN": {"aud": AUDIENCE}}, "variables": variables}


def _one_at_a_time(lane: Lane) -> Job:
    """GitLab lets the others wait, and cancels none that has begun."""
    return {
        "environment": {"name": lane.environment},
        "resource_group": f"fairway-{lane.environment}",
        "interruptible": False,
    }


def _results(flow: Flow, lane: Lane, note: str) -> Job:
    """Also of a run that failed: `after_script` runs in any case, in a shell of its own."""
    kept = {"when": "always", "paths": [commands.run_folder(flow, lane)]}
    return {"after_script": [*_inside(flow), note], "artifacts": kept}


def _inside(flow: Flow) -> Sequence[str]:
    return [f"cd {shlex.quote(flow.folder)}"] if flow.prefix else []


def _merged(lane: Lane) -> str:
    return f"$CI_COMMIT_BRANCH == {_quoted(lane.branch)}"


def _name(lane: Lane) -> str:
    return f"deploy-{lane.environment}"


def _quoted(text: str) -> str:
    """A text in a rule: GitLab has no escapes, but both kinds of quotes."""
    return f"'{text}'" if '"' in text else f'"{text}"'
