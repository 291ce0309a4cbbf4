"""Moves what is known of published sites to another place: their releases, and what is in their buckets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fairway.model.errors import Failed
from fairway.model.results import DeploymentResult
from fairway.model.site import SiteState
from fairway.stacks.migrate import Confirm, Migrated, Move
from fairway.stacks.published import Sites, buckets_of, published_into, recorded
from fairway.stacks.request import Target
from fairway.stacks.run import Ports, Run
from fairway.stacks.storage import open_store
from fairway.stacks.turn import turn
from fairway.state.sites import SiteFile
from fairway.state.store import SITE, Store


def sites_to_migrate(source: Target) -> Sites:
    """The sites of the environment that a place has state of."""
    return recorded(open_store(source), source.environment)


def sites_of_moved(target: Target, source: Target) -> Sites:
    """Those that are in the buckets of the target's stack, which has been moved there by now."""
    state = open_store(target).load(target.environment, target.stack)
    return published_into(sites_to_migrate(source), buckets_of(state)) if state else {}


def migrate_sites(
    target: Target, source: Target, sites: Iterable[str], ports: Ports, confirm: Confirm
) -> Iterator[Migrated]:
    """Move these sites, under the leases of both places. Cut off, it is finished by the same call.

    Raises Failed when the target has another state of one.
    """
    for name in sites:
        here, there = replace(source, stack=name), replace(target, stack=name)
        run = Run("state migrate", there, ports)
        with (
            turn(run, open_store(here, ports.interruption), here) as (old, _),
            turn(run, open_store(there, ports.interruption)) as (new, _),
        ):
            ended = _Migration(here, old, new).carry_out(confirm)
        run.finish(ended.result, None, calls={})
        yield ended


@dataclass(frozen=True)
class _Migration:
    """Both places, and the site as `source` names it."""

    source: Target
    old: Store
    new: Store

    def carry_out(self, confirm: Confirm) -> Migrated:
        before, after = self._file(self.old), self._file(self.new)
        if before.moved_to():  # another run has moved it since it was found
            return self._ended("unchanged", SiteState())
        state = before.load()
        there = SiteState() if after.moved_to() else after.load()
        if not self._has_arrived(state, there):
            if not confirm(self._move(state)):
                return self._ended("declined", state)
            if there != SiteState() or after.moved_to():
                after.remove()
            self.new.take_over(self.old, *self._site, SITE)
        before.leave(self.new.place)
        return self._ended("migrated", state)

    def _has_arrived(self, state: SiteState, there: SiteState) -> bool:
        """Whether the target has all of it, or has gone on from it, after a move that was cut off.

        The source may have gone on, too. Raises Failed when the target has anything else of the site.
        """
        if there.current is None or there.current in state.releases[:-1]:
            return False
        if state.current is None or state.current in there.releases:
            return True
        raise Failed(
            "state.target-taken",
            f"{self.new.place} has another state of {self.source.stack}",
            next="nothing is changed: look at both with `fairway site show --state PLACE`, and go on with "
            "the right one by naming its place",
        )

    def _move(self, state: SiteState) -> Move:
        places = self.old.place, self.new.place
        return Move(self.source.stack, _number(state), len(state.objects), *places)

    def _ended(self, result: DeploymentResult, state: SiteState) -> Migrated:
        return Migrated(result, self.source.stack, _number(state), self.old.place, self.new.place)

    def _file(self, store: Store) -> SiteFile:
        return store.site(*self._site)

    @property
    def _site(self) -> tuple[str, str]:
        return self.source.environment, self.source.stack


def _number(state: SiteState) -> int:
    return state.current.number if state.current else 0
