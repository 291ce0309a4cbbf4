"""Makes the subject of an environment's checks from where its stacks are, and from what is to go there."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import replace

from fairway.checks.before.definition import unreadable
from fairway.checks.outcome import Outcome, skipped
from fairway.checks.shell import with_own_programs
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.model.state import StackState
from fairway.project.order import needs, taken
from fairway.project.settings import Project
from fairway.sources.load import declared_outputs, find_template
from fairway.stacks.choose import source_of
from fairway.stacks.connect import caller
from fairway.stacks.interruption import Interruption
from fairway.stacks.known import Known, output_text
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

    def output(stack: str, name: str) -> str:
        if stack not in states:
            raise WrongInput(
                "project.output",
                f"no stack {stack} is deployed in {target.environment}",
                next=f"deploy it: fairway run --env {target.environment} --stack {stack}",
            )
        return present(output_text(states[stack], name))

    return Subject(
        environment=target.environment,
        folder=project.folder,
        caller=aws,
        states=states,
        requests=requests or {},
        names=Known(project, target.environment, aws.session, output, environ),
        present=present,
        environ=with_own_programs(environ),
    )


def intending(
    subject: Subject,
    project: Project,
    stacks: Collection[str],
    request: Callable[[str], Request],
    ahead: Callable[[str], Request],
) -> Subject:
    """The subject with what is going to be deployed of these stacks, as `request` makes it, or `ahead` with
    unknown values where they come from stacks that are not deployed yet.

    That, and what is wrong with a stack's parameters, is told by its checks.
    """
    requests: dict[str, Request] = {}
    unready: dict[str, Outcome] = {}
    early: dict[str, Request] = {}
    for stack in stacks:
        try:
            if missing := ", ".join(_missing(project, subject, stack, stacks)):
                early[stack] = ahead(stack)
                unready[stack] = skipped(f"it comes after {missing}")
            else:
                requests[stack] = request(stack)
        except WrongInput as error:
            unready[stack] = unreadable(error)
    return replace(subject, requests=requests, unready=unready, ahead=early)


def _missing(project: Project, subject: Subject, stack: str, stacks: Collection[str]) -> Iterator[str]:
    """What has to be there before a stack's request can be made: others, and outputs that they will have."""
    for needed in sorted(needs(project, subject.environment, stack)):
        if needed not in subject.states:
            yield f"{needed}, not deployed yet"
        elif needed in stacks:
            coming = _declared(project, needed) - subject.states[needed].outputs.keys()
            if new := taken(project, subject.environment, stack, needed, coming):
                yield f"{needed}, which has no {', '.join(sorted(new))} yet"


def _declared(project: Project, stack: str) -> Set[str]:
    """The outputs that a stack's template has; none where it cannot be read, which its own checks tell."""
    try:
        return declared_outputs(find_template(source_of(project, stack)))
    except WrongInput:
        return frozenset()


def _state(target: Target) -> StackState | None:
    return Stored(open_store(target), target.environment, target.stack).load()
