"""What checks, hooks and manual steps of a run work with: the environment as it is now."""

from __future__ import annotations

from fairway.checks.opening import subject_of
from fairway.checks.subject import Subject
from fairway.pipeline.delivery import Delivery


def subject(delivery: Delivery) -> Subject:
    """The subject for all stacks of the project."""
    return subject_of(
        delivery.project,
        {stack: delivery.target(stack) for stack in delivery.all_stacks},
        interruption=delivery.ports.interruption,
        present=delivery.ports.present,
    )
