"""Plan, deploy, apply, destroy: each reads top to bottom like what it does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fairway.model.errors import Finding
from fairway.model.events import PlanMade, Warned
from fairway.plan.planner import plan_destroy
from fairway.stacks.carry import carry_out, carry_through, ended, refuse
from fairway.stacks.connect import connect
from fairway.stacks.consent import agreed, require_approver
from fairway.stacks.elsewhere import require_here
from fairway.stacks.freshness import StaleCode
from fairway.stacks.history import Subject, remembered
from fairway.stacks.inspect import is_there
from fairway.stacks.job import Job, at_work, known, picked_up, recovered, settled
from fairway.stacks.lost import lost_state
from fairway.stacks.outputs import new_outputs
from fairway.stacks.planfile import (
    PlanFile,
    plan_file,
    refuse_another_plan,
    refuse_another_state,
    write_plan_file,
)
from fairway.stacks.prepare import Prepared, compared, first_state, told
from fairway.stacks.published import forget, tell_going
from fairway.stacks.request import Request
from fairway.stacks.run import Ports, Result, Run
from fairway.stacks.storage import open_store
from fairway.stacks.stored import Stored
from fairway.stacks.undo import undo
from fairway.state.store import Store


def plan(request: Request, ports: Ports, out: Path | None = None, *, shortcut: bool = False) -> Result:
    """What a deploy would change, also as a file where `out` says so. Changes nothing.

    With `shortcut`, where nothing but code changed, only what carries code is read from AWS, as in a deploy.
    """
    target = request.target
    run = Run("plan", target, ports)
    cloud, store = connect(target, ports.interruption), open_store(target, ports.interruption)
    stored = Stored(store, target.environment, target.stack)
    recorded = recovered(run, cloud, known(target, stored, cloud))
    prepared = told(compared(request, run, store, cloud, recorded, shortcut=shortcut), run)
    if out:
        write_plan_file(plan_file(prepared, request, deployed=recorded is not None), out)
    result = run.finish("planned", prepared.plan, calls=cloud.calls)
    return replace(result, new_outputs=new_outputs(prepared.plan, prepared.state))


def deploy(request: Request, ports: Ports) -> Result:
    """Build, plan, confirm, apply, verify. Raises WrongInput when the plan holds refusals, and where an
    approval is needed that nobody can give.
    """
    require_approver(request, ports)
    with at_work("deploy", request, ports, ahead=True) as job:
        prepared = _compared(job)
        if not job.stored.is_current():
            prepared = _compared(job)
        return _deployed(told(prepared, job.run), job)


def apply_plan(file: PlanFile, request: Request, ports: Ports) -> Result:
    """Carry a plan out as it was reviewed, without asking, unless an approval is needed and not given yet.

    It is made again first: raises Failed, with the first differences, when it would not be the same now.
    Raises WrongInput where an approval is needed that nobody can give.
    """
    require_approver(request, ports)
    target = request.target
    with at_work("apply", request, replace(ports, confirm=lambda _: True)) as job:
        loaded = known(target, job.stored, job.cloud)
        refuse_another_state(file, target, loaded)  # a plan settles nothing: it was made before this does
        recorded = settled(job, loaded)
        state = recorded or replace(first_state(target, job.store, job.cloud), lineage=file.lineage)
        shortcut = file.took_shortcut
        prepared = compared(request, job.run, job.store, job.cloud, state, shortcut=shortcut)
        refuse_another_plan(file, told(prepared, job.run))
        return _deployed(prepared, job)


def destroy(request: Request, ports: Ports) -> Result:
    """Remove a stack's resources, from state alone. Raises WrongInput as `deploy` does."""
    require_approver(request, ports)
    target = request.target
    store = open_store(target, ports.interruption)
    if not is_there(target, store):  # what waits for a lease would leave a folder
        return _nothing_there(Run("destroy", target, ports), store)
    with at_work("destroy", request, ports) as job:
        run, cloud = job.run, job.cloud
        state = picked_up(job)
        if state is None:
            return _nothing_there(run, job.store)
        plan, desired = plan_destroy(
            state, {}, cloud, allow_data_loss=request.allow_data_loss, count=cloud.contents
        )
        run.emit(PlanMade(at=run.now, plan=plan))
        sites = tell_going(job, plan)
        refuse(plan, job)
        allowed = agreed(plan, job)
        if not allowed:
            return run.finish("declined", plan, calls=cloud.calls)
        subject = Subject(state, approval=allowed.request.approval)
        with remembered(run, job.store, lambda: cloud.calls, subject) as record:
            outcome = carry_out(plan, desired, state, job)
            record.left(outcome.state)
            forget(job, sites, outcome.state)
            if outcome.complete:
                job.stored.archive()
            return ended("destroyed", plan, outcome, job)


def _compared(job: Job) -> Prepared:
    recorded = picked_up(job)
    return compared(job.request, job.run, job.store, job.cloud, recorded, shortcut=True)


def _nothing_there(run: Run, store: Store) -> Result:
    """A stack that is not there has been destroyed before, or its name is a slip.

    Raises WrongInput where it is not known to be gone.
    """
    target = run.target
    require_here(target, store)
    if lost := lost_state(target, store):
        raise lost
    what = f"no stack {target.stack} is deployed in {target.environment}: there is nothing to destroy"
    others = ", ".join(store.stacks(target.environment))
    next = f"name another with --stack: {others}" if others else ""
    run.emit(Warned(run.now, Finding("state.not-deployed", what, next=next, severity="warning")))
    return run.finish("unchanged", None, calls={})


def _deployed(prepared: Prepared, job: Job) -> Result:
    """Carry a deploy through; what fails stays or is undone, as the request says."""
    undoes = job.request.on_failure == "rollback"
    try:
        result = carry_through(prepared, job)
    except StaleCode:
        if undoes:
            undo(job)
        raise
    if result.result == "failed" and undoes:
        return replace(result, outputs=undo(job).outputs)
    return result
