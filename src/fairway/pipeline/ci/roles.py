"""Makes the roles with which a CI system deploys to an environment, and writes them into `fairway.toml`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fairway.aws.bootstrap import Step
from fairway.aws.calls import Caller
from fairway.aws.federation import Role, make_provider, make_role, role_arn
from fairway.model.errors import InvalidDefinition, WrongInput
from fairway.model.graph import Definition
from fairway.pipeline.ci.lanes import require_named_stacks
from fairway.pipeline.ci.policy import Place, deploying, planning
from fairway.pipeline.ci.reach import reach_of
from fairway.pipeline.ci.trust import Repository
from fairway.project.names import filled, names_in
from fairway.project.settings import FILE, Parameters, Project, StackSettings
from fairway.sources.load import Inputs, find_template, load
from fairway.stacks.bootstrap import write_down

_NAME_LIMIT = 64
"""BC iam CreateRole."""
_PARAMETER = "parameter."


@dataclass(frozen=True)
class Federated:
    """For whom roles are made: an environment of a project, and the repository whose jobs take them.

    `cache` is a folder that may not exist yet.
    """

    project: Project
    environment: str
    repository: Repository
    cache: Path


def make_roles(caller: Caller, wanted: Federated) -> Iterator[Step]:
    """Make what is missing, repair what differs, write the ARNs down.

    Raises WrongInput for an environment without a branch or a project without named stacks,
    InvalidDefinition for a definition that cannot be read, Failed for what cannot be had.
    """
    require_named_stacks(wanted.project)
    settings = wanted.project.environment(wanted.environment)
    state = wanted.project.state_of(wanted.environment)
    if not settings.branch:
        raise WrongInput(
            "ci.no-branch",
            f"{wanted.environment} has no branch",
            why="only jobs for a branch may deploy to an environment",
            next=f'write branch = "main" into [environments.{wanted.environment}] of {FILE}',
        )
    session = caller.session
    place = Place(session.partition, session.account, session.region, state)
    reach = reach_of(wanted.project, wanted.environment, _definitions(caller, wanted), session.model)
    names = {key: _name(wanted, suffix) for key, suffix in (("role", ""), ("plan_role", "-plan"))}
    arns = {key: role_arn(caller, name) for key, name in names.items()}
    repository = wanted.repository
    deploys, plans = (
        repository.deploys(wanted.environment, settings.branch),
        repository.plans(settings.branch),
    )
    own, models = tuple(arns.values()), session.model
    yield make_provider(caller, deploys.issuer)
    yield from make_role(caller, Role(names["role"], deploys, deploying(reach, place, own, models)))
    yield from make_role(caller, Role(names["plan_role"], plans, planning(reach, place, own, models)))
    yield write_down(wanted.project.folder, ("environments", wanted.environment), arns)


def _name(wanted: Federated, suffix: str) -> str:
    """`fairway-ci-PROJECT-ENVIRONMENT`; of what is too long the middle is a hash."""
    project = re.sub(r"[^\w+=,.@-]+", "-", wanted.project.name)
    name = f"fairway-ci-{project}-{wanted.environment}"
    room = _NAME_LIMIT - len("-plan")
    if len(name) > room:
        name = f"{name[: room - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return name + suffix


def _definitions(caller: Caller, wanted: Federated) -> Mapping[str, Definition]:
    """The definition of each stack, by its name."""
    return {name: _definition(caller, wanted, stack) for name, stack in wanted.project.stacks.items()}


def _definition(caller: Caller, wanted: Federated, stack: StackSettings) -> Definition:
    """What a stack defines as far as it can be known before it is deployed: its parameters may be outputs of
    others. The types of its resources hang on them in rare cases only."""
    own = wanted.project.environment(wanted.environment)
    tables = (stack.parameters, own.parameters, own.stack_parameters.get(stack.name, {}))
    given = {key: text for table in tables for key, text in _literal(caller, wanted, table).items()}
    definition, findings = load(
        find_template(wanted.project.folder / stack.source),
        Inputs(
            stack=stack.name,
            region=caller.session.region,
            account=caller.session.account,
            parameters=given,
            exports={},
            lookup=None,
            cache=wanted.cache / "sources",
        ),
    )
    wrong = [each for each in findings if each.severity == "error" and not each.code.startswith(_PARAMETER)]
    if wrong:
        raise InvalidDefinition(tuple(wrong))
    return definition


def _literal(caller: Caller, wanted: Federated, table: Parameters) -> Mapping[str, str]:
    """The parameters whose values the file itself says."""
    known = {
        "environment": wanted.environment,
        "project": wanted.project.name,
        "account": caller.session.account,
        "region": caller.session.region,
    }
    texts = {key: each.value for key, each in table.items() if isinstance(each.value, str)}
    return {key: filled(text, known) for key, text in texts.items() if set(names_in(text)) <= known.keys()}
