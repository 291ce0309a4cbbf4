"""What must hold before anything is built or deployed; all findings come at once."""

from __future__ import annotations

from fairway.checks import before
from fairway.checks.opening import intending
from fairway.model.checked import any_failed
from fairway.model.results import Ending
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.subject import subject


def run(delivery: Delivery) -> Ending:
    """`failed` where something does not hold."""
    known = subject(delivery)
    there = intending(known, delivery.project, delivery.stacks, delivery.request, delivery.ahead)
    found = before.run(delivery.project, there, delivery.emit, deploys=delivery.deploys)
    if not found:
        return "nothing"
    return "failed" if any_failed(found) else "done"
