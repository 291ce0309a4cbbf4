"""What checks, commands and manual steps of a run work with: the environment as it is now."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.checks.opening import subject_of
from fairway.checks.subject import Subject
from fairway.pipeline.delivery import Delivery
from fairway.stacks.connect import caller
from fairway.stacks.known import Known, outputs_at
from fairway.stacks.request import Target


def targets(delivery: Delivery) -> Mapping[str, Target]:
    """Where all stacks of the project are."""
    return {stack: delivery.target(stack) for stack in delivery.all_stacks}


def subject(delivery: Delivery) -> Subject:
    """The subject for all stacks of the project."""
    return subject_of(
        delivery.project,
        targets(delivery),
        interruption=delivery.ports.interruption,
        present=delivery.ports.present,
    )


def names(delivery: Delivery) -> Known:
    """What the names in the project's texts stand for now. Nothing is asked for that no text names."""
    target = delivery.target(delivery.all_stacks[0])
    output, present = outputs_at(target), delivery.ports.present
    session = caller(target, delivery.ports.interruption).session
    return Known(delivery.project, delivery.environment, session, lambda *name: present(output(*name)))
