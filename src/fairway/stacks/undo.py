"""Going back: to an earlier deployment by order, and before a failed one by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cache

from fairway.apply.folds import fold
from fairway.apply.revive import revived
from fairway.build.cache import Cache
from fairway.model.graph import Definition
from fairway.model.plan import Plan
from fairway.model.values import Value
from fairway.rollout.declared import all_at_once
from fairway.stacks.carry import carry_through
from fairway.stacks.consent import require_approver
from fairway.stacks.elsewhere import known_history
from fairway.stacks.history import history_of
from fairway.stacks.job import Job, at_work, picked_up
from fairway.stacks.prepare import Prepared, build_folder, first_state, planned, refresh, told
from fairway.stacks.request import Request
from fairway.stacks.rollback import (
    NOTHING,
    WayBack,
    deployment_to_restore,
    fetch_code,
    given_texts,
    is_empty,
    refuse_unknown_secrets,
    secret_parameters,
    way_back,
    way_before,
    with_code,
    with_texts,
)
from fairway.stacks.run import Ports, Result, Run


def _nothing(_: Collection[str]) -> Mapping[str, Value]:
    return {}


def rollback(
    request: Request,
    ports: Ports,
    number: int | None,
    declared: Callable[[Collection[str]], Mapping[str, Value]] = _nothing,
) -> Result:
    """Deploy an earlier deployment's definition and artifacts: that of a number, or the last good one.

    The parameters of the request are secret ones, given again; of the others `declared` answers, by name,
    those that it knows. Raises WrongInput as a deploy does, and where there is nothing to go back to or the
    text of a secret is needed and unknown.
    """
    require_approver(request, ports)
    with at_work("rollback", request, ports) as job:
        wanted = deployment_to_restore(known_history(request.target, job.store), number)
        recorded = wanted.definition or NOTHING
        secret = frozenset(secret_parameters(recorded).values())
        given = {**declared(secret - request.parameters.keys()), **request.parameters}
        definition = given_texts(wanted, given).filled(recorded)
        return carry_through(_prepare_again(definition, job), job, restores=wanted.root)


def undo(job: Job) -> Result:
    """Take back what the last deployment did, and only that; a deployment of its own in the history."""
    run = Run("rollback", job.request.target, replace(job.run.ports, confirm=lambda _: True), job.run.folder)
    return _go_back(way_back(history_of(job.store, job.request.target)), replace(job, run=run))


def take_back(request: Request, ports: Ports, number: int) -> Result:
    """Take back what a deployment did that succeeded in itself: the last one, which has this number.

    Raises Failed where another one came after it.
    """
    with at_work("rollback", request, replace(ports, confirm=lambda _: True)) as job:
        return _go_back(way_before(history_of(job.store, request.target), number), job)


def _go_back(way: WayBack, job: Job) -> Result:
    target, store = job.request.target, job.store
    unasked = replace(job.request, approval=None, needs_approval=False)
    job = replace(job, request=replace(unasked, allow_data_loss=way.deeds.made))
    prepared = _prepare_again(way.definition, job, only=way.deeds.undone_by)
    job = replace(job, request=replace(unasked, allow_data_loss=frozenset()))
    result = carry_through(prepared, job, restores=way.restores, undoes=way.undoes)
    left = store.load(target.environment, target.stack)
    if left and way.definition is NOTHING and is_empty(left):
        job.stored.archive()
    return result


def _prepare_again(
    definition: Definition, job: Job, *, only: Callable[[Plan], Plan] = lambda plan: plan
) -> Prepared:
    """The plan for a recorded definition, with the code it needs at hand. Raises WrongInput as `rollback`.

    `only` leaves out of the plan what is not to be done.
    """
    target, run, cloud = job.request.target, job.run, job.cloud
    artifacts, builds = job.store.artifacts(target.environment, target.stack), Cache(build_folder(target))
    state = picked_up(job) or first_state(target, job.store, cloud)
    look_up = cache(cloud.look_up)
    back = revived(definition, state, cloud, look_up)
    live = refresh(run, cloud, fold(state, back))
    complete = with_texts(with_code(definition, builds), live, job.request.parameters, state.secret_key)
    at_once = all_at_once(complete)  # the way back is no experiment
    prepared = planned(at_once, state, live, job.request, run, cloud, look_up=look_up, first=back)
    prepared = told(replace(prepared, definition=complete, plan=only(prepared.plan)), run)
    refuse_unknown_secrets(prepared.plan, prepared.desired, definition)
    fetch_code(prepared.plan, prepared.desired, builds, artifacts)
    return prepared
