"""Whether what is deployed works."""

from __future__ import annotations

from fairway.checks import after
from fairway.model.checked import any_failed
from fairway.model.results import Ending
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.hooks import run_hooks
from fairway.pipeline.subject import subject


def run(delivery: Delivery) -> Ending:
    """`failed` where something does not hold; else the hooks after it run too."""
    if not verified(delivery):
        return "failed"
    run_hooks(delivery, "after_verify")
    return "done"


def verified(delivery: Delivery) -> bool:
    """Whether everything holds that must."""
    return not any_failed(after.run(delivery.project, subject(delivery), delivery.emit))
