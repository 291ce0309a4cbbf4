"""Makes the subject of an environment's checks from where its stacks are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

from fairway.aws.session import Session
from fairway.checks.names import Names
from fairway.checks.subject import Subject, usable_outputs
from fairway.model.state import StackState
from fairway.project.settings import Project
from fairway.stacks.connect import caller
from fairway.stacks.interruption import Interruption
from fairway.stacks.origin import origin
from fairway.stacks.request import Request, Target
from fairway.stacks.storage import open_store
from fairway.stacks.stored import Stored


def subject_of(
    project: Project,
    targets: Mapping[str, Target],
    *,
    requests: Mapping[str, Request] | None = None,
    interruption: Interruption | None = None,
    present: Callable[[str], str] = str,
    environ: Mapping[str, str] = os.environ,
) -> Subject:
    """The subject for stacks of one environment, by name: `targets` say where they are, `requests` what is
    going to be deployed.
    """
    target = next(iter(targets.values()))
    aws = caller(target, interruption)
    states = {name: state for name, each in targets.items() if (state := _state(each))}
    return Subject(
        environment=target.environment,
        folder=project.folder,
        caller=aws,
        local=target.local,
        states=states,
        requests=requests or {},
        names=Names(_finders(project, target, aws.session, states, present, environ)),
        present=present,
        environ=environ,
    )


def _finders(
    project: Project,
    target: Target,
    session: Session,
    states: Mapping[str, StackState],
    present: Callable[[str], str],
    environ: Mapping[str, str],
) -> Mapping[str, Callable[[], str]]:
    """Every name that fairway.toml knows; outputs that are secret have none."""
    known = {f"env.{name}": value for name, value in environ.items()}
    known |= {"environment": target.environment, "project": project.name, "region": target.region}
    outputs = usable_outputs(states, present)
    known |= {f"stacks.{stack}.{name}": value for (stack, name), value in outputs.items()}
    return {
        **{name: partial(str, value) for name, value in known.items()},
        "account": lambda: session.account,
        "commit": lambda: origin(project.folder, environ).commit,
    }


def _state(target: Target) -> StackState | None:
    return Stored(open_store(target), target.environment, target.stack).load()
