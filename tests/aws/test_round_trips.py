"""Every declared type: what was created is read back, what was changed too, and it can be removed twice."""

from __future__ import annotations

import pytest
from tests.aws import (
    round_trips,
    round_trips_apis,
    round_trips_cdn,
    round_trips_events,
    round_trips_graphql,
    round_trips_http_apis,
    round_trips_monitoring,
    round_trips_schedules,
    round_trips_security,
)
from tests.aws.round_trips import Row, given
from tests.aws.world import Counted, World

from fairway.aws.catalogue.find import resource_type
from fairway.aws.catalogue.operations import operations_of
from fairway.aws.provider import Live, Traits
from fairway.model.sealing import seal
from fairway.model.values import Properties, Value
from fairway.plan.meaning import Meaning

ROWS = (
    *round_trips.ROWS,
    *round_trips_monitoring.ROWS,
    *round_trips_apis.ROWS,
    *round_trips_cdn.ROWS,
    *round_trips_events.ROWS,
    *round_trips_graphql.ROWS,
    *round_trips_http_apis.ROWS,
    *round_trips_schedules.ROWS,
    *round_trips_security.ROWS,
)


SHARED = {"sts.GetCallerIdentity", "resourcegroupstaggingapi.GetResources"}
"""Calls that are made for every type."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.type.removeprefix('AWS::')} {row.name}")
def test_what_was_written_is_read_back_by_calls_that_are_known_before(row: Row, world: World) -> None:
    given(row.properties, world), given(row.change, world)  # what it leans on makes calls of other types
    with Counted(world) as counted:
        round_trip(row, world)
    models = world.cloud.caller.session.model
    known = {".".join(each) for each in operations_of(resource_type(row.type), models)}
    assert sorted(counted.all.keys() - known - SHARED) == []


def round_trip(row: Row, world: World) -> None:
    cloud, address = world.cloud, f"{row.type.rpartition('::')[2]}{row.name.replace(' ', '').title()}"
    traits, owner = cloud.traits(row.type), world.owner(address)
    wanted = world.completed(row.type, given(row.properties, world), address)

    created = cloud.create(row.type, wanted, owner, _quiet)
    assert_live(cloud.read(row.type, created.identifier, wanted), created, wanted, traits)
    if row.found:
        assert_live(cloud.find(row.type, wanted, owner), created, wanted, traits)

    change = given(row.change, world)
    if change:
        kept = {name: value for name, value in {**wanted, **change}.items() if value is not None}
        after = world.completed(row.type, kept, address)
        changed = frozenset(change)
        updated = cloud.update(row.type, created, wanted, after, changed, _quiet)
        reads = {**after, **dict.fromkeys(changed - after.keys())}
        live = cloud.read(row.type, created.identifier, reads)
        assert_live(live, updated, after, traits)
        assert_taken_back(live, changed - after.keys(), traits)
        wanted = after

    cloud.delete(row.type, created.identifier, wanted, _quiet)
    assert row.lasting == (cloud.read(row.type, created.identifier, wanted) is not None)
    cloud.delete(row.type, created.identifier, wanted, _quiet)


def assert_live(live: Live | None, expected: Live, wanted: Properties, traits: Traits) -> None:
    """The same thing, with everything that can be read as it was wanted."""
    assert live is not None
    assert (live.identifier, live.ref) == (expected.identifier, expected.ref)
    lasting = live.attributes.keys() - traits.volatile
    assert {name: live.attributes[name] for name in lasting} == {
        name: value for name, value in expected.attributes.items() if name not in traits.volatile
    }
    different = {
        name: (wanted[name], live.properties.get(name))
        for name in wanted.keys() & traits.readable
        if not same(name, wanted[name], live.properties.get(name), traits)
    }
    assert not different


def assert_taken_back(live: Live | None, names: frozenset[str], traits: Traits) -> None:
    """What was left away is gone, empty, or what the declaration says that AWS has without it."""
    assert live is not None
    without = {**traits.defaults, **resource_type(traits.type).resets}
    left = {name: live.properties[name] for name in names if live.properties.get(name)}
    assert all(same(name, value, without.get(name), traits) for name, value in left.items()), left


def same(name: str, wanted: Value, actual: Value, traits: Traits) -> bool:
    """Whether the planner sees no difference."""
    return Meaning(traits, "key").same(seal(wanted, "key"), seal(actual, "key"), (name,))


def _quiet(_: str) -> None: ...
