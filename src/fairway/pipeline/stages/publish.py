"""What people want to know at the end: outputs, how to try them, and the steps that are left to them."""

from __future__ import annotations

from collections.abc import Iterator

from fairway.checks.after import KINDS
from fairway.checks.kinds import at_once, declared
from fairway.checks.runner import masks_of, run_all
from fairway.checks.subject import Subject
from fairway.model.checked import any_failed
from fairway.model.errors import WrongInput
from fairway.model.events import OpenStep, ResultsPublished
from fairway.model.results import Ending
from fairway.pipeline.delivery import Delivery
from fairway.pipeline.subject import subject
from fairway.pipeline.trials import commands
from fairway.project.names import filled
from fairway.project.settings import ManualStep
from fairway.stacks.outputs import shown_outputs


def run(delivery: Delivery) -> Ending:
    """Tell them."""
    there = subject(delivery)
    outputs = {
        stack: shown_outputs(there.states.get(stack), delivery.ports.present) for stack in delivery.stacks
    }
    steps = tuple(_open(delivery, there))
    delivery.emit(ResultsPublished(delivery.now, outputs, steps, commands(delivery.project, there)))
    return "done"


def _open(delivery: Delivery, there: Subject) -> Iterator[OpenStep]:
    """The manual steps of the environment that nobody has done, as far as that can be told."""
    for step in delivery.project.manual:
        if step.environments and delivery.environment not in step.environments:
            continue
        if (missing := _missing(step, there)) is not None:
            yield OpenStep(step.name, _text(step, there), missing)


def _text(step: ManualStep, there: Subject) -> str:
    """What is to be done; as it is written while what it names is not there."""
    try:
        return masks_of(there).blank(filled(step.text, there.names))
    except WrongInput:
        return step.text


def _missing(step: ManualStep, there: Subject) -> str | None:
    """Why a step is open, empty where nothing tells whether it is; None for one that is done."""
    if step.done is None:
        return ""
    looked_at = at_once(step.done)  # nobody does it meanwhile
    [found] = run_all([*declared([looked_at], KINDS, there)], "verify", there, lambda _: None)
    return found.message if any_failed([found]) else None
