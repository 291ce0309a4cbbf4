"""Every settable property of every declared type is carried by a call or refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.aws.world import offline_cloud

from fairway.aws.catalogue.declaration import Call, ResourceType
from fairway.aws.catalogue.derive import Derived
from fairway.aws.catalogue.find import MODULES, resource_type, service_types
from fairway.registry.schema import schema

CLOUD = offline_cloud()


TYPES = tuple(kind for service in MODULES for kind in service_types(service))


def derived(kind: ResourceType) -> Derived:
    published = schema(kind.name)
    assert published is not None, "AWS publishes no such type"
    return Derived(kind, published, CLOUD.caller.session.model)


def by_name(kind: ResourceType) -> str:
    return kind.name.removeprefix("AWS::")


@pytest.mark.parametrize("kind", TYPES, ids=by_name)
def test_every_settable_property_is_carried_or_refused(kind: ResourceType) -> None:
    found = derived(kind)
    assert sorted(found.schema.settable - found.carried - set(kind.refused)) == []


@pytest.mark.parametrize("kind", TYPES, ids=by_name)
def test_nothing_is_declared_that_the_schema_does_not_know(kind: ResourceType) -> None:
    known = derived(kind).schema.settable
    facets = {name for facet in kind.facets for name in facet.properties}
    named = {*facets, *kind.refused, *kind.codecs, *kind.carries, *kind.resets, *kind.also_readable}
    named |= set(kind.settled_by_create)
    assert sorted(named - known) == []


@pytest.mark.parametrize("kind", TYPES, ids=by_name)
def test_every_carried_property_can_be_changed_or_forces_a_replacement(kind: ResourceType) -> None:
    found = derived(kind)
    replaced = {path.partition(".")[0] for path in found.create_only}
    assert sorted(found.carried - found.changeable - replaced) == []


@pytest.mark.parametrize("kind", TYPES, ids=by_name)
def test_what_sometimes_forces_a_replacement_is_decided(kind: ResourceType) -> None:
    found = derived(kind)
    decided = {*found.create_only, *kind.settled_by_create, *kind.refused}
    sometimes = found.schema.document.get("conditionalCreateOnlyProperties", ())
    paths = [path.removeprefix("/properties/").split("/") for path in sometimes]
    # Of a part of a property, an update call that takes the whole decides.
    assert [path for path in paths if path[0] not in (decided if len(path) == 1 else found.changeable)] == []


@pytest.mark.parametrize("kind", TYPES, ids=by_name)
def test_every_call_exists_and_its_keys_are_members(kind: ResourceType) -> None:
    found = derived(kind)
    for call in calls(kind):
        members = found.operation(call).input_shape.members
        assert {key.partition(".")[0] for key in {*call.keys, *call.fixed}} <= set(members), call.operation


@pytest.mark.parametrize("kind", TYPES, ids=by_name)
def test_a_type_is_found_by_its_name(kind: ResourceType) -> None:
    assert resource_type(kind.name) is kind


def calls(kind: ResourceType) -> Iterator[Call]:
    """Every declared call of a type."""
    verbs = [kind.create, kind.read, kind.delete, kind.find, *kind.update]
    verbs += [verb for facet in kind.facets for verb in (facet.put, facet.get, facet.clear)]
    verbs += [kind.tags.tag, kind.tags.untag, kind.tags.list] if kind.tags else []
    yield from (verb for verb in verbs if isinstance(verb, Call))
