"""Prerequisites: what must hold before a deploy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from fairway.checks import command
from fairway.checks.before import (
    bedrock,
    builds,
    clashes,
    definition,
    hygiene,
    permissions,
    place,
    quota,
    references,
    secrets,
    tool,
    tree,
)
from fairway.checks.before.intended import FindOut, Reading
from fairway.checks.kinds import Kind, declared
from fairway.checks.outcome import Outcome
from fairway.checks.runner import Check, run_all
from fairway.checks.subject import Subject
from fairway.model.checked import Checked
from fairway.model.events import Emit
from fairway.project.checks import BedrockModel, Command, Prerequisite, Quota, Tool
from fairway.project.settings import Project

KINDS: Mapping[type[Prerequisite], Kind] = {
    Tool: Kind("tool", tool.check),
    Command: Kind("command", command.check),
    BedrockModel: Kind("bedrock", bedrock.check),
    Quota: Kind("quota", quota.check),
}
OF_STACKS: Mapping[str, FindOut] = {
    "builds": builds.check,
    "names": clashes.check,
}
"""What looks at the definition of each stack, beside the check of the definition itself."""


def run(project: Project, subject: Subject, emit: Emit, *, deploys: bool = True) -> list[Checked]:
    """Every check of the project that is for this environment, and those that are built in, all at once.

    What deploys nothing may come from any working tree. Raises Interrupted.
    """
    with Reading(subject) as reading:
        checks = [
            *declared(project.checks, KINDS, subject),
            *_of_the_environment(project, subject, deploys=deploys),
            *_of_stacks(project, subject, reading),
        ]
        return run_all(checks, "checks", subject, emit)


def _of_the_environment(project: Project, subject: Subject, *, deploys: bool) -> Iterator[Check]:
    settings = project.environment(subject.environment)
    yield Check("credentials", "credentials", partial(place.credentials, settings, subject))
    yield Check("region", "region", partial(place.region, settings, subject))
    yield Check("repository", "hygiene", partial(hygiene.check, subject))
    if deploys and (settings.clean_tree or settings.branch):
        yield Check("working tree", "tree", partial(tree.check, project, subject))
    if project.secrets:
        yield Check("secrets", "secrets", partial(secrets.check, project, subject))


def _of_stacks(project: Project, subject: Subject, reading: Reading) -> Iterator[Check]:
    settings = project.environment(subject.environment)
    kinds: Mapping[str, FindOut] = {**OF_STACKS, "permissions": partial(permissions.check, settings=settings)}
    alone = len(subject.requests) + len(subject.unready) == 1
    if project.uses or project.verify or project.manual:
        yield Check("names in the file", "references", partial(references.check, project, subject, reading))
    for stack, outcome in subject.unready.items():
        known = partial(_known, outcome)
        if stack in subject.ahead:
            known = partial(definition.check_ahead, stack, reading, outcome)
        yield Check(_label(stack, "definition", alone=alone), "definition", known)
    for stack in subject.requests:
        name = partial(_label, stack, alone=alone)
        yield Check(name("definition"), "definition", partial(definition.check, stack, reading))
        for kind, find_out in kinds.items():
            yield Check(name(kind), kind, partial(reading.use, stack, subject, find_out))


def _known(outcome: Outcome) -> Outcome:
    return outcome


def _label(stack: str, kind: str, *, alone: bool) -> str:
    return kind if alone else f"{stack}: {kind}"
