"""A plan right after a deploy is empty and shows no drift: for every type of the catalogue."""

from __future__ import annotations

import pytest
from tests.aws.deployed import Deployed, one
from tests.aws.round_trips import Row, given
from tests.aws.test_round_trips import ROWS
from tests.aws.world import World
from tests.local_cloud import unique

from fairway.aws.catalogue.find import MODULES, service_types
from fairway.aws.catalogue.tags import as_dict, in_property_form
from fairway.model.graph import Definition
from fairway.model.values import Properties

TYPES = tuple(sorted(kind.name for service in MODULES for kind in service_types(service)))


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_a_case(name: str) -> None:
    assert any(row.type == name for row in ROWS), f"add a row for {name} to tests/aws/round_trips*.py"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.type.removeprefix('AWS::')} {row.name}")
def test_nothing_is_left_to_do(row: Row, world: World) -> None:
    address = f"{row.type.rpartition('::')[2]}{row.name.replace(' ', '').title()}"
    stack = Deployed(world.cloud, unique("quiet"))
    first = given(row.properties, world)
    definition = one(address, row.type, first)
    stack.deploy(definition)
    assert_quiet(stack, definition)
    if row.change:
        after = {**first, **_one_more_tag(row, first, world), **given(row.change, world)}
        changed = one(address, row.type, {name: value for name, value in after.items() if value is not None})
        stack.deploy(changed)
        assert_quiet(stack, changed)
    stack.destroy()
    assert not stack.state.resources


def _one_more_tag(row: Row, first: Properties, world: World) -> Properties:
    """A tag that the change brings along, where the type has tags: they go by calls of their own."""
    derived = world.cloud.derived(row.type)
    name = derived.tag_property
    if not name or name in derived.create_only:
        return {}
    tags = {**as_dict(first.get(name)), "changed": "yes"}
    return {name: in_property_form(tags, as_map=derived.tags_are_map)}


def assert_quiet(stack: Deployed, definition: Definition) -> None:
    """Nothing to do, nothing that somebody else is said to have done."""
    plan, _ = stack.plan(definition)
    assert [(c.address, c.action, c.properties) for c in plan.effective] == []
    assert plan.drift == ()
