"""Plan, deploy, destroy: each reads top to bottom like what it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fairway.apply.engine import Outcome, apply
from fairway.apply.recover import recover
from fairway.aws.cloud import Cloud
from fairway.model.errors import FairwayError, Finding, WrongInput
from fairway.model.events import OperationFinished, PlanMade, Warned
from fairway.model.plan import Plan
from fairway.model.state import StackState
from fairway.pipeline.connect import connect
from fairway.pipeline.freshness import prove_freshness
from fairway.pipeline.outputs import shown_outputs
from fairway.pipeline.place import require_same_place
from fairway.pipeline.prepare import Prepared, prepare
from fairway.pipeline.request import Request
from fairway.pipeline.run import Ports, Result, Run
from fairway.pipeline.storage import open_store
from fairway.pipeline.stored import Stored
from fairway.pipeline.turn import turn
from fairway.pipeline.whoami import whoami
from fairway.plan.desired import Desired
from fairway.plan.planner import plan_destroy
from fairway.plan.removal import EVERYTHING
from fairway.state.store import Store


def plan(request: Request, ports: Ports) -> Result:
    """What a deploy would change. Changes nothing."""
    run = Run("plan", request.target, ports)
    cloud = connect(request.target, ports.interruption)
    store = open_store(request.target)
    recorded = _recovered(run, cloud, _known(_stored(run, store), cloud))
    prepared = prepare(request, run, store, cloud, recorded, shortcut=False)
    return run.finish("planned", prepared.plan, calls=cloud.calls)


def deploy(request: Request, ports: Ports) -> Result:
    """Build, plan, confirm, apply, verify. Raises WrongInput when the plan holds refusals."""
    run = Run("deploy", request.target, ports)
    opened = open_store(request.target, ports.interruption)
    with turn(run, opened) as (store, lease), _stored(run, store) as stored:
        cloud = connect(request.target, ports.interruption, lease.check)
        recorded = _picked_up(run, stored, cloud)
        prepared = prepare(request, run, store, cloud, recorded, shortcut=True)
        _refuse(prepared.plan, request, run)
        if not prepared.changes_anything:
            return _unchanged(prepared, request, run, stored, cloud)
        if prepared.plan.effective and not run.confirmed(prepared.plan):
            return run.finish("declined", prepared.plan, calls=cloud.calls)
        with _remembered(run, store, cloud):
            outcome = _carry_out(prepared.plan, prepared.desired, prepared.state, request, run, stored, cloud)
            if outcome.complete:
                _verify(prepared, outcome, run)
            return _ended(run, "succeeded", prepared.plan, outcome, cloud)


def destroy(request: Request, ports: Ports) -> Result:
    """Remove a stack's resources, from state alone. Raises WrongInput when the plan holds refusals."""
    target = request.target
    run = Run("destroy", target, ports)
    opened = open_store(target, ports.interruption)
    with turn(run, opened) as (store, lease), _stored(run, store) as stored:
        cloud = connect(target, ports.interruption, lease.check)
        state = _picked_up(run, stored, cloud)
        if state is None:
            return run.finish("unchanged", None, calls={})
        plan, desired = plan_destroy(
            state, {}, cloud, allow_data_loss=request.allow_data_loss, count=cloud.contents
        )
        run.emit(PlanMade(at=run.now, plan=plan))
        _refuse(plan, request, run)
        if plan.effective and not run.confirmed(plan):
            return run.finish("declined", plan, calls=cloud.calls)
        with _remembered(run, store, cloud):
            outcome = _carry_out(plan, desired, state, request, run, stored, cloud)
            if outcome.complete:
                stored.archive()
            return _ended(run, "destroyed", plan, outcome, cloud)


def _stored(run: Run, store: Store) -> Stored:
    return Stored(store, run.target.environment, run.target.stack)


def _known(stored: Stored, cloud: Cloud) -> StackState | None:
    """The stack's state. Raises WrongInput when the stack is somewhere else than this run works."""
    state = stored.load()
    if state is not None:
        require_same_place(state, cloud.caller.session)
    return state


@contextmanager
def _remembered(run: Run, store: Store, cloud: Cloud) -> Iterator[None]:
    """From here on the run is recorded, its end included, whatever that is."""
    with store.recording(run.target.environment, run.target.stack) as record:
        run.record_with(record)
        try:
            yield
        except KeyboardInterrupt:
            run.finish("interrupted", None, counts=_done(run), calls=cloud.calls)
            raise
        except Exception as error:
            what = str(error) if isinstance(error, FairwayError) else type(error).__name__
            run.finish("failed", None, counts=_done(run), calls=cloud.calls, error=what)
            raise


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
            f"{', '.join(addresses)} would be lost",
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
        stored.settle(outcome.state)
    if outcome.trouble:
        raise outcome.trouble
    return outcome


def _unchanged(prepared: Prepared, request: Request, run: Run, stored: Stored, cloud: Cloud) -> Result:
    """Even a deploy that does nothing proves that the code is fresh, and records what only state knows."""
    outcome = _carry_out(prepared.plan, prepared.desired, prepared.state, request, run, stored, cloud)
    with run.stage("verify"):
        prove_freshness(prepared.definition, prepared.plan, prepared.live, run.emit, run.ports.clock)
    outputs = shown_outputs(outcome.state, run.ports.present)
    return run.finish("unchanged", prepared.plan, calls=cloud.calls, outputs=outputs)


def _verify(prepared: Prepared, outcome: Outcome, run: Run) -> None:
    with run.stage("verify"):
        live = {**prepared.live, **outcome.live}
        prove_freshness(prepared.definition, prepared.plan, live, run.emit, run.ports.clock)


def _ended(run: Run, success: str, plan: Plan, outcome: Outcome, cloud: Cloud) -> Result:
    result = success if outcome.complete else "interrupted" if outcome.interrupted else "failed"
    outputs = shown_outputs(outcome.state, run.ports.present)
    return run.finish(result, plan, counts=_done(run), calls=cloud.calls, outputs=outputs)


def _done(run: Run) -> Mapping[str, int]:
    """How many of which action have been carried out."""
    return Counter(event.action.value for event in run.events if isinstance(event, OperationFinished))
