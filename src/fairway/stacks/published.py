"""The sites in a stack's buckets, as recorded: where the stack goes they go, too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fairway.model.errors import Finding
from fairway.model.events import Warned
from fairway.model.plan import Action, Plan
from fairway.model.site import SiteState, site_of, stack_of
from fairway.model.state import StackState
from fairway.project.names import outputs_in
from fairway.project.settings import Project
from fairway.stacks.request import Target
from fairway.stacks.storage import open_store
from fairway.stacks.turn import turn
from fairway.state.store import Store

if TYPE_CHECKING:
    from fairway.stacks.job import Job

_BUCKET = "AWS::S3::Bucket"
Sites = Mapping[str, SiteState]
"""By the names that sites have beside the stacks."""


def recorded(store: Store, environment: str) -> Sites:
    """The sites that a place has state of."""
    files = {name: store.site(environment, name) for name in store.sites(environment)}
    return {name: file.load() for name, file in files.items() if not file.moved_to()}


def declared(project: Project, target: Target) -> Sites:
    """The sites that the project publishes into the target's stack, or into a bucket that no stack has.

    By their own names, as they are recorded: an empty state where one was never published.
    """
    store, found = open_store(target), dict[str, SiteState]()
    for name, site in project.sites.items():
        stacks = {stack for stack, _ in outputs_in(site.bucket)}
        if not stacks or target.stack in stacks:
            found[name] = store.site(target.environment, stack_of(name)).load()
    return found


def published_into(sites: Sites, buckets: Collection[str]) -> Sites:
    """Those of them that are in these buckets."""
    return {name: site for name, site in sites.items() if site.bucket in buckets}


def buckets_of(state: StackState) -> frozenset[str]:
    """The buckets that a stack has."""
    return frozenset(each.identifier for each in state.resources.values() if each.type == _BUCKET)


def tell_going(job: Job, plan: Plan) -> Sites:
    """The sites whose buckets a plan deletes, and with them all that was published; people are told."""
    going = {
        each.identifier: each.address
        for each in plan.changes
        if (each.type, each.action) == (_BUCKET, Action.DELETE)
    }
    if not going:
        return {}
    sites = published_into(recorded(job.store, job.request.target.environment), going)
    for name, site in sites.items():
        what = f"the site {site_of(name)} is published into {going[site.bucket]}, and goes with it"
        job.run.emit(Warned(job.run.now, Finding("site.goes", what, severity="warning")))
    return sites


def forget(job: Job, names: Iterable[str], left: StackState) -> None:
    """Forget the sites whose buckets are not there any more, with the releases that are kept of them."""
    target = job.request.target
    for name in names:
        own = replace(target, stack=name)
        with turn(job.run, open_store(target, job.run.ports.interruption), own) as (store, _):
            file = store.site(target.environment, name)
            if file.load().bucket in buckets_of(left):
                continue
            file.remove()
            artifacts = store.artifacts(target.environment, name)
            for digest in artifacts.digests():
                artifacts.remove(digest)
