"""Projects whose CI files are tested."""

from __future__ import annotations

from fairway.pipeline.ci.lanes import Flow, flow_of
from fairway.project.settings import CiSettings, EnvironmentSettings, Project, StackSettings, StateSettings

ROLE = "arn:aws:iam::123456789012:role/fairway-shop-{name}"


def environment(name: str, branch: str, *, approval: bool = False) -> EnvironmentSettings:
    return EnvironmentSettings(
        branch=branch,
        region="eu-central-1",
        role=ROLE.format(name=name),
        plan_role=ROLE.format(name=f"{name}-plan"),
        approval=approval,
    )


STATE = StateSettings("s3://fairway-state/shop")
STACKS = {"shop": StackSettings("shop")}
THREE = Project(
    stacks=STACKS,
    environments={
        "local": EnvironmentSettings(),
        "dev": environment("dev", "develop"),
        "staging": environment("staging", "main"),
        "prod": environment("prod", "main", approval=True),
    },
    ci=CiSettings(prepare=("npm ci", "python -m pip install -r requirements-dev.txt")),
    state=STATE,
)
ONE = Project(stacks=STACKS, environments={"prod": environment("prod", "team/it's")}, state=STATE)


def flow(project: Project, folder: str = ".", host: str = "github") -> Flow:
    return flow_of(project, folder, host)
