"""All that happens before anything is changed: read, build, refresh, plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from fairway.apply.folds import fold
from fairway.apply.revive import revived
from fairway.aws.cloud import Cloud
from fairway.aws.provider import Live
from fairway.aws.session import Session
from fairway.build.builder import build_all
from fairway.model.errors import Finding
from fairway.model.events import PlanMade, Warned
from fairway.model.graph import Definition
from fairway.model.plan import Plan
from fairway.model.state import StackState
from fairway.model.values import Artifact
from fairway.pipeline.claims import taken_over
from fairway.pipeline.codeonly import beside_the_code
from fairway.pipeline.outputs import same_outputs
from fairway.pipeline.read import assets, read, refuse_mistakes, with_artifacts
from fairway.pipeline.request import Request, Target
from fairway.pipeline.run import Run
from fairway.plan.desired import Desired
from fairway.plan.planner import make_plan
from fairway.plan.targets import targeted
from fairway.state.document import new_state
from fairway.state.store import Store

BUILDERS = 4
"""Builds at once: they mostly wait for downloads, and a laptop has few cores."""


@dataclass(frozen=True)
class Prepared:
    """All that is known before anything is changed. `definition` holds artifacts."""

    definition: Definition
    state: StackState
    live: Mapping[str, Live | None]
    plan: Plan
    desired: Desired

    @property
    def changes_anything(self) -> bool:
        """Whether there is an operation to run, or something new to record."""
        return bool(self.plan.effective) or not same_outputs(self.plan, self.state)


def prepare(
    request: Request,
    run: Run,
    store: Store,
    cloud: Cloud,
    recorded: StackState | None,
    *,
    shortcut: bool,
) -> Prepared:
    """Read, build, refresh, plan, and tell the plan. Raises InvalidDefinition with every mistake.

    `recorded` is the stack's state, recovered; None when it was never deployed. With `shortcut`, where
    nothing but code changed, only what carries code is read from AWS; the plan names what was not.
    """
    prepared = planned(request, run, store, cloud, recorded, shortcut=shortcut)
    run.emit(PlanMade(at=run.now, plan=prepared.plan))
    return prepared


def planned(
    request: Request,
    run: Run,
    store: Store,
    cloud: Cloud,
    recorded: StackState | None,
    *,
    shortcut: bool,
) -> Prepared:
    """As `prepare`, for those who tell less than the whole plan."""
    session = cloud.caller.session
    state = recorded or first_state(request.target, session, store)
    look_up = cache(cloud.look_up)
    with run.stage("read"):
        definition, findings = read(request, store, cloud, account=session.account, look_up=look_up)
        refuse_mistakes(definition, findings, run.emit, run.now)
    built = with_artifacts(definition, _build(run, request, definition))
    _tell_unknown(request.protect - built.resources.keys(), run)
    only = targeted(request.targets, built, state) if request.targets else None
    offline = partial(make_plan, built, state, {}, cloud, look_up=look_up, only=only)
    unread = _unread(request, built, state, (lambda: offline()[0]) if shortcut else None)
    back = [each for each in revived(built, state, cloud, look_up) if only is None or each.address in only]
    standing = fold(state, back)
    skipped = unread if only is None else unread | (standing.resources.keys() - only)
    taken = taken_over(request, run, built, standing, cloud, look_up, only)
    standing = fold(standing, taken)
    live = _refresh(run, cloud, standing, skipped)
    with run.stage("plan"):
        plan, desired = make_plan(
            built,
            standing,
            live,
            cloud,
            allow_data_loss=request.allow_data_loss,
            look_up=look_up,
            count=cloud.contents,
            protect=request.protect,
            only=only,
            adopted=frozenset(each.resource.address for each in taken),
        )
    not_read = tuple(sorted(unread - set(plan.untargeted)))
    plan = replace(plan, unread=not_read, refreshed=request.refresh)
    desired = replace(desired, revived=tuple(back), adopted=taken)
    return Prepared(built, state, live, plan, desired)


def first_state(target: Target, session: Session, store: Store) -> StackState:
    """Of a stack that is not deployed. One that was destroyed before goes on with its lineage and serials."""
    past = store.last_life(target.environment, target.stack)
    return new_state(
        target.stack,
        target.environment,
        account=session.account,
        region=session.region,
        lineage=past.lineage,
        serial=past.serial,
    )


def _tell_unknown(protect: frozenset[str], run: Run) -> None:
    """A name that is protected and that nothing has may be a slip, by which something stays unprotected."""
    for address in sorted(protect):
        message = f"protect names {address}, which the definition does not have"
        run.emit(Warned(run.now, Finding("project.protect", message, severity="warning")))


def _unread(
    request: Request, built: Definition, state: StackState, offline: Callable[[], Plan] | None
) -> frozenset[str]:
    """What is taken to be as recorded: all where the user says so, else all beside the code at most."""
    if not request.refresh:
        return frozenset(state.resources)
    return beside_the_code(built, state, offline) if offline else frozenset()


def _build(run: Run, request: Request, definition: Definition) -> Mapping[str, Artifact]:
    with run.stage("build"):
        wanted = assets(definition)
        return build_all(
            wanted, request.target.cache / "build", run.emit, clock=run.ports.clock, workers=BUILDERS
        )


def _refresh(run: Run, cloud: Cloud, state: StackState, unread: frozenset[str]) -> Mapping[str, Live | None]:
    wanted = [held for address, held in state.resources.items() if address not in unread]
    with run.stage("refresh"):
        return cloud.read_all(wanted) if wanted else {}
