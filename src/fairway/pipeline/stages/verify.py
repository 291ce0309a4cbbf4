"""Whether what is deployed works."""

from __future__ import annotations

from fairway.checks import after
from fairway.model.checked import any_failed
from fairway.model.errors import FairwayError, Finding
from fairway.model.events import Warned
from fairway.model.results import Ending
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.hooks import run_hooks
from fairway.pipeline.subject import subject
from fairway.stacks.verdict import note_verdict


def run(delivery: Delivery) -> Ending:
    """`failed` where something does not hold; else the hooks after it run too."""
    holds = verified(delivery)
    if delivery.project.verify:
        _note(delivery, holds)
    if not holds:
        return "failed"
    run_hooks(delivery, "after_verify")
    return "done"


def verified(delivery: Delivery) -> bool:
    """Whether everything holds that must."""
    return not any_failed(after.run(delivery.project, subject(delivery), delivery.emit))


def _note(delivery: Delivery, holds: bool) -> None:
    """Write it down in the stacks' histories: nobody goes back to what did not work."""
    for stack in delivery.stacks:
        try:
            note_verdict(delivery.target(stack), delivery.folder.stack(stack).number, holds)
        except (FairwayError, OSError) as error:
            what = f"the history of {stack} does not tell whether its verification failed"
            finding = Finding("history.not-written", what, why=str(error), severity="warning")
            delivery.emit(Warned(delivery.now, finding, stack=stack))
