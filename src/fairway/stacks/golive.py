"""How a stack's changed functions go live, from the request to what carries it out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache, partial
from threading import Event as Flag

from fairway.model.events import Warned
from fairway.model.graph import Definition
from fairway.model.masking import masks_for
from fairway.model.state import StackState
from fairway.model.values import Value
from fairway.rollout.declared import all_at_once, with_rollouts, without_effect
from fairway.rollout.hooks import Hooks
from fairway.rollout.shifting import Shifting
from fairway.rollout.watching import Watch
from fairway.stacks.connect import caller
from fairway.stacks.functions import LONGEST_RUN
from fairway.stacks.job import Job
from fairway.stacks.request import Request
from fairway.stacks.run import Run


def going_live(definition: Definition, request: Request, run: Run) -> Definition:
    """The definition with the rollouts that the request asks for."""
    for finding in without_effect(definition, request.rollout):
        run.emit(Warned(run.now, finding))
    shifted = with_rollouts(definition, request.rollout)
    return all_at_once(shifted) if request.all_at_once else shifted


def shifting(job: Job, state: StackState, given: Iterable[Value], stop: Flag) -> Shifting:
    """What carries rollouts out, until `stop` is set.

    What functions answer is told without the secrets of the state, and of the values that are `given` now.
    """
    run, aws = job.run, job.cloud.caller
    watch = Watch(aws, run.ports.objection, aws.clock.now, stop.wait)
    patient = cache(partial(caller, job.request.target, run.ports.interruption, patience=LONGEST_RUN))
    masks = cache(lambda: masks_for([state], os.environ, given))
    hooks = Hooks(patient, lambda text: masks().blank(text))
    return Shifting(watch, hooks, run.emit, run.ports.clock)
