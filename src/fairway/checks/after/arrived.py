"""What the deploy did not wait for: it has to be usable before anything that uses it is verified."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fairway.aws.calls import quiet
from fairway.aws.cloud import Cloud
from fairway.checks.outcome import Outcome, passed
from fairway.checks.runner import Check
from fairway.checks.subject import Subject
from fairway.model.state import ResourceState


def checks(subject: Subject) -> Iterator[Check]:
    """One for each resource of which AWS had only accepted the last change; as patient as a deploy."""
    cloud = Cloud(subject.caller)
    for stack, state in subject.states.items():
        for held in state.resources.values():
            if held.accepted:
                name = held.address if len(subject.states) == 1 else f"{stack}.{held.address}"
                yield Check(name, "accepted", partial(_arrived, cloud, held))


def _arrived(cloud: Cloud, held: ResourceState) -> Outcome:
    cloud.usable(held, quiet, patient=True)
    return passed("usable by now")
