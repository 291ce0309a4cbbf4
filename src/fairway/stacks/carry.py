"""From a plan to its end: refusals, the question, apply, verify, the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fairway.apply.engine import Outcome, apply
from fairway.model.errors import Finding, WrongInput
from fairway.model.events import Warned
from fairway.model.graph import Definition
from fairway.model.plan import Plan
from fairway.model.results import DeploymentResult
from fairway.model.state import StackState
from fairway.model.values import Value
from fairway.plan.desired import Desired
from fairway.plan.removal import EVERYTHING
from fairway.stacks.consent import agreed
from fairway.stacks.freshness import prove_freshness
from fairway.stacks.golive import shifting
from fairway.stacks.history import Subject, done, remembered
from fairway.stacks.job import Job
from fairway.stacks.outputs import shown_outputs
from fairway.stacks.prepare import Prepared
from fairway.stacks.run import Result


def carry_through(prepared: Prepared, job: Job, *, restores: int = 0, undoes: int = 0) -> Result:
    """Confirm, apply, verify what was planned, and record it. Raises WrongInput when the plan holds refusals.

    `restores` is the number of the deployment that a rollback goes back to, `undoes` that of the one which it
    takes back.
    """
    run, plan = job.run, prepared.plan
    refuse(plan, job)
    if not prepared.changes_anything:
        return _unchanged(prepared, job)
    allowed = agreed(plan, job)
    if not allowed:
        return run.finish("declined", plan, calls=job.cloud.calls)
    subject = Subject(prepared.state, prepared.definition, restores, undoes, allowed.request.approval)
    with remembered(run, job.store, lambda: job.cloud.calls, subject) as record:
        outcome = carry_out(plan, prepared.desired, prepared.state, job, _given(prepared.definition))
        record.left(outcome.state)
        if outcome.complete:
            _verify(prepared, outcome, job)
        return replace(ended("succeeded", plan, outcome, job), number=record.number)


def refuse(plan: Plan, job: Job) -> None:
    """Raises WrongInput for a plan with refusals; an allowance for what the plan does not know is told."""
    known = {EVERYTHING, *(change.address for change in plan.changes)}
    for address in sorted(job.request.allow_data_loss - known):
        message = f"--allow-data-loss {address}: the stack has no such resource"
        job.run.emit(Warned(job.run.now, Finding("arguments.allow-data-loss", message, severity="warning")))
    refuse_losses(plan)


def refuse_losses(plan: Plan) -> None:
    """Raises WrongInput for a plan with refusals, naming what would be lost."""
    if plan.refusals:
        addresses = [refusal.address for refusal in plan.refusals]
        raise WrongInput(
            "plan.refused",
            f"{', '.join(addresses)} would be lost",
            why="\n".join(refusal.sentence for refusal in plan.refusals),
            next="to allow it, add " + " ".join(f"--allow-data-loss {address}" for address in addresses),
        )


def carry_out(
    plan: Plan, desired: Desired, state: StackState, job: Job, given: Sequence[Value] = ()
) -> Outcome:
    """Apply and save; from here on a request to stop lets what is under way finish.

    The secrets among the values that are `given` are told no more than those of the state.
    Raises what kept the journal from being written, once what was under way has finished.
    """
    run = job.run
    with run.stage("apply"), run.ports.interruption.deferred() as stop:
        outcome = apply(
            plan,
            desired,
            state,
            job.cloud,
            job.stored,
            run.emit,
            by=run.origin.who,
            command=run.command,
            clock=run.ports.clock,
            concurrency=job.request.concurrency,
            stop=stop,
            go_live=shifting(job, state, given, stop),
            until=job.request.target.until,
        )
        left = job.stored.settle(outcome.state)
    if outcome.trouble:
        raise outcome.trouble
    return replace(outcome, state=left)


def _given(definition: Definition) -> Sequence[Value]:
    """Every value that may be a secret: parameters, and those of properties that were looked up."""
    held = [value for each in definition.resources.values() for value in each.properties.values()]
    return [*(each.value for each in definition.parameters.values()), *held]


def ended(success: DeploymentResult, plan: Plan, outcome: Outcome, job: Job) -> Result:
    """Tell how it ended; `success` is the word for a run that did all of its plan."""
    result: DeploymentResult = success
    if not outcome.complete:
        result = "interrupted" if outcome.interrupted else "failed"
    outputs = shown_outputs(outcome.state, job.run.ports.present)
    return job.run.finish(result, plan, counts=done(job.run), calls=job.cloud.calls, outputs=outputs)


def _unchanged(prepared: Prepared, job: Job) -> Result:
    """Even a deploy that does nothing proves that the code is fresh, and records what only state knows."""
    outcome = carry_out(prepared.plan, prepared.desired, prepared.state, job)
    _verify(prepared, outcome, job)
    outputs = shown_outputs(outcome.state, job.run.ports.present)
    return job.run.finish("unchanged", prepared.plan, calls=job.cloud.calls, outputs=outputs)


def _verify(prepared: Prepared, outcome: Outcome, job: Job) -> None:
    with job.run.stage("verify"):
        live = {**prepared.live, **outcome.live}
        prove_freshness(prepared.concerned, prepared.plan, live, job.run.emit, job.run.ports.clock)
