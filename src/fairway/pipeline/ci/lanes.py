"""The environments that pushes deploy to, as the CI files need them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fairway.model.errors import Finding, InvalidDefinition, WrongInput
from fairway.project.settings import FILE, LOCAL, CiSettings, EnvironmentSettings, Project
from fairway.stacks.targets import KEEP_STATE, is_state_in_checkout

EXAMPLES = {"github": "ORG/REPO", "gitlab": "GROUP/PROJECT"}

_INSTALLS = re.compile(r"\b(pip|npm|pnpm|yarn|uv|poetry|pipenv|tox|nox|hatch|make)\b")
"""Programs of tests that fetch what they need, or may."""


@dataclass(frozen=True)
class Lane:
    """An environment with a branch. `after` are those of the same branch that the file names before it."""

    environment: str
    branch: str
    region: str
    role: str
    plan_role: str
    approval: bool
    after: tuple[str, ...]


@dataclass(frozen=True)
class Flow:
    """What a CI system has to do for a project, whose folder in its repository is `folder`, or `.`."""

    lanes: tuple[Lane, ...]
    settings: CiSettings
    folder: str

    @property
    def branches(self) -> tuple[str, ...]:
        """Each branch once, in the order of the file."""
        return tuple(dict.fromkeys(lane.branch for lane in self.lanes))

    @property
    def prefix(self) -> str:
        """What stands before a path of the project, from the repository's folder."""
        return "" if self.folder == "." else f"{self.folder}/"


def with_a_branch(project: Project) -> Mapping[str, EnvironmentSettings]:
    """The environments that pushes deploy to. Raises WrongInput where there are none."""
    found = {name: each for name, each in project.environments.items() if each.branch and name != LOCAL}
    if found:
        return found
    raise WrongInput(
        "ci.no-branch",
        "no environment says which branch is deployed to it",
        next=f'write branch = "main" into [environments.prod] of {FILE}',
    )


def require_named_stacks(project: Project) -> None:
    """Raises WrongInput where the stack has the name of its folder: that is another one on each machine."""
    if not project.stacks:
        raise WrongInput(
            "ci.no-stack",
            f"{FILE} names no stack",
            why="without [stacks] its name is the folder's, and that of a checkout may be another one",
            next=f'write [stacks.NAME] and source = "." into {FILE}; NAME is that of what is deployed',
        )


def flow_of(project: Project, folder: str, host: str) -> Flow:
    """The flow of a project on a `host`: `github` or `gitlab`.

    Raises WrongInput where no environment has a branch or no stack a name, and InvalidDefinition with
    everything that the environments lack.
    """
    require_named_stacks(project)
    wanted = with_a_branch(project)
    lacking = tuple(
        finding for name, each in wanted.items() for finding in _lacking(project, name, each, host)
    )
    if lacking:
        raise InvalidDefinition(lacking)
    lanes: list[Lane] = []
    for name, each in wanted.items():
        after = tuple(lane.environment for lane in lanes if lane.branch == each.branch)
        lanes.append(Lane(name, each.branch, each.region, each.role, each.plan_role, each.approval, after))
    return Flow(tuple(lanes), project.ci, folder)


def unprepared(project: Project) -> Finding | None:
    """A warning where tests may find nothing but Fairway: no one says where their packages come from."""
    bare = [test.name for test in project.tests if not _INSTALLS.search(test.run)]
    if project.ci.prepare or not bare:
        return None
    return Finding(
        "ci.unprepared",
        f"a job has Fairway and its packages, and nothing more for the tests {', '.join(bare)}",
        next='where they need more: prepare = ["python -m pip install -r requirements-dev.txt"] in [ci]'
        f" of {FILE}",
        severity="warning",
    )


def _lacking(project: Project, name: str, settings: EnvironmentSettings, host: str) -> Iterator[Finding]:
    makes = f"`fairway bootstrap --{host} {EXAMPLES[host]} --env {name}` makes it and writes it there"
    advice = {
        "region": f'write region = "…" into [environments.{name}]',
        "role": makes,
        "plan_role": makes,
    }
    for key, next in advice.items():
        if not getattr(settings, key):
            message = f"[environments.{name}] has a branch but no {key}"
            yield Finding("ci.incomplete", message, settings.location, next=next)
    if is_state_in_checkout(project, name):
        message = f"the state of {name} would lie in each job's own checkout, and be gone with it"
        yield Finding("ci.incomplete", message, settings.location, next=KEEP_STATE.format(environment=name))
