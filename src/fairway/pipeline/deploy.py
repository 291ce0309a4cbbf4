"""Plan, deploy, destroy: each reads top to bottom like what it does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from fairway.apply.engine import Outcome, apply
from fairway.apply.folds import fold
from fairway.apply.recover import recover
from fairway.apply.revive import revived
from fairway.aws.cloud import Cloud
from fairway.build.cache import Cache
from fairway.model.errors import Failed, Finding, WrongInput
from fairway.model.events import PlanMade, Waiting, Warned
from fairway.model.graph import Definition
from fairway.model.plan import Plan
from fairway.model.state import StackState
from fairway.pipeline.connect import connect
from fairway.pipeline.freshness import STALE, prove_freshness
from fairway.pipeline.history import Subject, done, history_of, remembered
from fairway.pipeline.outputs import shown_outputs
from fairway.pipeline.place import require_same_place
from fairway.pipeline.planfile import (
    PlanFile,
    plan_file,
    refuse_another_plan,
    refuse_another_state,
    write_plan_file,
)
from fairway.pipeline.prepare import Prepared, build_folder, first_state, planned, prepare, refresh
from fairway.pipeline.request import Request
from fairway.pipeline.rollback import (
    NOTHING,
    deployment_to_restore,
    fetch_code,
    given_texts,
    is_empty,
    refuse_unknown_secrets,
    way_back,
    with_code,
    with_texts,
)
from fairway.pipeline.run import Ports, Result, Run
from fairway.pipeline.storage import open_store, stack_lock
from fairway.pipeline.stored import Stored
from fairway.pipeline.whoami import whoami
from fairway.plan.desired import Desired
from fairway.plan.planner import plan_destroy
from fairway.plan.removal import EVERYTHING
from fairway.state.lock import Holder
from fairway.state.store import Store


def plan(request: Request, ports: Ports, out: Path | None = None) -> Result:
    """What a deploy would change, also as a file where `out` says so. Changes nothing."""
    run = Run("plan", request.target, ports)
    cloud = connect(request.target, ports.interruption)
    store = open_store(request.target)
    recorded = _recovered(run, cloud, _known(_stored(run, store), cloud))
    prepared = prepare(request, run, store, cloud, recorded, shortcut=False)
    if out:
        write_plan_file(plan_file(prepared, request, deployed=recorded is not None), out)
    return run.finish("planned", prepared.plan, calls=cloud.calls)


def deploy(request: Request, ports: Ports) -> Result:
    """Build, plan, confirm, apply, verify. Raises WrongInput when the plan holds refusals."""
    run = Run("deploy", request.target, ports)
    store = open_store(request.target)
    with _turn(run, store), _stored(run, store) as stored:
        cloud = connect(request.target, ports.interruption)
        recorded = _picked_up(run, stored, cloud)
        prepared = prepare(request, run, store, cloud, recorded, shortcut=True)
        return _deployed(prepared, _Job(request, run, store, stored, cloud))


def apply_plan(file: PlanFile, request: Request, ports: Ports) -> Result:
    """Carry a plan out as it was reviewed, without asking.

    It is made again first: raises Failed, with the first differences, when it would not be the same now.
    """
    target = request.target
    run = Run("apply", target, replace(ports, confirm=lambda _: True))
    store = open_store(target)
    with _turn(run, store):
        cloud = connect(target, ports.interruption)
        stored = _stored(run, store)
        recorded = _picked_up(run, stored, cloud)
        refuse_another_state(file, target, recorded)
        state = recorded or replace(first_state(target, store, cloud), lineage=file.lineage)
        prepared = prepare(request, run, store, cloud, state, shortcut=False)
        refuse_another_plan(file, prepared)
        return _deployed(prepared, _Job(request, run, store, stored, cloud))


def rollback(request: Request, ports: Ports, number: int | None) -> Result:
    """Deploy an earlier deployment's definition and artifacts: that of a number, or the last good one.

    The parameters of the request are secret ones, given again. Raises WrongInput as a deploy does, and where
    there is nothing to go back to or the text of a secret is needed and unknown.
    """
    target = request.target
    run = Run("rollback", target, ports)
    store = open_store(target)
    with _turn(run, store):
        job = _Job(request, run, store, _stored(run, store), connect(target, ports.interruption))
        wanted = deployment_to_restore(history_of(store, target), number)
        definition = given_texts(wanted, request.parameters).filled(wanted.definition or NOTHING)
        prepared = _prepare_again(definition, job)
        return _carry_through(prepared, job, restores=wanted.root)


@dataclass(frozen=True)
class _Job:
    """What carrying a plan through needs beside the plan."""

    request: Request
    run: Run
    store: Store
    stored: Stored
    cloud: Cloud


def _deployed(prepared: Prepared, job: _Job) -> Result:
    """Carry a deploy through; what fails stays or is undone, as the request says."""
    undoes = job.request.on_failure == "rollback"
    try:
        result = _carry_through(prepared, job)
    except Failed as error:
        if error.code == STALE and undoes:
            _undo(job)
        raise
    if result.result == "failed" and undoes:
        return replace(result, outputs=_undo(job).outputs)
    return result


def _undo(job: _Job) -> Result:
    """Take back what the last deployment did, and only that; a deployment of its own in the history."""
    target, store = job.request.target, job.store
    run = Run("rollback", target, replace(job.run.ports, confirm=lambda _: True))
    way = way_back(history_of(store, target))
    job = replace(job, run=run, request=replace(job.request, allow_data_loss=way.deeds.made))
    prepared = _prepare_again(way.definition, job, only=way.deeds.undone_by)
    job = replace(job, request=replace(job.request, allow_data_loss=frozenset()))
    result = _carry_through(prepared, job, restores=way.restores)
    left = store.load(target.environment, target.stack)
    if left and way.definition is NOTHING and is_empty(left):
        store.archive(target.environment, target.stack)
    return result


def _prepare_again(
    definition: Definition, job: _Job, *, only: Callable[[Plan], Plan] = lambda plan: plan
) -> Prepared:
    """The plan for a recorded definition, with the code it needs at hand. Raises WrongInput as `rollback`."""
    target, run, cloud = job.request.target, job.run, job.cloud
    artifacts, cache = job.store.artifacts(target.environment, target.stack), Cache(build_folder(target))
    state = _picked_up(run, job.stored, cloud) or first_state(target, job.store, cloud)
    back = revived(definition, state, cloud, cloud.look_up)
    live = refresh(run, cloud, fold(state, back))
    known = with_texts(with_code(definition, cache), live, job.request.parameters, state.secret_key)
    prepared = planned(known, state, live, job.request, run, cloud, back=back, only=only)
    refuse_unknown_secrets(prepared.plan, prepared.desired, definition)
    fetch_code(prepared.plan, prepared.desired, cache, artifacts)
    return prepared


def _carry_through(prepared: Prepared, job: _Job, *, restores: int = 0) -> Result:
    """Confirm, apply, verify what was planned, and record it. Raises WrongInput when the plan holds refusals.

    `restores` is the number of the deployment that a rollback goes back to.
    """
    request, run, cloud = job.request, job.run, job.cloud
    _refuse(prepared.plan, request, run)
    if not prepared.changes_anything:
        return _unchanged(prepared, request, run, job.stored, cloud)
    if prepared.plan.effective and not run.confirmed(prepared.plan):
        return run.finish("declined", prepared.plan, calls=cloud.calls)
    subject = Subject(prepared.state, prepared.definition, request.folder, restores)
    with remembered(run, job.store, lambda: cloud.calls, subject) as record:
        outcome = _carry_out(prepared.plan, prepared.desired, prepared.state, request, run, job.stored, cloud)
        record.left(outcome.state)
        if outcome.complete:
            _verify(prepared, outcome, run)
        return _ended(run, "succeeded", prepared.plan, outcome, cloud)


def destroy(request: Request, ports: Ports) -> Result:
    """Remove a stack's resources, from state alone. Raises WrongInput when the plan holds refusals."""
    target = request.target
    run = Run("destroy", target, ports)
    store = open_store(target)
    with _turn(run, store), _stored(run, store) as stored:
        cloud = connect(target, ports.interruption)
        state = _picked_up(run, stored, cloud)
        if state is None:
            return run.finish("unchanged", None, calls={})
        plan, desired = plan_destroy(state, {}, cloud, allow_data_loss=request.allow_data_loss)
        run.emit(PlanMade(at=run.now, plan=plan))
        _refuse(plan, request, run)
        if plan.effective and not run.confirmed(plan):
            return run.finish("declined", plan, calls=cloud.calls)
        with remembered(run, store, lambda: cloud.calls, Subject(state)) as record:
            outcome = _carry_out(plan, desired, state, request, run, stored, cloud)
            record.left(outcome.state)
            if outcome.complete:
                stored.archive()
            return _ended(run, "destroyed", plan, outcome, cloud)


def _turn(run: Run, store: Store) -> AbstractContextManager[None]:
    """The stack's lock: a second deployment waits for the first, and says for whom."""

    def waiting(holder: Holder) -> None:
        run.emit(Waiting(at=run.now, what=str(holder)))

    target = run.target
    return stack_lock(store, target.environment, target.stack, command=run.command, waiting=waiting)


def _stored(run: Run, store: Store) -> Stored:
    return Stored(store, run.target.environment, run.target.stack)


def _known(stored: Stored, cloud: Cloud) -> StackState | None:
    """The stack's state. Raises WrongInput when the stack is somewhere else than this run works."""
    state = stored.load()
    if state is not None:
        require_same_place(state, cloud.caller.session)
    return state


def _picked_up(run: Run, stored: Stored, cloud: Cloud) -> StackState | None:
    """The stack's state, in which what a run that was cut off had done is recorded by now."""
    found = _recovered(run, cloud, _known(stored, cloud))
    return stored.settle(found) if found else None


def _recovered(run: Run, cloud: Cloud, state: StackState | None) -> StackState | None:
    """The state with what a run that was cut off had done and not recorded."""
    if state is None or not (state.pending or state.updating):
        return state
    with run.stage("recover"):
        return recover(state, cloud)


def _refuse(plan: Plan, request: Request, run: Run) -> None:
    """Raises WrongInput for a plan with refusals; an allowance for what the plan does not know is told."""
    known = {EVERYTHING, *(change.address for change in plan.changes)}
    for address in sorted(request.allow_data_loss - known):
        message = f"--allow-data-loss {address}: the stack has no such resource"
        run.emit(Warned(run.now, Finding("arguments.allow-data-loss", message, severity="warning")))
    if plan.refusals:
        addresses = [refusal.address for refusal in plan.refusals]
        raise WrongInput(
            "plan.refused",
            f"{', '.join(addresses)} would lose data",
            why="; ".join(refusal.sentence for refusal in plan.refusals),
            next="to allow it, add " + " ".join(f"--allow-data-loss {address}" for address in addresses),
        )


def _carry_out(
    plan: Plan,
    desired: Desired,
    state: StackState,
    request: Request,
    run: Run,
    stored: Stored,
    cloud: Cloud,
) -> Outcome:
    """Apply and save; from here on a request to stop lets what is under way finish.

    Raises what kept the journal from being written, once what was under way has finished.
    """
    with run.stage("apply"), run.ports.interruption.deferred() as stop:
        outcome = apply(
            plan,
            desired,
            state,
            cloud,
            stored,
            run.emit,
            by=whoami(),
            command=run.command,
            clock=run.ports.clock,
            concurrency=request.concurrency,
            stop=stop,
        )
        left = stored.settle(outcome.state)
    if outcome.trouble:
        raise outcome.trouble
    return replace(outcome, state=left)


def _unchanged(prepared: Prepared, request: Request, run: Run, stored: Stored, cloud: Cloud) -> Result:
    """Even a deploy that does nothing proves that the code is fresh, and records what only state knows."""
    outcome = _carry_out(prepared.plan, prepared.desired, prepared.state, request, run, stored, cloud)
    with run.stage("verify"):
        prove_freshness(prepared.concerned, prepared.live, run.emit, run.ports.clock)
    outputs = shown_outputs(outcome.state, run.ports.present)
    return run.finish("unchanged", prepared.plan, calls=cloud.calls, outputs=outputs)


def _verify(prepared: Prepared, outcome: Outcome, run: Run) -> None:
    with run.stage("verify"):
        live = {**prepared.live, **outcome.live}
        prove_freshness(prepared.concerned, live, run.emit, run.ports.clock)


def _ended(run: Run, success: str, plan: Plan, outcome: Outcome, cloud: Cloud) -> Result:
    result = success if outcome.complete else "interrupted" if outcome.interrupted else "failed"
    outputs = shown_outputs(outcome.state, run.ports.present)
    return run.finish(result, plan, counts=done(run), calls=cloud.calls, outputs=outputs)
