"""All that happens before anything is changed: read, build, refresh, plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from fairway.apply.folds import fold
from fairway.apply.revive import revived
from fairway.aws.cloud import Cloud
from fairway.aws.provider import Live
from fairway.build.builder import build_all
from fairway.model.errors import Finding
from fairway.model.events import PlanMade, Warned
from fairway.model.graph import Definition
from fairway.model.journal import Done, Revived
from fairway.model.plan import Plan
from fairway.model.state import StackState
from fairway.model.values import Artifact, Lookup, Value
from fairway.plan.desired import Desired
from fairway.plan.planner import make_plan
from fairway.plan.targets import targeted
from fairway.stacks.claims import taken_over
from fairway.stacks.codeonly import beside_the_code
from fairway.stacks.golive import going_live
from fairway.stacks.lost import lost_state
from fairway.stacks.outputs import same_outputs
from fairway.stacks.read import assets, read, refuse_mistakes, with_artifacts
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Run
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

    @property
    def concerned(self) -> Definition:
        """The part of the definition that the plan is about: a plan may leave resources out."""
        planned = {change.address for change in self.plan.changes}
        kept = {name: each for name, each in self.definition.resources.items() if name in planned}
        return replace(self.definition, resources=kept)


def told(prepared: Prepared, run: Run) -> Prepared:
    """The same, once the plan has been told."""
    run.emit(PlanMade(at=run.now, plan=prepared.plan))
    return prepared


def compared(
    request: Request,
    run: Run,
    store: Store,
    cloud: Cloud,
    recorded: StackState | None,
    *,
    shortcut: bool,
) -> Prepared:
    """Read, build, refresh, plan. Raises InvalidDefinition with every mistake.

    `recorded` is the stack's state, recovered; None when it was never deployed. With `shortcut`, where
    nothing but code changed, only what carries code is read from AWS; the plan names what was not. Where some
    of it is gone, all is read.
    """
    if recorded is None:
        _tell_lost(run, store)
    state = recorded or first_state(request.target, store, cloud)
    look_up = cache(cloud.look_up)
    built = read_and_built(request, run, store, cloud, cloud.caller.session.account, look_up)
    _tell_unprotected(request.protect - built.resources.keys(), run, store)
    only = targeted(request.targets, built, state) if request.targets else None
    offline = partial(make_plan, built, state, {}, cloud, look_up=look_up, only=only)
    unread = _unread(request, built, state, (lambda: offline()[0]) if shortcut else None)
    back = [each for each in revived(built, state, cloud, look_up) if only is None or each.address in only]
    standing = fold(state, back)
    others = frozenset() if only is None else standing.resources.keys() - only
    taken = taken_over(request, run, built, standing, cloud, look_up, only)
    there = fold(standing, taken)
    live = refresh(run, cloud, there, unread | others)
    if unread and _is_any_gone(live):  # what it uses may be gone with it, and code is sent to nothing
        live = {**live, **refresh(run, cloud, there, live.keys() | others)}
        unread = frozenset()
    if request.target.local and not others:
        _tell_emptied(live, run)
    first: tuple[Revived | Done, ...] = (*back, *taken)
    return planned(
        built, state, live, request, run, cloud, look_up=look_up, unread=unread, first=first, only=only
    )


def read_and_built(
    request: Request,
    run: Run,
    store: Store,
    cloud: Cloud,
    account: str,
    look_up: Callable[[Lookup], Value],
) -> Definition:
    """The definition with its code built and its rollouts. Raises InvalidDefinition with every mistake."""
    with run.stage("read"):
        definition, findings = read(request, store, cloud, account=account, look_up=look_up)
        refuse_mistakes(definition, findings, run.emit, run.now)
    return going_live(with_artifacts(definition, build_code(run, request, definition)), request, run)


def planned(
    built: Definition,
    state: StackState,
    live: Mapping[str, Live | None],
    request: Request,
    run: Run,
    cloud: Cloud,
    *,
    look_up: Callable[[Lookup], Value],
    unread: frozenset[str] = frozenset(),
    first: Sequence[Revived | Done] = (),
    only: frozenset[str] | None = None,
) -> Prepared:
    """The plan for a definition whose code has been built; `unread` was not read from AWS.

    `first` are leftovers that take their old places, and what is taken over; `only` are the addresses that
    are planned.
    """
    with run.stage("plan"):
        plan, desired = make_plan(
            built,
            fold(state, first),
            live,
            cloud,
            allow_data_loss=request.allow_data_loss,
            look_up=look_up,
            count=cloud.contents,
            protect=request.protect,
            only=only,
            adopted=frozenset(each.resource.address for each in first if isinstance(each, Done)),
        )
    not_read = tuple(sorted(unread - set(plan.untargeted)))
    plan = replace(plan, unread=not_read, refreshed=request.refresh)
    return Prepared(built, state, live, plan, replace(desired, first=tuple(first)))


def first_state(target: Target, store: Store, cloud: Cloud) -> StackState:
    """Of a stack that is not deployed. One that was destroyed before goes on with its lineage and keys."""
    session, past = cloud.caller.session, store.last_life(target.environment, target.stack)
    return new_state(
        target.stack,
        target.environment,
        account=session.account,
        region=session.region,
        lineage=past.lineage,
        serial=past.serial,
        secret_key=past.secret_key,
    )


def _tell_lost(run: Run, store: Store) -> None:
    if lost := lost_state(run.target, store):
        finding = Finding(lost.code, lost.what, why=lost.why, next=lost.next, severity="warning")
        run.emit(Warned(run.now, finding))


def _is_any_gone(live: Mapping[str, Live | None]) -> bool:
    return any(each is None for each in live.values())


def _tell_emptied(live: Mapping[str, Live | None], run: Run) -> None:
    """The local cloud keeps nothing when it ends: that is no one's change by hand."""
    if live and not any(live.values()):
        what = f"the local cloud has nothing of {run.target.stack} any more: all of it is made again"
        why = "it was stopped or started anew since the last deployment, and keeps nothing"
        run.emit(Warned(run.now, Finding("local.emptied", what, why=why, severity="warning")))


def _tell_unprotected(names: frozenset[str], run: Run, store: Store) -> None:
    """A name that is protected and that nothing has may be a slip, by which something stays unprotected.

    An environment's settings are for all its stacks: what another one has is none.
    """
    if not names:
        return
    others = store.others(run.target.environment, besides=run.target.stack)
    for address in sorted(names.difference(*(state.resources for state in others))):
        message = f"protect names {address}, which neither the definition nor another deployed stack has"
        run.emit(Warned(run.now, Finding("project.protect", message, severity="warning")))


def _unread(
    request: Request, built: Definition, state: StackState, offline: Callable[[], Plan] | None
) -> frozenset[str]:
    """What is taken to be as recorded: all where the user says so, else all beside the code at most."""
    if not request.refresh:
        return frozenset(state.resources)
    return beside_the_code(built, state, offline) if offline else frozenset()


def build_folder(target: Target) -> Path:
    """Where the target's builds are cached."""
    return target.cache / "build"


def build_code(run: Run, request: Request, definition: Definition) -> Mapping[str, Artifact]:
    """What the definition names as code, built: by `asset_key`. Raises as `build_all`."""
    with run.stage("build"):
        wanted = assets(definition)
        return build_all(
            wanted,
            build_folder(request.target),
            run.emit,
            clock=run.ports.clock,
            workers=BUILDERS,
            stop=run.ports.interruption.event,
        )


def refresh(
    run: Run, cloud: Cloud, state: StackState, unread: Set[str] = frozenset()
) -> Mapping[str, Live | None]:
    """What AWS answers now of everything recorded, but for what need not be read."""
    wanted = [held for address, held in state.resources.items() if address not in unread]
    with run.stage("refresh"):
        return cloud.read_all(wanted) if wanted else {}
