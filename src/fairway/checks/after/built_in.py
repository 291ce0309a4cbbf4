"""The verifications that need no declaration, by kinds of things; a kind takes one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from fairway.aws.alarms import TYPES as ALARM_TYPES
from fairway.checks.after import alarms, apis, secrets, standing
from fairway.checks.outcome import Outcome
from fairway.checks.runner import Check
from fairway.checks.subject import Subject
from fairway.model.state import ResourceState
from fairway.project.settings import Project

WITHIN = 30.0
"""Seconds for what is still under way by another's doing."""
FindOut: TypeAlias = Callable[[Sequence[ResourceState], Subject], Outcome]


@dataclass(frozen=True)
class Things:
    """Resources of some types, and how to find out about all of a stack's together."""

    types: tuple[str, ...]
    find_out: FindOut


def _standing(look: standing.Look, should_be: str) -> FindOut:
    return partial(standing.standing, look, should_be)


KINDS: Mapping[str, Things] = {
    "functions": Things(
        (standing.FUNCTION,), _standing(standing.function, "active with the code that was built")
    ),
    "layers": Things(("AWS::Lambda::LayerVersion",), _standing(standing.layer, "published")),
    "tables": Things(("AWS::DynamoDB::Table",), _standing(standing.table, "active")),
    "state machines": Things(
        ("AWS::StepFunctions::StateMachine",), _standing(standing.state_machine, "active")
    ),
    "roles": Things(("AWS::IAM::Role",), _standing(standing.role, "there")),
    "buckets": Things(("AWS::S3::Bucket",), _standing(standing.bucket, "there")),
    "log groups": Things(("AWS::Logs::LogGroup",), _standing(standing.log_group, "there")),
    "secrets": Things((secrets.TYPE,), secrets.of_stack),
    "APIs": Things((apis.REST_STAGE, apis.HTTP_STAGE), apis.check),
    "alarms": Things(ALARM_TYPES, alarms.quiet_now),
}


def checks(project: Project, subject: Subject) -> Iterator[Check]:
    """One for each kind of things that a stack has, and one for each secret that the project declares."""
    for key, secret in project.secrets.items():
        yield Check(f"secret {key}", "secrets", partial(secrets.declared, secret, subject))
    for stack, state in subject.states.items():
        for kind, things in KINDS.items():
            held = [each for each in state.resources.values() if each.type in things.types]
            if held:
                name = kind if len(subject.states) == 1 else f"{stack}: {kind}"
                yield Check(name, kind, partial(things.find_out, held, subject), WITHIN)
