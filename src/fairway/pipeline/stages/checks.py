"""What must hold before anything is built or deployed; all findings come at once."""

from __future__ import annotations

from dataclasses import replace

from fairway.checks import before
from fairway.model.checked import any_failed
from fairway.pipeline.delivery import Delivery, Ending
from fairway.pipeline.subject import subject


def run(delivery: Delivery) -> Ending:
    """`failed` where something does not hold."""
    there = subject(delivery)
    # What takes outputs of a stack that is not deployed yet cannot be asked for.
    ready = [stack for stack in delivery.stacks if delivery.needs[stack] <= there.states.keys()]
    there = replace(there, requests={stack: delivery.request(stack) for stack in ready})
    found = before.run(delivery.project, there, delivery.emit)
    if not found:
        return "nothing"
    return "failed" if any_failed(found) else "done"
