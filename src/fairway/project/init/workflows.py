"""Which branches GitHub's workflows deploy, and where to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from fairway.project.init.facts import Deploying
from fairway.project.init.files import Files, as_list, as_map

_FOLDER = PurePosixPath(".github/workflows")
_DEPLOYS = re.compile(
    r"\b(sam deploy|cdk deploy|terraform apply|tofu apply|(serverless|sls) deploy|cloudformation deploy"
    r"|cloudformation (create|update)-stack|lambda update-function-code|fairway (run|deploy))\b"
)
_CONFIGURED = re.compile(r"--config-env[= ]['\"]?([\w-]+)")
_BRANCH = re.compile(r"[\w./-]+")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ROLE = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/")


def deploying(files: Files) -> Iterator[Deploying]:
    """Each branch of each job that deploys when that branch is pushed to."""
    for path in files.paths:
        if path.parent == _FOLDER and path.suffix in (".yml", ".yaml"):
            workflow = files.yaml(path)
            branches = _branches(workflow)
            for job in as_map(workflow.get("jobs")).values():
                if _DEPLOYS.search("\n".join(_commands(as_map(job)))):
                    yield from (_deploying(path, branch, workflow, as_map(job)) for branch in branches)


def _branches(workflow: Mapping[Any, Any]) -> list[str]:
    """The branches that it is run for when they are pushed to, without patterns."""
    push = as_map(as_map(workflow.get("on", workflow.get(True))).get("push"))
    return [each for each in map(str, as_list(push.get("branches"))) if _BRANCH.fullmatch(each)]


def _deploying(
    path: PurePosixPath, branch: str, workflow: Mapping[Any, Any], job: Mapping[Any, Any]
) -> Deploying:
    given = job.get("environment")
    named = str(as_map(given).get("name") or "") if isinstance(given, Mapping) else str(given or "")
    configured = _CONFIGURED.search("\n".join(_commands(job)))
    values = [*_values(workflow.get("env")), *_values(job.get("env")), *_inputs(job)]
    return Deploying(
        path,
        branch,
        _literal(named) or (configured[1] if configured else ""),
        next((value for value in values if _REGION.fullmatch(value)), ""),
        next((role[1] for value in values if (role := _ROLE.match(value))), ""),
    )


def _commands(job: Mapping[Any, Any]) -> Iterator[str]:
    yield from (str(as_map(step).get("run") or "") for step in as_list(job.get("steps")))


def _inputs(job: Mapping[Any, Any]) -> Iterator[str]:
    """What is given to the actions that it uses, such as the region to `configure-aws-credentials`."""
    for step in as_list(job.get("steps")):
        yield from _values(as_map(step).get("with"))


def _values(given: object) -> Iterator[str]:
    yield from (str(value) for value in as_map(given).values())


def _literal(text: str) -> str:
    return "" if "${{" in text else text
