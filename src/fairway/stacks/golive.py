"""How a stack's changed functions go live, from the request to what carries it out."""

from __future__ import annotations

from functools import cache, partial
from threading import Event as Flag

from fairway.model.events import Warned
from fairway.model.graph import Definition
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


def shifting(job: Job, stop: Flag) -> Shifting:
    """What carries rollouts out, until `stop` is set."""
    run, aws = job.run, job.cloud.caller
    watch = Watch(aws, run.ports.objection, aws.clock.now, stop.wait)
    patient = cache(partial(caller, job.request.target, run.ports.interruption, patience=LONGEST_RUN))
    return Shifting(watch, Hooks(patient), run.emit, run.ports.clock)
